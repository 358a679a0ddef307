import { beforeAll, describe, expect, it } from "vitest";
import { type Bench, FACTORS, openBenches, PRECISIONS } from "./builds.js";
import { MEAN, type Problem, problem, SCALE } from "./product-problem.js";
import { RowCall } from "./row-job.js";

const FIXED_ROWS = 211;

let benches: Bench[];
beforeAll(async () => {
  benches = await openBenches(16 * 2 ** 20);
});

/** Σ scale·(r − μ − c − b)·u of a row, what its roundings are measured by, and Σ scale²·(r − μ − c − b)². */
function plain(
  { row, biases }: Problem,
  r: number,
): { sums: Float64Array; scale: Float64Array; squares: number } {
  const sums = new Float64Array(row.factors);
  const scale = new Float64Array(row.factors);
  let squares = 0;
  const { columns, values } = row.rows[r]!;
  for (const [i, column] of columns.entries()) {
    const t = SCALE * (values[i]! - MEAN - (row.fixedBiases?.[column] ?? 0) - (biases?.[r] ?? 0));
    squares += t * t;
    for (let k = 0; k < row.factors; k++) {
      sums[k]! += t * row.fixed[column]![k]!;
      scale[k]! += Math.abs(t * row.fixed[column]![k]!);
    }
  }
  return { sums, scale, squares };
}

it.each(FACTORS)("the ratings' matrix times the fixed side equals the plain loop, K = %i", (factors) => {
  for (const precision of ["float64", "float32"] as const) {
    const { unit, factorBytes } = PRECISIONS[precision];
    for (const biased of [false, true]) {
      const given = problem(FIXED_ROWS, factors, [5, 0, 1, 300], biased, factorBytes === 4);
      for (const bench of benches) {
        const name = `${bench.build} ${precision} ${biased ? "biased" : "plain"}`;
        const result = new RowCall(bench, precision, given.row).multiply(SCALE, given.biases);
        expect([...result.states], name).toEqual([0, 0, 0, 0]);
        given.row.rows.forEach((_, r) => {
          const { sums, scale, squares } = plain(given, r);
          expect(Math.abs(result.sums[3 * r]! - squares)).toBeLessThanOrEqual(1e-13 * squares);
          for (let k = 0; k < result.padded; k++) {
            const found = result.solved[r * result.padded + k]!;
            const error = Math.abs(found - (sums[k] ?? 0));
            expect(error, `${name} row ${r}, ${k}`).toBeLessThanOrEqual(30 * unit * (scale[k] ?? 0));
          }
        });
      }
    }
  }
});

describe.each([1, 4, 9, 32, 40, 64])("K = %i", (factors) => {
  it.each([129, 300, 1_025])("a row of %i ratings in pieces has the bits of the whole row", (count) => {
    for (const bench of benches)
      for (const precision of ["float64", "float32"] as const)
        for (const biased of [false, true]) {
          const { row, biases } = problem(FIXED_ROWS, factors, [count], biased, precision === "float32");
          const whole = new RowCall(bench, precision, row).multiply(SCALE, biases);
          for (const cuts of [
            [128],
            Array.from({ length: Math.ceil(count / 128) - 1 }, (_, i) => 128 * (i + 1)),
          ])
            expect(new RowCall(bench, precision, row).multiply(SCALE, biases, cuts)).toEqual(whole);
        }
  });
});

it("float32 takes ratings that float32 cannot hold, when they are scaled", () => {
  const { row } = problem(FIXED_ROWS, 6, [40], false, true);
  const huge = {
    ...row,
    wideValues: true,
    mean: 0,
    rows: [{ ...row.rows[0]!, values: row.rows[0]!.values.map((v) => v * 1e60) }],
  };
  const small = { ...row, mean: 0 };
  for (const bench of benches) {
    const expected = new RowCall(bench, "float32", small).multiply(1, undefined).solved;
    const found = new RowCall(bench, "float32", huge).multiply(1e-60, undefined).solved;
    for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 4);
  }
});

it("NaN and Infinity in the fixed side come out, and nothing else turns into them", () => {
  for (const bad of [Number.NaN, Infinity, -Infinity])
    for (const bench of benches)
      for (const precision of ["float64", "float32"] as const) {
        const { row } = problem(FIXED_ROWS, 5, [30, 30], false, true);
        const rows = [
          row.rows[0]!,
          { ...row.rows[1]!, columns: Int32Array.from({ length: 30 }, (_, i) => 1 + i) },
        ];
        rows[0]!.columns.set([0], 3);
        const fixed = row.fixed.map((one, r) =>
          r === 0 ? one.map((value, k) => (k === 2 ? bad : value)) : one,
        );
        const { solved, padded } = new RowCall(bench, precision, { ...row, fixed, rows }).multiply(
          1,
          undefined,
        );
        expect(Number.isFinite(solved[2])).toBe(false);
        expect([...solved].filter((value) => !Number.isFinite(value)).length).toBe(1);
        expect(solved.length).toBe(2 * padded);
      }
});
