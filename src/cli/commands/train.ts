import type { Command } from "commander";
import { ALS } from "../../als/index.js";
import { EarlyStopping } from "../../als/validation.js";
import type { Engine } from "../../kernel/index.js";
import type { Model } from "../../model/index.js";
import { saveModel } from "../../node/index.js";
import type { Id, Ratings, RatingsSource } from "../../ratings/index.js";
import { findCheckpoint } from "../checkpoints.js";
import { asUsage, type Context, example, openModel, printJson } from "../context.js";
import { checkApart, checkWritable, makeFolder } from "../output.js";
import { judgeLists } from "../ranking.js";
import { engineOf } from "../run-flags.js";
import { testErrors, train } from "../training.js";
import { readTrainData, type TrainData } from "./train-data.js";
import {
  alsOptions,
  CHECKPOINT_EVERY,
  checkTrainFlags,
  type TrainFlags,
  withTrainFlags,
} from "./train-flags.js";
import { epochReport, printReport, type TrainReport } from "./train-report.js";

export function addTrain(program: Command, context: Context): void {
  const command = program
    .command("train")
    .description("train a model on a file of ratings and write it to a file")
    .argument(
      "<file>",
      'ratings: CSV, TSV, "::" and the like, plain or gzip, or packed; "-" is standard input',
    );
  withTrainFlags(command).action((file: string, flags: TrainFlags) => runTrain(file, flags, context));
  example(
    command,
    "alternant train ratings.csv --test 0.1 --out model.safetensors",
    "alternant train plays.csv --feedback implicit --alpha 20 --leave-out 1 --validation 0.05",
    "alternant train ratings.csv --epochs 100 --checkpoint checkpoints --resume",
    "gunzip -c ratings.dat.gz | alternant train - --delimiter :: --factors 64 --json",
  );
}

async function runTrain(file: string, flags: TrainFlags, context: Context): Promise<void> {
  const began = performance.now();
  const { signal } = context;
  const als = asUsage(() => {
    checkTrainFlags(flags);
    return new ALS(alsOptions(flags));
  });
  await checkWritable(flags.out);
  await checkApart(file, flags.out);
  if (flags.checkpoint !== undefined) await makeFolder(flags.checkpoint, "--checkpoint");
  const initial = flags.initial === undefined ? undefined : await openModel(flags.initial);
  const engine = await engineOf(flags);
  // Threads that saw the ratings hold them until they end.
  const { model, ...facts } = await readAndTrain(file, flags, { als, engine, initial }, context).finally(() =>
    engine.dispose(),
  );
  await saveModel(model, flags.out, { signal });
  const report: TrainReport = {
    ...facts,
    parameters: model.info.parameters,
    seconds: (performance.now() - began) / 1000,
    options: als.options,
    solver: model.info.run.solver,
    start: model.info.run.start,
    threads: model.info.run.threads,
    out: flags.out,
  };
  if (flags.json) printJson(context, report);
  else printReport(context, report);
}

/** What trains, on what, from where. */
interface TrainWork {
  readonly als: ALS;
  readonly engine: Engine;
  readonly initial: Model<Id, Id> | undefined;
}

/** A model and what the report tells of its making. */
interface TrainedFacts
  extends Omit<TrainReport, "parameters" | "seconds" | "options" | "solver" | "start" | "threads" | "out"> {
  readonly model: Model<Id, Id>;
}

/** Reads and trains. The ratings end here: writing a model takes memory of its own. */
async function readAndTrain(
  file: string,
  flags: TrainFlags,
  work: TrainWork,
  context: Context,
): Promise<TrainedFacts> {
  const data = await readTrainData(file, flags, work.als.options.seed, context);
  try {
    return await trainOn(data, flags, work, context);
  } finally {
    await data.close();
  }
}

async function trainOn(
  { training, validation, test }: TrainData,
  flags: TrainFlags,
  { als, engine, initial }: TrainWork,
  context: Context,
): Promise<TrainedFacts> {
  const { signal } = context;
  const { metric, validationK: k, patience, checkpoint: folder, every = CHECKPOINT_EVERY } = flags;
  const judging = validation && { ratings: validation, metric, k, patience };
  const resumed =
    folder !== undefined && flags.resume
      ? await findCheckpoint(folder, {
          options: als.options,
          ratings: training,
          arithmetic: engine.build.arithmetic,
          stopping: judging && asUsage(() => new EarlyStopping(judging, training, als.options)),
          initial,
        })
      : undefined;
  const { model, epochs } = await train(
    als,
    training,
    { engine, signal, initial, validation: judging, resume: resumed?.bytes },
    folder === undefined ? undefined : { context, folder, every },
  );
  const { run } = model.info;
  const count = training.count + (validation?.count ?? 0) + (test?.count ?? 0);
  const { userCount, itemCount } = training;
  return {
    model,
    users: userCount,
    items: itemCount,
    ratings: count,
    density: count / (userCount * itemCount),
    trainingRatings: training.count,
    resumed: resumed ? { epoch: resumed.epoch, file: resumed.file } : null,
    epochs: epochs.map(epochReport),
    validation:
      validation && run.validation ? { ...run.validation, count: validation.count, best: run.epochs } : null,
    ...(test === undefined
      ? { test: null, baselines: null }
      : await testOf({ als, engine, model }, training, test, signal)),
  };
}

/** How well test ratings are met, beside what is simpler. */
async function testOf(
  { als, engine, model }: { als: ALS; engine: Engine; model: Model<Id, Id> },
  training: RatingsSource<Id, Id>,
  test: Ratings<Id, Id>,
  signal: AbortSignal,
): Promise<Pick<TrainReport, "test" | "baselines">> {
  const { count } = test;
  if (als.options.feedback === "implicit") {
    const ranking = await judgeLists(model, test, { k: [10, 20], auc: false, engine, signal });
    return { test: { ranking, count }, baselines: null };
  }
  const errors = await testErrors(model, training, test, signal);
  return {
    test: { rmse: errors.model.rmse, count: errors.model.count },
    baselines: { mean: { rmse: errors.mean.rmse }, biases: { rmse: errors.biases.rmse } },
  };
}
