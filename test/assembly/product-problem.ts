import { seededRandom } from "../../src/random.js";
import { numbers, randomRows } from "./random.js";
import type { RowCase } from "./row-job.js";

export const MEAN = 3.4;
export const SCALE = 0.25;

/** Rows of ratings to multiply by, and their biases. */
export interface Problem {
  readonly row: RowCase;
  readonly biases: Float64Array | undefined;
}

export function problem(
  fixedRows: number,
  factors: number,
  counts: readonly number[],
  biased: boolean,
  single: boolean,
): Problem {
  const random = seededRandom(factors * 1000 + counts.length, "test");
  const rows = counts.map((count) => ({
    columns: Int32Array.from({ length: count }, () => random.integer(fixedRows)),
    values: numbers(random, count, 5, single),
  }));
  return {
    row: {
      factors,
      fixed: randomRows(1, fixedRows, factors, 1, single),
      fixedBiases: biased ? numbers(random, fixedRows) : undefined,
      rows,
      lambdas: rows.map(() => 0),
      mean: MEAN,
      biasLambda: biased ? 0 : undefined,
      wideValues: !single,
    },
    biases: biased ? numbers(random, rows.length) : undefined,
  };
}
