import { type Command, Option } from "commander";
import { ALS, type AlsOptions, type EpochEvent } from "../../als/index.js";
import { DEFAULTS } from "../../als/options.js";
import { type ArithmeticOption, Engine } from "../../kernel/index.js";
import type { Model } from "../../model/index.js";
import { saveModel } from "../../node/index.js";
import { checkNumber } from "../../options.js";
import type { Id, IdKind } from "../../ratings/index.js";
import {
  asUsage,
  type Context,
  example,
  printJson,
  table,
  thousands,
  threadsOf,
  UsageError,
} from "../context.js";
import { number, type ReadingFlags, readFlagged, readHalvesFlagged, withReadingFlags } from "../flags.js";
import { checkWritable } from "../output.js";
import { testErrors, train } from "../training.js";

interface TrainFlags extends ReadingFlags {
  readonly ids: IdKind;
  readonly factors?: number;
  readonly epochs?: number;
  readonly regularization?: number;
  readonly userRegularization?: number;
  readonly itemRegularization?: number;
  readonly biasRegularization?: number;
  readonly scaling?: string;
  readonly biases?: "full" | "mean" | "none";
  readonly precision?: "float64" | "float32";
  readonly history?: "none" | "items" | "ratings";
  readonly threads?: number;
  readonly arithmetic: ArithmeticOption;
  readonly seed?: number;
  readonly test?: number;
  readonly out: string;
  readonly json?: boolean;
}

/** What `train --json` prints. */
interface TrainReport {
  readonly users: number;
  readonly items: number;
  /** Ratings read, those held out among them. */
  readonly ratings: number;
  /** Their share of users × items. */
  readonly density: number;
  readonly trainingRatings: number;
  readonly parameters: { readonly model: number; readonly full: number };
  readonly epochs: readonly Pick<EpochEvent, "epoch" | "loss" | "rmse" | "seconds">[];
  readonly test: { readonly rmse: number; readonly count: number } | null;
  readonly baselines: {
    readonly mean: { readonly rmse: number };
    readonly biases: { readonly rmse: number };
  } | null;
  readonly seconds: number;
  readonly options: ALS["options"];
  readonly threads: number;
  readonly out: string;
}

export function addTrain(program: Command, context: Context): void {
  const command = program
    .command("train")
    .description("train a model on a file of ratings and write it to a file")
    .argument("<file>", 'ratings: CSV, TSV, "::" and the like, plain or gzip; "-" is standard input');
  withReadingFlags(command)
    .addOption(
      new Option("--ids <kind>", "ids are kept as strings, or read as integers")
        .choices(["string", "number"])
        .default("string"),
    )
    .option("--factors <k>", `latent factors, 1–2048 (default: ${DEFAULTS.factors})`, number)
    .option("--epochs <n>", `alternations (default: ${DEFAULTS.explicit.epochs})`, number)
    .option(
      "--regularization <λ>",
      `λ of users and items (default: ${DEFAULTS.explicit.regularization.users})`,
      number,
    )
    .option("--user-regularization <λ>", "λ of users alone", number)
    .option("--item-regularization <λ>", "λ of items alone", number)
    .option(
      "--bias-regularization <λ>",
      `λ of biases (default: ${DEFAULTS.explicit.regularization.biases})`,
      number,
    )
    .option(
      "--scaling <ν>",
      `λ of a row with n ratings is λ·n^ν; a number, none or count (default: ${DEFAULTS.explicit.scaling})`,
    )
    .addOption(
      new Option("--biases <mode>", `constant terms (default: ${DEFAULTS.explicit.biases})`).choices([
        "full",
        "mean",
        "none",
      ]),
    )
    .addOption(
      new Option("--precision <type>", `of factors (default: ${DEFAULTS.precision})`).choices([
        "float64",
        "float32",
      ]),
    )
    .addOption(
      new Option(
        "--history <kind>",
        `what the model keeps of the ratings (default: ${DEFAULTS.history})`,
      ).choices(["none", "items", "ratings"]),
    )
    .option("--threads <n>", "threads that train, 1–256 (default: one for each core)", number)
    .addOption(
      new Option("--arithmetic <kind>", "default gives the same bits on every machine; relaxed is faster")
        .choices(["default", "relaxed", "relaxed-if-available"])
        .default("default"),
    )
    .option("--seed <n>", `of the split and of the first factors (default: ${DEFAULTS.seed})`, number)
    .option("--test <share>", "hold out this share of the ratings and report the error on them", number)
    .option("--out <file>", "where the model goes", "model.safetensors")
    .option("--json", "print one JSON object instead of tables")
    .action((file: string, flags: TrainFlags) => runTrain(file, flags, context));
  example(
    command,
    "alternant train ratings.csv --test 0.1 --out model.safetensors",
    "gunzip -c ratings.dat.gz | alternant train - --delimiter :: --factors 64 --json",
  );
}

