import type { Command } from "commander";
import type { Engine } from "../../kernel/index.js";
import type { Model } from "../../model/index.js";
import { saveModel } from "../../node/index.js";
import { checkNumber } from "../../options.js";
import type { Id, Ratings, RatingsSource } from "../../ratings/index.js";
import { SVD } from "../../svd/index.js";
import { DEFAULTS } from "../../svd/options.js";
import { asUsage, type Context, example, printJson, threadsOf } from "../context.js";
import { number, type ReadingFlags, readFlagged, readHalvesFlagged, withReadingFlags } from "../flags.js";
import { checkApart, checkWritable } from "../output.js";
import { openPacked } from "../packed.js";
import { startProgress } from "../progress.js";
import { choice, engineOf, type RunFlags, withIdsFlag, withResultFlags, withRunFlags } from "../run-flags.js";
import { testErrors } from "../training.js";
import { printErrors, printSizes } from "./train-report.js";

interface SvdFlags extends ReadingFlags, RunFlags {
  readonly factors?: number;
  readonly center?: SVD["options"]["center"];
  readonly biasRegularization?: number;
  readonly tolerance?: number;
  readonly maxIterations?: number;
  readonly strict?: boolean;
  readonly test?: number;
}

export function addSvd(program: Command, context: Context): void {
  const command = program
    .command("svd")
    .description(
      "decompose the ratings' matrix, what is not rated counting as 0 (PureSVD), and write the model to a file",
    )
    .argument(
      "<file>",
      'ratings: CSV, TSV, "::" and the like, plain or gzip, or packed; "-" is standard input',
    );
  withIdsFlag(withReadingFlags(command))
    .option("--factors <k>", `axes, 1–2048 (default: ${DEFAULTS.factors})`, number)
    .addOption(
      choice("--center <how>", `what is subtracted first (default: ${DEFAULTS.center})`, [
        "none",
        "mean",
        "biases",
      ]),
    )
    .option("--bias-regularization <λ>", `λ of biases (default: ${DEFAULTS.biasRegularization})`, number)
    .option(
      "--tolerance <share>",
      `residual of each axis at most, as a share of the largest singular value (default: ${DEFAULTS.tolerance})`,
      number,
    )
    .option(
      "--max-iterations <n>",
      `blocks that are multiplied at most (default: ${DEFAULTS.maxIterations})`,
      number,
    )
    .option("--strict", "fail where the tolerance is not reached")
    .option("--test <share>", "hold out this share of the ratings and report how well they are met", number);
  withResultFlags(withRunFlags(command, DEFAULTS, "vectors")).action((file: string, flags: SvdFlags) =>
    decompose(file, flags, context),
  );
  example(
    command,
    "alternant svd ratings.csv --test 0.1 && alternant inspect model.safetensors --axes 5",
    "alternant svd plays.csv --center none --factors 64",
  );
}

async function decompose(file: string, flags: SvdFlags, context: Context): Promise<void> {
  const began = performance.now();
  const { signal } = context;
  const svd = asUsage(() => {
    if (flags.test !== undefined) checkNumber("--test", flags.test, { above: 0, below: 1 });
    return new SVD(optionsOf(flags));
  });
  await checkWritable(flags.out);
  await checkApart(file, flags.out);
  const engine = await engineOf(flags);
  const { model, training, test } = await readAndFit(file, flags, svd, engine, context).finally(() =>
    engine.dispose(),
  );
  await saveModel(model, flags.out, { signal });
  const { run, parameters } = model.info;
  const errors = test && (await testErrors(model, training, test, signal));
  const report = {
    users: training.userCount,
    items: training.itemCount,
    ratings: training.count + (test?.count ?? 0),
    density: (training.count + (test?.count ?? 0)) / (training.userCount * training.itemCount),
    trainingRatings: training.count,
    parameters,
    ...run.svd!,
    iterations: run.epochs,
    test: test && errors ? { rmse: errors.model.rmse, count: test.count } : null,
    baselines: errors ? { mean: { rmse: errors.mean.rmse }, biases: { rmse: errors.biases.rmse } } : null,
    seconds: (performance.now() - began) / 1000,
    options: svd.options,
    solver: run.solver,
    threads: run.threads,
    out: flags.out,
  };
  if (flags.json) {
    printJson(context, report);
    return;
  }
  printSizes(context, report);
  context.print(
    report.warning ??
      `All ${model.factors} axes are singular vectors to within ${report.residual.toExponential(1)} of the largest value, after ${report.iterations} blocks.`,
  );
  if (test && errors)
    printErrors(context, test.count, [
      ["the mean rating", errors.mean.rmse],
      ["mean and biases", errors.biases.rmse],
      ["this model", errors.model.rmse],
    ]);
  context.print(`Wrote ${report.out} after ${report.seconds.toFixed(1)} s, ${threadsOf(report)}.`);
}

function optionsOf(flags: SvdFlags): ConstructorParameters<typeof SVD>[0] {
  const { factors, center, biasRegularization, tolerance, maxIterations, strict, precision, history, seed } =
    flags;
  return {
    factors,
    center,
    biasRegularization,
    tolerance,
    maxIterations,
    strict,
    precision,
    history,
    seed,
  };
}

async function readAndFit(
  file: string,
  flags: SvdFlags,
  svd: SVD,
  engine: Engine,
  context: Context,
): Promise<{
  readonly model: Model<Id, Id>;
  readonly training: RatingsSource<Id, Id>;
  readonly test: Ratings<Id, Id> | undefined;
}> {
  const { seed } = svd.options;
  const packed = flags.test === undefined ? await openPacked(file, flags) : undefined;
  const [training, test]: [RatingsSource<Id, Id>, Ratings<Id, Id>?] =
    flags.test === undefined
      ? [packed ?? (await readFlagged(file, flags, flags.ids, context))]
      : await readHalvesFlagged(file, flags, flags.ids, { test: flags.test, seed }, context);
  const { factors } = svd.options;
  const progress = startProgress("decomposing", factors);
  const model = await svd
    .fit(training, {
      engine,
      signal: context.signal,
      onProgress: ({ iteration, converged }) => progress.update(converged, `axes, ${iteration} blocks`),
    })
    .catch((error: unknown) =>
      // What data does wrong is an AlternantError: the rest is about options.
      asUsage(() => {
        throw error;
      }),
    )
    .finally(async () => {
      progress.stop();
      await packed?.close();
    });
  return { model, training, test };
}
