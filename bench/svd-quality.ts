// How good a singular value decomposition predicts, by what it subtracts and by the number of its axes, beside the mean,
// the biases and ALS.
import { ALS } from "../src/als/index.js";
import {
  baselines,
  popularity,
  type Ranker,
  rankingMetrics,
  rmse,
  type Scorer,
} from "../src/metrics/index.js";
import type { Ratings } from "../src/ratings/index.js";
import { type Center, SVD } from "../src/svd/index.js";
import { fixed, type Report, tableOf } from "./table.js";
import { mean } from "./timing.js";

export const SPLITS: readonly number[] = [1, 2, 3, 4, 5];
const CENTERS: readonly Center[] = ["none", "mean", "biases"];
const FACTOR_COUNTS = [1, 2, 4, 8, 16, 32, 64];
const PRECISIONS: readonly (readonly [tolerance: number, precision: "float64" | "float32"])[] = [
  [1e-1, "float64"],
  [1e-2, "float64"],
  [1e-3, "float64"],
  [1e-4, "float64"],
  [1e-6, "float64"],
  [1e-8, "float64"],
  [1e-4, "float32"],
];
/** Stars from which a held-out rating is something to recommend. */
const RELEVANT = 4;

interface Quality {
  readonly rmse: number;
  readonly ndcg: number;
  readonly recall: number;
}

export interface QualityRow {
  readonly method: string;
  readonly factors: number | undefined;
  /** One for each split; undefined where the method ranks nothing, or predicts nothing. */
  readonly rmse: readonly number[] | undefined;
  readonly ndcg: readonly number[] | undefined;
  readonly recall: readonly number[] | undefined;
}

type Split = readonly [train: Ratings<string, string>, test: Ratings<string, string>];

async function errorOf(scorer: Scorer<string, string>, test: Ratings<string, string>): Promise<number> {
  return (await rmse(scorer, test)).rmse;
}

async function rank(
  ranker: Ranker<string, string>,
  test: Ratings<string, string>,
): Promise<Pick<Quality, "ndcg" | "recall">> {
  const { at } = await rankingMetrics(ranker, test, { k: [10, 20], relevant: RELEVANT, auc: false });
  return { ndcg: at[0]!.ndcg, recall: at[1]!.recall };
}

/** A row of what `judge` says of each split. */
async function rowOf(
  method: string,
  factors: number | undefined,
  splits: readonly Split[],
  judge: (split: Split, seed: number) => Promise<Partial<Quality>>,
): Promise<QualityRow> {
  const found: Partial<Quality>[] = [];
  for (const [i, split] of splits.entries()) found.push(await judge(split, SPLITS[i]!));
  const all = (name: keyof Quality): number[] | undefined =>
    found.some((one) => one[name] === undefined) ? undefined : found.map((one) => one[name]!);
  return { method, factors, rmse: all("rmse"), ndcg: all("ndcg"), recall: all("recall") };
}

/** Every method on every split. */
export async function qualityRows(ratings: Ratings<string, string>): Promise<QualityRow[]> {
  const splits = SPLITS.map((seed): Split => ratings.split({ test: 0.1, seed }));
  const rows = [
    await rowOf("mean", undefined, splits, async ([train, test]) => ({
      rmse: await errorOf((await baselines(train)).mean, test),
    })),
    await rowOf("biases", undefined, splits, async ([train, test]) => ({
      rmse: await errorOf((await baselines(train)).biases, test),
    })),
    await rowOf("popularity", undefined, splits, ([train, test]) => rank(popularity(train), test)),
  ];
  for (const center of CENTERS)
    for (const factors of FACTOR_COUNTS)
      rows.push(
        await rowOf(`SVD, center: "${center}"`, factors, splits, async ([train, test], seed) => {
          const model = await new SVD({ center, factors, seed }).fit(train);
          return { rmse: await errorOf(model, test), ...(await rank(model, test)) };
        }),
      );
  rows.push(
    await rowOf("ALS, its defaults", 32, splits, async ([train, test], seed) => {
      const model = await new ALS({ seed }).fit(train);
      return { rmse: await errorOf(model, test), ...(await rank(model, test)) };
    }),
  );
  return rows;
}

export interface ToleranceRow {
  readonly tolerance: number;
  readonly precision: "float64" | "float32";
  /** Means over the splits. */
  readonly rmse: number;
  readonly iterations: number;
  /** The largest of any axis on any split, ÷ σ₁. */
  readonly residual: number;
}

/** What a tighter tolerance, and float64, are good for, at the other defaults. */
export async function toleranceRows(ratings: Ratings<string, string>): Promise<ToleranceRow[]> {
  const rows: ToleranceRow[] = [];
  for (const [tolerance, precision] of PRECISIONS) {
    const errors: number[] = [];
    const iterations: number[] = [];
    const residuals: number[] = [];
    for (const seed of SPLITS) {
      const [train, test] = ratings.split({ test: 0.1, seed });
      const model = await new SVD({ tolerance, precision, seed }).fit(train);
      errors.push(await errorOf(model, test));
      iterations.push(model.info.run.epochs);
      residuals.push(model.info.run.svd!.residual);
    }
    rows.push({
      tolerance,
      precision,
      rmse: mean(errors),
      iterations: mean(iterations),
      residual: Math.max(...residuals),
    });
  }
  return rows;
}

export function toleranceTable(rows: readonly ToleranceRow[]): Report {
  return tableOf("SVD at its defaults with other tolerances and precisions", rows, [
    { heading: "tolerance", cell: (row) => row.tolerance.toExponential() },
    { heading: "precision", align: "left", cell: (row) => row.precision },
    { heading: "test RMSE", cell: (row) => fixed(5, row.rmse) },
    { heading: "iterations", cell: (row) => fixed(1, row.iterations) },
    { heading: "largest residual", cell: (row) => row.residual.toExponential(1) },
  ]);
}

/** Half of the distance between the largest and the smallest. */
function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / 2;
}

export function qualityTable(rows: readonly QualityRow[]): Report {
  const meanOf = (values: readonly number[] | undefined): string | undefined =>
    fixed(4, values && mean(values));
  return tableOf("MovieLens ml-latest-small: errors and rankings by method", rows, [
    { heading: "method", align: "left", cell: (row) => row.method },
    { heading: "K", cell: (row) => row.factors },
    { heading: "test RMSE", cell: (row) => meanOf(row.rmse) },
    { heading: "±", cell: (row) => fixed(4, row.rmse && spread(row.rmse)) },
    { heading: "NDCG@10", cell: (row) => meanOf(row.ndcg) },
    { heading: "±", cell: (row) => fixed(4, row.ndcg && spread(row.ndcg)) },
    { heading: "Recall@20", cell: (row) => meanOf(row.recall) },
    { heading: "±", cell: (row) => fixed(4, row.recall && spread(row.recall)) },
  ]);
}
