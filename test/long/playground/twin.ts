import {
  ALS,
  type AlsOptions,
  baselines,
  Model,
  popularity,
  rankingMetrics,
  rmse,
  syntheticWorld,
} from "../../../src/index.js";
import type { Playground } from "../../demo/playground.js";

/** The world that the page generates when it is opened. */
export const SMALL = { users: 1500, items: 1200, ratings: 120_000, seed: 1 } as const;

/** What Node makes of the same ratings and options. */
export interface Twin {
  readonly losses: readonly number[];
  readonly trainingRmse: number;
  /** RMSE, or NDCG@10 of implicit feedback. */
  readonly test: number;
  /** Mean and biases, or popularity, judged by the same. */
  readonly baselines: readonly number[];
  readonly trained: number;
}

/** Trains here what the page trains there: on the small world, without a share that is held out by its own seed. */
export async function twin(options: AlsOptions, heldOut: number = 0.1): Promise<Twin> {
  const { ratings } = await syntheticWorld(SMALL);
  const [training, test] =
    heldOut === 0 ? [ratings, undefined] : ratings.split({ test: heldOut, seed: options.seed ?? 1 });
  const losses: number[] = [];
  let trainingRmse = Number.NaN;
  const epochs = new ALS({ ...options, history: "ratings" }).train(training);
  let step = await epochs.next();
  for (; !step.done; step = await epochs.next()) {
    losses.push(step.value.loss);
    trainingRmse = step.value.rmse;
  }
  const shared = { losses, trainingRmse, trained: training.count };
  if (test === undefined) return { ...shared, test: Number.NaN, baselines: [] };
  if (options.feedback === "implicit") {
    const ndcg = async (ranker: Parameters<typeof rankingMetrics>[0]): Promise<number> =>
      (await rankingMetrics(ranker, test, { k: 10, auc: false })).at[0]!.ndcg;
    return { ...shared, test: await ndcg(step.value), baselines: [await ndcg(popularity(training))] };
  }
  const error = async (scorer: Parameters<typeof rmse>[0]): Promise<number> =>
    (await rmse(scorer, test)).rmse;
  const { mean, biases } = await baselines(training);
  return { ...shared, test: await error(step.value), baselines: [await error(mean), await error(biases)] };
}

/** The model that answers in the page, as it is downloaded and opened here. */
export async function modelOf(playground: Playground): Promise<Model<string, string>> {
  await playground.tab("Save").click();
  return Model.fromBytes<string, string>(new Uint8Array(await playground.downloaded("Download the model")));
}

/** A number as the page writes it. */
export function fixed(value: number, digits: number): string {
  return value.toFixed(digits).replace("-", "−");
}

/** The same with its sign, for what is added. */
export function signed(value: number, digits: number): string {
  return `${value < 0 ? "" : "+"}${fixed(value, digits)}`;
}

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

/** A large number as the page writes it: 1.23M. */
export function short(value: number): string {
  return compact.format(value);
}
