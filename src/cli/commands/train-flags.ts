import type { Command } from "commander";
import { DEFAULT_CONFIDENCE } from "../../als/feedback.js";
import type { AlsOptions } from "../../als/index.js";
import { DEFAULTS } from "../../als/options.js";
import { DEFAULT_BLOCK, DEFAULT_SOLVER } from "../../als/solver.js";
import { checkInteger, checkNumber } from "../../options.js";
import { UsageError } from "../context.js";
import { number, type ReadingFlags, withReadingFlags } from "../flags.js";
import { choice, type RunFlags, withIdsFlag, withResultFlags, withRunFlags } from "../run-flags.js";

/** Epochs between two checkpoints. */
export const CHECKPOINT_EVERY = 5;

export interface TrainFlags extends ReadingFlags, RunFlags {
  readonly feedback?: "explicit" | "implicit";
  readonly alpha?: number;
  readonly confidence?: "linear" | "log";
  readonly confidenceOffset?: number;
  readonly unobservedWeight?: number;
  readonly zeros?: "error" | "drop" | "dislike";
  readonly factors?: number;
  readonly epochs?: number;
  readonly tolerance?: number;
  readonly start?: "samples" | "random";
  readonly regularization?: number;
  readonly userRegularization?: number;
  readonly itemRegularization?: number;
  readonly biasRegularization?: number;
  readonly scaling?: string;
  readonly scalingStar?: number;
  readonly biases?: "full" | "mean" | "none";
  readonly solver?: AlsOptions["solver"];
  readonly cgSteps?: number;
  readonly preconditioner?: "none" | "jacobi";
  readonly blockSize?: number;
  readonly finish?: "exact" | "none";
  readonly test?: number;
  readonly leaveOut?: number;
  readonly validation?: number;
  readonly metric?: "rmse" | "ndcg";
  readonly validationK?: number;
  readonly patience?: number;
  readonly halfLife?: number;
  readonly initial?: string;
  readonly checkpoint?: string;
  readonly every?: number;
  readonly resume?: boolean;
}

/** Adds the flags of {@link TrainFlags}. */
export function withTrainFlags(command: Command): Command {
  withIdsFlag(withReadingFlags(command));
  withObjectiveFlags(command);
  withSolverFlags(command);
  withRunFlags(command, DEFAULTS, "factors");
  withJudgingFlags(command);
  command.option("--initial <file>", "a model of as many factors to start from; ids are matched by name");
  withCheckpointFlags(command);
  return withResultFlags(command);
}

function withObjectiveFlags(command: Command): void {
  const { explicit, implicit, allPairs } = DEFAULTS;
  const { alpha, form, offset } = DEFAULT_CONFIDENCE;
  const both = (of: (defaults: typeof explicit) => number | string): string =>
    `(default: ${of(explicit)}; implicit: ${of(implicit)})`;
  const all = (of: (defaults: typeof explicit) => number | string): string =>
    `(default: ${of(explicit)}; implicit: ${of(implicit)}, with --unobserved-weight ${of(allPairs)})`;
  command
    .addOption(
      choice(
        "--feedback <kind>",
        "values are ratings, or how surely something is liked (default: explicit)",
        ["explicit", "implicit"],
      ),
    )
    .option("--alpha <α>", `implicit: a value r counts offset + α·r (default: ${alpha})`, number)
    .addOption(
      choice("--confidence <form>", `implicit: α·r, or α·log(1 + r) (default: ${form})`, ["linear", "log"]),
    )
    .option("--confidence-offset <0|1>", `implicit: what is added to it (default: ${offset})`, number)
    .option(
      "--unobserved-weight <α₀>",
      "implicit: every pair weighs α₀, a rated one 1 more (default: an unrated pair weighs 1)",
      number,
    )
    .addOption(
      choice("--zeros <how>", "implicit: what a value of 0 is (default: error)", [
        "error",
        "drop",
        "dislike",
      ]),
    )
    .option("--factors <k>", `latent factors, 1–2048 (default: ${DEFAULTS.factors})`, number)
    .option("--epochs <n>", `alternations ${both((d) => d.epochs)}`, number)
    .option("--tolerance <share>", "end when an epoch lowers the loss by no larger share of it", number)
    .addOption(
      choice(
        "--start <how>",
        `what the first epoch begins with: what samples of the users come to, or random factors (default: ${DEFAULTS.start})`,
        ["samples", "random"],
      ),
    )
    .option("--regularization <λ>", `λ of users and items ${all((d) => d.regularization.users)}`, number)
    .option("--user-regularization <λ>", "λ of users alone", number)
    .option("--item-regularization <λ>", "λ of items alone", number)
    .option("--bias-regularization <λ>", `λ of biases ${both((d) => d.regularization.biases)}`, number)
    .option(
      "--scaling <ν>",
      `λ of a row with n ratings is λ·n^ν; a number, none or count ${all((d) => d.scaling)}`,
    )
    .option("--scaling-star <ν>", "the scaling that λ is meant for (default: the scaling)", number)
    .addOption(choice("--biases <mode>", `constant terms ${both((d) => d.biases)}`, ["full", "mean", "none"]))
    .option("--half-life <age>", "a rating so much older than the newest counts half", number)
    .option("--timestamp-column <name|number>", "column of timestamps, for --half-life (guessed)");
}

