import type { ALS, EpochEvent } from "../../als/index.js";
import type { ModelInfo } from "../../model/index.js";
import { type Context, table, thousands, threadsOf } from "../context.js";
import type { RankingReport } from "../ranking.js";
import { metricName } from "../validation.js";

type Validation = NonNullable<ModelInfo["run"]["validation"]>;

/** An epoch as `--json` prints it: implicit feedback has no RMSE, and only what was validated has a metric. */
export type EpochReport = Omit<EpochEvent, "epochs" | "ratingsPerSecond" | "rmse"> & {
  readonly rmse?: number;
};

/** What `train --json` prints. */
export interface TrainReport {
  readonly users: number;
  readonly items: number;
  /** Ratings read, those held out among them. */
  readonly ratings: number;
  /** Their share of users × items. */
  readonly density: number;
  readonly trainingRatings: number;
  readonly parameters: { readonly model: number; readonly full: number };
  readonly epochs: readonly EpochReport[];
  /** The checkpoint that training went on from: `epochs` begin behind it. Null where it began at the beginning. */
  readonly resumed: { readonly epoch: number; readonly file: string } | null;
  /** The best epoch by ratings held out for that; null where none were. */
  readonly validation: (Validation & { readonly count: number; readonly best: number }) | null;
  /** What ratings held out say; null where none were. */
  readonly test: TestReport | null;
  /** What a model of explicit ratings must beat on them; null otherwise. */
  readonly baselines: {
    readonly mean: { readonly rmse: number };
    readonly biases: { readonly rmse: number };
  } | null;
  readonly seconds: number;
  readonly options: ALS["options"];
  readonly solver: ModelInfo["run"]["solver"];
  readonly start: ModelInfo["run"]["start"];
  readonly threads: number;
  readonly out: string;
}

/** Explicit ratings are judged by their error, implicit feedback by its lists. */
export type TestReport =
  | { readonly rmse: number; readonly count: number }
  | { readonly ranking: RankingReport | null; readonly count: number };

export function epochReport({ epochs: _, ratingsPerSecond: __, rmse, ...event }: EpochEvent): EpochReport {
  return Number.isNaN(rmse) ? event : { ...event, rmse };
}

/** Ratings that were read, and the size of the model made of them. */
export function printSizes(
  context: Context,
  {
    users,
    items,
    ratings,
    density,
    trainingRatings,
    parameters,
  }: Pick<TrainReport, "users" | "items" | "ratings" | "density" | "trainingRatings" | "parameters">,
): void {
  context.print(
    `${thousands(users)} users × ${thousands(items)} items, ${thousands(ratings)} ratings (${(density * 100).toFixed(2)} % of the matrix), ${thousands(trainingRatings)} to train on; ${thousands(parameters.model)} numbers in the model, ${thousands(parameters.full)} in the matrix.`,
  );
}

export function printReport(context: Context, report: TrainReport): void {
  printSizes(context, report);
  if (report.resumed) context.print(`Went on from epoch ${report.resumed.epoch}, ${report.resumed.file}.`);
  else if (report.start?.name === "samples") context.print(`Began with samples: ${report.start.why}.`);
  if (report.epochs.length > 0) context.print(epochTable(report));
  const last = report.epochs.at(-1)?.epoch ?? Number.POSITIVE_INFINITY;
  const { epochs: most, tolerance } = report.options;
  if (tolerance !== undefined && last < most && !report.validation)
    context.print(
      `Ended after epoch ${last} of ${most}: it lowered the loss by no more than ${tolerance} of it.`,
    );
  const { validation, test } = report;
  if (validation) {
    const { value, count, best, epochs } = validation;
    context.print(
      `${metricName(validation)} of ${thousands(count)} validation ratings was best, ${value.toFixed(4)}, after epoch ${best} of ${epochs}: the model is that epoch's.`,
    );
  }
  if (test) printTest(context, report, test);
  context.print(`Wrote ${report.out} after ${report.seconds.toFixed(1)} s, ${threadsOf(report)}.`);
}

function epochTable({ epochs, options, validation }: TrainReport): string {
  const implicit = options.feedback === "implicit";
  const size = (part: number | undefined): string => part!.toFixed(0);
  return table(
    [
      "epoch",
      "loss",
      ...(implicit ? ["rated pairs", "unrated pairs", "penalties"] : ["training RMSE"]),
      ...(validation ? [`validation ${metricName(validation)}`] : []),
      "seconds",
    ],
    epochs.map((e) => [
      String(e.epoch),
      size(e.loss),
      ...(implicit ? [size(e.observed), size(e.unobserved), size(e.regularization)] : [e.rmse!.toFixed(4)]),
      ...(validation ? [e.validation!.toFixed(4)] : []),
      e.seconds.toFixed(2),
    ]),
  );
}

function printTest(context: Context, { baselines }: TrainReport, test: TestReport): void {
  const held = heldOut(test.count);
  if ("ranking" in test) {
    if (test.ranking === null) {
      context.print(`No list can show any of the ${held}, so there is no ranking to judge.`);
      return;
    }
    const { exclude, model, popularity } = test.ranking;
    const left = exclude === "rated" ? "training items left out" : "nothing left out";
    context.print(`Lists of ${thousands(model.users)} users against ${held}, ${left}:`);
    const [short, long] = [model.at[0]!, model.at[1]!];
    const [shortPopular, longPopular] = [popularity.at[0]!, popularity.at[1]!];
    context.print(
      table(
        ["lists", `Recall@${long.k}`, `NDCG@${short.k}`],
        [
          ["by popularity", longPopular.recall.toFixed(4), shortPopular.ndcg.toFixed(4)],
          ["of this model", long.recall.toFixed(4), short.ndcg.toFixed(4)],
        ],
      ),
    );
    return;
  }
  printErrors(context, test.count, [
    ["the mean rating", baselines!.mean.rmse],
    ["mean and biases", baselines!.biases.rmse],
    ["this model", test.rmse],
  ]);
}

/** RMSE on so many ratings that were held out. */
export function printErrors(
  context: Context,
  count: number,
  errors: readonly (readonly [prediction: string, rmse: number])[],
): void {
  context.print(`On ${heldOut(count)}, predictions clipped to the training range:`);
  context.print(
    table(
      ["prediction", "test RMSE"],
      errors.map(([prediction, error]) => [prediction, error.toFixed(4)]),
    ),
  );
}

function heldOut(count: number): string {
  return `${thousands(count)} rating${count === 1 ? "" : "s"} held out`;
}
