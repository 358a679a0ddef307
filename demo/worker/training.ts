import {
  ALS,
  type AlsOptions,
  baselines,
  type Engine,
  estimateMemory,
  type Model,
  popularity,
  type Ranker,
  type Ratings,
  rankingMetrics,
  rmse,
  type Scorer,
} from "alternant";
import type { Calls, Metric, ModelFacts, TrainingChoice, TrainingNews } from "../protocol.js";
import type { Context } from "./handler.js";
import { factsOf, takeModel } from "./models.js";
import { Refusal } from "./refusal.js";
import { theData, theEngine } from "./session.js";

/** Lists are judged by their ten best. */
const LENGTH = 10;
/** Fewer ratings than this are all trained on: what is held out of them would tell nothing. */
const FEWEST_TO_SPLIT = 50;

type StringRatings = Ratings<string, string>;

function optionsOf(choice: TrainingChoice, ratings: StringRatings): AlsOptions {
  const { factors, lambda, scaling, epochs, seed, precision, feedback, alpha } = choice;
  const shared = {
    factors,
    regularization: lambda,
    scaling,
    epochs,
    seed,
    precision,
    history: "ratings",
  } as const;
  if (feedback === "explicit") return shared;
  // Values say how surely; a 0 says nothing, so it is left out.
  return { ...shared, feedback, confidence: { alpha }, ...(ratings.min <= 0 && { zeros: "drop" as const }) };
}

/** Bytes that training will take. @throws AlternantError "too-large" where it would, before anything is allocated */
export async function memoryFor(choice: TrainingChoice): Promise<number> {
  const { ratings } = theData();
  const { threads } = await theEngine();
  return estimateMemory(ratings, { ...optionsOf(choice, ratings), threads }).bytes;
}

export async function train(
  choice: Calls["train"]["params"],
  { signal, tell }: Context<TrainingNews>,
): Promise<ModelFacts> {
  const { name, ratings, catalogue } = theData();
  if (choice.feedback === "implicit" && ratings.max <= 0)
    throw new Refusal(
      "no-positive",
      `Implicit feedback needs values above 0, which say how surely somebody likes something; the highest of ${name} is ${ratings.max}. Choose “Explicit”, or open other ratings.`,
    );
  const als = new ALS(optionsOf(choice, ratings));
  const engine = await theEngine();
  // Refused before anything is begun, so that data and the last model stay.
  estimateMemory(ratings, { ...optionsOf(choice, ratings), threads: engine.threads });
  const [training, test] = divided(ratings, choice);
  const judge = test && judgeOf(choice.feedback, test, engine, signal);
  tell({
    kind: "start",
    metric: choice.feedback === "explicit" ? "rmse" : "ndcg",
    train: training.count,
    test: test?.count ?? 0,
    baselines: judge === undefined ? [] : await judge.baselines(training),
  });
  let told = 0;
  const epochs = als.train(training, {
    engine,
    signal,
    onProgress: ({ share, epoch, side }) => {
      const now = performance.now();
      if (now - told < 100) return;
      told = now;
      tell({ kind: "share", share, epoch, side });
    },
  });
  for (;;) {
    const step = await epochs.next();
    if (step.done) return factsOf(await takeModel(name, step.value, catalogue, signal));
    const { epoch, loss, rmse: training, seconds, ratingsPerSecond } = step.value;
    tell({
      kind: "epoch",
      epoch,
      loss,
      rmse: training,
      test: judge === undefined ? Number.NaN : await judged(step.value.snapshot(), judge),
      seconds,
      ratingsPerSecond,
    });
  }
}

function divided(
  ratings: StringRatings,
  { test, seed }: TrainingChoice,
): [StringRatings, StringRatings | undefined] {
  if (test === 0 || ratings.count < FEWEST_TO_SPLIT) return [ratings, undefined];
  return ratings.split({ test, seed });
}

/** What models and baselines are judged by, on the held-out ratings. */
interface Judge {
  readonly metric: Metric;
  model(model: Model<string, string>): Promise<number>;
  baselines(training: StringRatings): Promise<{ name: string; value: number }[]>;
}

function judgeOf(
  feedback: TrainingChoice["feedback"],
  test: StringRatings,
  engine: Engine,
  signal: AbortSignal,
): Judge {
  if (feedback === "explicit") {
    const error = async (scorer: Scorer<string, string>): Promise<number> =>
      (await rmse(scorer, test, { signal })).rmse;
    return {
      metric: "rmse",
      model: error,
      baselines: async (training) => {
        const { mean, biases } = await baselines(training, { signal });
        return [
          { name: "Mean", value: await error(mean) },
          { name: "Biases", value: await error(biases) },
        ];
      },
    };
  }
  const gain = async (ranker: Ranker<string, string>): Promise<number> => {
    const { at } = await rankingMetrics(ranker, test, { k: LENGTH, auc: false, engine, signal });
    return at[0]!.ndcg;
  };
  return {
    metric: "ndcg",
    model: gain,
    baselines: async (training) => [{ name: "Popularity", value: await gain(popularity(training)) }],
  };
}

async function judged(snapshot: Model<string, string>, judge: Judge): Promise<number> {
  try {
    return await judge.model(snapshot);
  } finally {
    snapshot.dispose();
  }
}