function withSolverFlags(command: Command): void {
  const { solver, cgSteps, preconditioner, finish } = DEFAULT_SOLVER;
  command
    .addOption(
      choice("--solver <name>", `how rows are solved (default: ${solver})`, [
        "auto",
        "cholesky",
        "cg",
        "ials++",
        "nonnegative",
      ]),
    )
    .option("--cg-steps <n>", `steps of cg in each half-epoch (default: ${cgSteps})`, number)
    .addOption(choice("--preconditioner <kind>", `of cg (default: ${preconditioner})`, ["none", "jacobi"]))
    .option(
      "--block-size <n>",
      `factors that ials++ solves for at a time (default: ${DEFAULT_BLOCK}, or all)`,
      number,
    )
    .addOption(
      choice("--finish <how>", `whether cg and ials++ end with exact users (default: ${finish})`, [
        "exact",
        "none",
      ]),
    );
}

function withCheckpointFlags(command: Command): void {
  command
    .option("--checkpoint <folder>", "keep two checkpoints there; Ctrl-C writes one and says how to go on")
    .option("--every <n>", `epochs from one checkpoint to the next (default: ${CHECKPOINT_EVERY})`, number)
    .option(
      "--resume",
      "go on from the newest checkpoint of this very training, or start where there is none; --epochs, --tolerance, --finish, --history and --threads may differ",
    );
}

function withJudgingFlags(command: Command): void {
  command
    .option("--test <share>", "hold out this share of the ratings and report how well they are met", number)
    .option("--leave-out <k>", "hold out k ratings (below 1: a share) of every user instead", number)
    .option(
      "--validation <share>",
      "hold out this share of the rest, end when it gains nothing, and keep the best epoch",
      number,
    )
    .addOption(
      choice("--metric <name>", "what validation judges by (default: rmse; implicit: ndcg)", [
        "rmse",
        "ndcg",
      ]),
    )
    .option("--validation-k <k>", "length of the lists that ndcg judges (default: 10)", number)
    .option("--patience <n>", "epochs without a gain after which training ends (default: 3)", number);
}

/** Refuses what can be refused before anything is read. @throws TypeError, RangeError, UsageError */
export function checkTrainFlags(flags: TrainFlags): void {
  const { test, leaveOut, validation, patience, validationK, halfLife } = flags;
  const share = { above: 0, below: 1 };
  if (test !== undefined) checkNumber("--test", test, share);
  if (leaveOut !== undefined && !(leaveOut > 0 && leaveOut < 1)) checkInteger("--leave-out", leaveOut, 1);
  if (test !== undefined && leaveOut !== undefined)
    throw new UsageError("--test and --leave-out both say what is held out; give one of them");
  if (validation !== undefined) checkNumber("--validation", validation, share);
  if (patience !== undefined) checkInteger("--patience", patience, 1);
  if (validationK !== undefined) checkInteger("--validation-k", validationK, 1);
  if (flags.every !== undefined) checkInteger("--every", flags.every, 1);
  if (halfLife !== undefined) checkNumber("--half-life", halfLife, { above: 0 });
  for (const [name, value, needed, given] of [
    ["--metric", flags.metric, "--validation <share>", validation],
    ["--validation-k", validationK, "--validation <share>", validation],
    ["--patience", patience, "--validation <share>", validation],
    ["--timestamp-column", flags.timestampColumn, "--half-life <age>", halfLife],
    ["--every", flags.every, "--checkpoint <folder>", flags.checkpoint],
    ["--resume", flags.resume, "--checkpoint <folder>", flags.checkpoint],
  ] as const)
    if (value !== undefined && given === undefined)
      throw new UsageError(`${name} does nothing without ${needed}; add that, or leave it out`);
}

/** The options of `ALS` that flags give; what is not given keeps its default. */
export function alsOptions(flags: TrainFlags): AlsOptions {
  const { alpha, confidence: form, confidenceOffset: offset, scaling } = flags;
  const confident = alpha !== undefined || form !== undefined || offset !== undefined;
  return {
    feedback: flags.feedback,
    // Whether an offset is 0 or 1 is checked with the other options.
    confidence: confident ? defined({ alpha, form, offset: offset as 0 | 1 | undefined }) : undefined,
    unobservedWeight: flags.unobservedWeight,
    zeros: flags.zeros,
    factors: flags.factors,
    epochs: flags.epochs,
    tolerance: flags.tolerance,
    start: flags.start,
    regularization: defined({
      users: flags.userRegularization ?? flags.regularization,
      items: flags.itemRegularization ?? flags.regularization,
      biases: flags.biasRegularization,
    }),
    scaling: scaling === undefined ? undefined : scalingOf(scaling),
    scalingStar: flags.scalingStar,
    biases: flags.biases,
    solver: flags.solver,
    cgSteps: flags.cgSteps,
    preconditioner: flags.preconditioner,
    blockSize: flags.blockSize,
    finish: flags.finish,
    precision: flags.precision,
    history: flags.history,
    seed: flags.seed,
  };
}

/** Without what was not given. */
function defined<T extends object>(given: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}

function scalingOf(text: string): number | "none" | "count" {
  if (text === "none" || text === "count") return text;
  const scaling = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isNaN(scaling))
    throw new UsageError(`--scaling must be a number, none or count, not ${JSON.stringify(text)}`);
  return scaling;
}
