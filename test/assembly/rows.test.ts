import { beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "../../src/random.js";
import {
  penalty,
  type RowSums as ReferenceSums,
  type RowRegularization,
  rightScale,
  rowMatrix,
  rowRight,
  solveRow,
  squaredError,
  sumRow,
} from "../reference/row.js";
import { sameBytes } from "../support/bytes.js";
import { type Bench, FACTORS, type KernelPrecision, openBenches, PRECISIONS } from "./builds.js";
import { RowCall, type RowCase, type RowRatings, type RowResult, solution } from "./row-job.js";
import { expectNear, expectSolved, type SolvedSystem } from "./tolerance.js";

const FIXED_ROWS = 611;
const MEAN = 3.4;
/** Four times the default λ_b's side of 1, so that neither λ nor λ_b is the larger one in every row. */
const BIAS_LAMBDA = 0.7;
const LAMBDAS = [0.01, 0.3, 25, 0.05, 2, 0.01, 1, 0.1];

let benches: Bench[];
beforeAll(async () => {
  benches = await openBenches(24 * 2 ** 20);
});

/** Ratings of each length, with the longest in the middle, so that what it leaves behind meets a short one. */
function rowLengths(factors: number): number[] {
  return [...new Set([129, 1, factors, 0, 5_000, factors - 1, 128, 127])];
}

interface World {
  readonly fixed: Float64Array[];
  readonly fixedBiases: Float64Array;
  readonly rows: RowRatings[];
  readonly lambdas: number[];
}

function makeWorld(factors: number, single: boolean): World {
  const random = seededRandom(factors, "test");
  const number = (scale: number) => {
    const value = (random.unit() + random.unit() - 1) * scale;
    return single ? Math.fround(value) : value;
  };
  const fixed = Array.from({ length: FIXED_ROWS }, () =>
    Float64Array.from({ length: factors }, () => number(2 / Math.sqrt(factors))),
  );
  const rows = rowLengths(factors).map((count) => ({
    columns: Int32Array.from({ length: count }, () => random.integer(FIXED_ROWS)),
    values: Float64Array.from({ length: count }, () => (1 + random.integer(10)) / 2),
  }));
  return {
    fixed,
    fixedBiases: Float64Array.from({ length: FIXED_ROWS }, () => (random.unit() - 0.5) / 3),
    rows,
    lambdas: rows.map((_, r) => LAMBDAS[r]!),
  };
}

/** The same ratings moved off the grid of float32. */
function widen(rows: RowRatings[]): RowRatings[] {
  return rows.map(({ columns, values }) => ({ columns, values: values.map((value) => value + 0.1) }));
}

interface Variant {
  readonly bias: boolean;
  readonly wideValues: boolean;
}

const ALL_VARIANTS: Variant[] = [
  { bias: false, wideValues: false },
  { bias: true, wideValues: true },
  { bias: true, wideValues: false },
  { bias: false, wideValues: true },
];

/** All four up to K = 65; above, both biases and both kinds of values, but not each with each. */
function variants(factors: number): Variant[] {
  return ALL_VARIANTS.slice(0, factors <= 65 ? 4 : 2);
}

interface ExpectedRow extends SolvedSystem {
  readonly sums: ReferenceSums;
  readonly targets: Float64Array;
  readonly regularization: RowRegularization;
}

/** The oracle's answers of each variant, with one Gram matrix and one elimination a row for both kinds of values. */
function expectedRows(world: World, factors: number): Map<Variant, ExpectedRow[]> {
  const result = new Map<Variant, ExpectedRow[]>(variants(factors).map((variant) => [variant, []]));
  world.rows.forEach(({ columns }, r) => {
    const sums = sumRow(
      Array.from(columns, (column) => world.fixed[column]!),
      factors,
    );
    for (const bias of [false, true]) {
      const ours = variants(factors).filter((variant) => variant.bias === bias);
      const regularization = { lambda: world.lambdas[r]!, biasLambda: bias ? BIAS_LAMBDA : undefined };
      const targets = ours.map((variant) => rowTargets(world, r, variant));
      const matrix = rowMatrix(sums, regularization);
      solveRow(sums, targets, regularization).forEach((exact, i) => {
        result.get(ours[i]!)!.push({
          sums,
          targets: targets[i]!,
          regularization,
          matrix,
          right: rowRight(sums, targets[i]!, matrix.length),
          rightScale: rightScale(sums, targets[i]!),
          count: columns.length,
          leastLambda: Math.min(world.lambdas[r]!, bias ? BIAS_LAMBDA : Infinity),
          exact,
        });
      });
    }
  });
  return result;
}

function rowTargets(world: World, row: number, { bias, wideValues }: Variant): Float64Array {
  const { columns, values } = (wideValues ? widen(world.rows) : world.rows)[row]!;
  return values.map((value, i) => value - MEAN - (bias ? world.fixedBiases[columns[i]!]! : 0));
}

function rowCase(world: World, factors: number, { bias, wideValues }: Variant): RowCase {
  return {
    factors,
    fixed: world.fixed,
    fixedBiases: bias ? world.fixedBiases : undefined,
    rows: wideValues ? widen(world.rows) : world.rows,
    lambdas: world.lambdas,
    mean: MEAN,
    biasLambda: bias ? BIAS_LAMBDA : undefined,
    wideValues,
  };
}

/** Every row is what the oracle says it is: state, factors, bias, and the sums that the loss is made of. */
function checkRows(
  what: string,
  result: RowResult,
  expected: ExpectedRow[],
  factors: number,
  precision: KernelPrecision,
): void {
  expect(result.failed, what).toBe(0);
  expected.forEach((row, r) => {
    const name = `${what}, row of ${row.count}`;
    expect(result.states[r], name).toBe(0);
    for (let k = factors; k < result.padded; k++) expect(result.solved[r * result.padded + k], name).toBe(0);
    const x = solution(result, r, factors);
    const [squares, explained, charged] = result.sums.subarray(r * 3) as unknown as [number, number, number];
    if (row.count === 0) {
      expect([...x, squares, explained, charged], name).toEqual(new Array(x.length + 3).fill(0));
      return;
    }
    expectSolved(name, x, row, PRECISIONS[precision]);
    const total = squaredError(row.sums, row.targets, new Float64Array(0));
    expectNear(`${name}: Σt²`, squares, total, 1e-13 * total);
    const due = penalty(factors, row.regularization, x);
    expectNear(`${name}: penalty`, charged, due, 1e-13 * due);
    const direct = squaredError(row.sums, row.targets, x) + due;
    const double = precision === "float64";
    expectNear(
      `${name}: free loss`,
      squares - explained,
      direct,
      double ? 1e-6 * direct + 1e-12 * total : 1e-5 * total,
    );
  });
}

function sameResult(a: RowResult, b: RowResult): boolean {
  const none = new Float64Array(0);
  return (
    sameBytes(a.solved, b.solved) &&
    sameBytes(a.biases ?? none, b.biases ?? none) &&
    sameBytes(a.sums, b.sums) &&
    sameBytes(a.states, b.states)
  );
}

describe.each(FACTORS)("rows of K = %i", (factors) => {
  it.each([
    { precisions: ["float64"] as const, single: false },
    { precisions: ["float32", "wide"] as const, single: true },
  ])("equal the dense solve in every build, $precisions", ({ precisions, single }) => {
    const world = makeWorld(factors, single);
    const expected = expectedRows(world, factors);
    for (const precision of precisions) {
      for (const [variant, rows] of expected) {
        const results = benches.map((bench) =>
          new RowCall(bench, precision, rowCase(world, factors, variant)).solve(),
        );
        const kind = `${variant.bias ? "bias" : "no bias"}, ${variant.wideValues ? "float64" : "float32"} values`;
        results.forEach((result, b) => {
          checkRows(
            `${benches[b]!.build} ${precision} K=${factors}, ${kind}`,
            result,
            rows,
            factors,
            precision,
          );
        });
        const [simd, simdShared, relaxed, relaxedShared] = results;
        expect(sameResult(simdShared!, simd!), `simd and simd-shared, ${precision}, ${kind}`).toBe(true);
        expect(sameResult(relaxedShared!, relaxed!), `relaxed and relaxed-shared, ${kind}`).toBe(true);
      }
    }
  });
});