async function runTrain(file: string, flags: TrainFlags, context: Context): Promise<void> {
  const began = performance.now();
  const { signal } = context;
  const als = asUsage(() => {
    if (flags.test !== undefined) checkNumber("--test", flags.test, { above: 0, below: 1 });
    return new ALS(alsOptions(flags));
  });
  await checkWritable(flags.out);
  const engine = await createEngine(flags);
  // Threads that saw the ratings hold them until they end.
  const { model, ...facts } = await readAndTrain(file, flags, als, engine, context).finally(() =>
    engine.dispose(),
  );
  await saveModel(model, flags.out, { signal });
  const report: TrainReport = {
    ...facts,
    parameters: model.info.parameters,
    seconds: (performance.now() - began) / 1000,
    options: als.options,
    threads: model.info.run.threads,
    out: flags.out,
  };
  if (flags.json) printJson(context, report);
  else printReport(context, report);
}

async function createEngine({ threads, arithmetic }: TrainFlags): Promise<Engine> {
  try {
    return await Engine.create({ ...(threads !== undefined && { threads }), arithmetic });
  } catch (error) {
    return asUsage(() => {
      throw error;
    });
  }
}

/** A model and what the report tells of its making. The ratings end here: writing a model takes memory of its own. */
async function readAndTrain(
  file: string,
  flags: TrainFlags,
  als: ALS,
  engine: Engine,
  context: Context,
): Promise<
  Omit<TrainReport, "parameters" | "seconds" | "options" | "threads" | "out"> & {
    readonly model: Model<Id, Id>;
  }
> {
  const { signal } = context;
  const [training, test] =
    flags.test === undefined
      ? [await readFlagged(file, flags, flags.ids, context), undefined]
      : await readHalvesFlagged(
          file,
          flags,
          flags.ids,
          { test: flags.test, seed: als.options.seed },
          context,
        );
  const { model, epochs } = await train(als, training, { engine, signal });
  const errors = test && (await testErrors(model, training, test, signal));
  const count = training.count + (test?.count ?? 0);
  const { userCount, itemCount } = training;
  return {
    model,
    users: userCount,
    items: itemCount,
    ratings: count,
    density: count / (userCount * itemCount),
    trainingRatings: training.count,
    epochs: epochs.map(({ epoch, loss, rmse, seconds }) => ({ epoch, loss, rmse, seconds })),
    test: errors ? { rmse: errors.model.rmse, count: errors.model.count } : null,
    baselines: errors ? { mean: { rmse: errors.mean.rmse }, biases: { rmse: errors.biases.rmse } } : null,
  };
}

function alsOptions(flags: TrainFlags): AlsOptions {
  const { factors, epochs, biases, precision, history, seed, scaling } = flags;
  const users = flags.userRegularization ?? flags.regularization;
  const items = flags.itemRegularization ?? flags.regularization;
  const biasLambda = flags.biasRegularization;
  return {
    ...(factors !== undefined && { factors }),
    ...(epochs !== undefined && { epochs }),
    ...(biases !== undefined && { biases }),
    ...(precision !== undefined && { precision }),
    ...(history !== undefined && { history }),
    ...(seed !== undefined && { seed }),
    ...(scaling !== undefined && { scaling: scalingOf(scaling) }),
    regularization: {
      ...(users !== undefined && { users }),
      ...(items !== undefined && { items }),
      ...(biasLambda !== undefined && { biases: biasLambda }),
    },
  };
}

function scalingOf(text: string): number | "none" | "count" {
  if (text === "none" || text === "count") return text;
  const scaling = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isNaN(scaling))
    throw new UsageError(`--scaling must be a number, none or count, not ${JSON.stringify(text)}`);
  return scaling;
}

function printReport(context: Context, report: TrainReport): void {
  const {
    users,
    items,
    ratings,
    density,
    trainingRatings,
    parameters,
    epochs,
    test,
    baselines: base,
  } = report;
  context.print(
    `${thousands(users)} users × ${thousands(items)} items, ${thousands(ratings)} ratings (${(density * 100).toFixed(2)} % of the matrix), ${thousands(trainingRatings)} to train on; ${thousands(parameters.model)} numbers in the model, ${thousands(parameters.full)} in the matrix.`,
  );
  context.print(
    table(
      ["epoch", "loss", "training RMSE", "seconds"],
      epochs.map((e) => [String(e.epoch), e.loss.toFixed(0), e.rmse.toFixed(4), e.seconds.toFixed(2)]),
    ),
  );
  if (test && base) {
    context.print(`On ${thousands(test.count)} ratings held out, predictions clipped to the training range:`);
    context.print(
      table(
        ["prediction", "test RMSE"],
        [
          ["the mean rating", base.mean.rmse.toFixed(4)],
          ["mean and biases", base.biases.rmse.toFixed(4)],
          ["this model", test.rmse.toFixed(4)],
        ],
      ),
    );
  }
  context.print(`Wrote ${report.out} after ${report.seconds.toFixed(1)} s, ${threadsOf(report)}.`);
}
