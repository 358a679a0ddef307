import { expect } from "vitest";
import type { Precision } from "../../src/kernel/layout.js";
import { type Random, seededRandom } from "../../src/random.js";
import { dot, norm } from "../reference/matrix.js";
import { PRECISIONS } from "./builds.js";
import type { Fixture, Outcome } from "./fixture.js";
import { numbers } from "./random.js";
import type { RowRatings } from "./row-job.js";
import { backwardError } from "./tolerance.js";

/** Factor rows of a table; each system takes some of them at random. */
export const TABLE_ROWS = 400;

export interface Case {
  readonly factors: number;
  readonly precision: Precision;
  readonly bias: boolean;
}

/** What makes a table of factor rows singular, or nearly so. */
export type Shaping = (rows: Float64Array[], factors: number, random: Random) => void;

/** Seeded factor rows as the precision holds them. */
export function makeTable({ factors, precision }: Case, seed: number, shape?: Shaping): Float64Array[] {
  const random = seededRandom(seed, "test");
  const rows = Array.from({ length: TABLE_ROWS }, () => numbers(random, factors, 1, precision === "float32"));
  shape?.(rows, factors, random);
  return precision === "float32" ? rows.map((row) => row.map(Math.fround)) : rows;
}

/** `count` systems of `ratings` ratings of distinct rows of the table. */
export function makeRows(count: number, ratings: number, seed: number): RowRatings[] {
  const random = seededRandom(seed, "test");
  const order = Int32Array.from({ length: TABLE_ROWS }, (_, i) => i);
  return Array.from({ length: count }, () => {
    for (let i = 0; i < ratings; i++) {
      const j = i + random.integer(TABLE_ROWS - i);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return { columns: order.slice(0, ratings), values: numbers(random, ratings, 3) };
  });
}

/** Every row is refused, by its own name. */
export function expectRefused(what: string, outcomes: readonly Outcome[]): void {
  outcomes.forEach(({ error }, row) => {
    if (error === undefined) throw new Error(`${what}: row ${row} was solved`);
    if ((error as { code?: string }).code !== "not-positive-definite") throw error;
    if (!error.message.startsWith(`row ${row}: `)) expect(error.message, what).toContain(`row ${row}: `);
  });
}

/** Every row is solved, and well: see {@link gradientShare}. */
export function expectSolvedRows(
  what: string,
  table: readonly Float64Array[],
  rows: readonly RowRatings[],
  outcomes: readonly Outcome[],
  { factors, precision }: Case,
  [lambda, biasLambda]: readonly [number, number],
): void {
  outcomes.forEach((outcome, row) => {
    if (outcome.error) throw new Error(`${what}: ${outcome.error.message}`, { cause: outcome.error });
    const share = gradientShare(
      table,
      rows[row]!,
      outcome.x,
      factors,
      lambda,
      biasLambda,
      PRECISIONS[precision],
    );
    if (!(share <= 1))
      throw new Error(`${what}, row ${row}: the gradient is ${share} of what rounding allows`);
  });
}

/**
 * ‖Σ(t − b − wᵀu)(u,1) − (λw, λ_b b)‖, the gradient of the row's loss and the residual of its normal equations, as a share
 * of what rounding may leave of it: backward error · (trace(A)‖x‖ + Σ|t|‖u‖), and the rounding of w to its precision in
 * memory. Times the condition number, a backward error is a bound of the error of x itself.
 */
export function gradientShare(
  table: readonly Float64Array[],
  { columns, values }: RowRatings,
  x: Float64Array,
  factors: number,
  lambda: number,
  biasLambda: number,
  precision: { readonly unit: number; readonly stored: number },
): number {
  const bias = x.length > factors;
  const w = x.subarray(0, factors);
  const gradient = Float64Array.from(x, (value, k) => -(k < factors ? lambda : biasLambda) * value);
  let trace = factors * lambda + (bias ? biasLambda : 0);
  let rightScale = 0;
  columns.forEach((column, i) => {
    const u = table[column]!;
    const e = values[i]! - dot(w, u) - (bias ? x[factors]! : 0);
    for (let k = 0; k < factors; k++) gradient[k]! += e * u[k]!;
    if (bias) gradient[factors]! += e;
    const square = dot(u, u) + (bias ? 1 : 0);
    trace += square;
    rightScale += Math.abs(values[i]!) * Math.sqrt(square);
  });
  const size = trace * norm(x);
  const allowed =
    backwardError(columns.length, x.length, precision.unit) * (size + rightScale) + precision.stored * size;
  return norm(gradient) / allowed;
}

/** Solves `seeds` systems of a shaping, spread over several tables, in every fixture. */
export function forEachTable(
  fixtures: readonly Fixture[],
  what: Case,
  seeds: number,
  ratings: number,
  lambdas: readonly [number, number],
  shape: Shaping | undefined,
  judge: (name: string, table: Float64Array[], rows: RowRatings[], outcomes: Outcome[]) => void,
): void {
  const tables = Math.min(seeds, 20);
  for (let t = 0; t < tables; t++) {
    const seed = ((what.factors * 1_000 + ratings) * 2 + (what.bias ? 1 : 0)) * 32 + t;
    const table = makeTable(what, seed, shape);
    const rows = makeRows(Math.ceil(seeds / tables), ratings, seed);
    for (const fixture of fixtures) {
      fixture.setFixed(table);
      const outcomes = fixture.solve(rows, lambdas[0], lambdas[1]);
      judge(`table ${t}, ${ratings} ratings`, table, rows, outcomes);
    }
  }
}
