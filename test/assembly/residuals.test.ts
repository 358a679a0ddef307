import { beforeAll, expect, it } from "vitest";
import { seededRandom } from "../../src/random.js";
import { squaredError, sumRow } from "../reference/row.js";
import { type Bench, FACTORS, openBenches } from "./builds.js";
import { numbers, randomRows } from "./random.js";
import { RowCall } from "./row-job.js";
import { expectNear } from "./tolerance.js";

const FIXED_ROWS = 211;
const MEAN = 3.4;

let benches: Bench[];
beforeAll(async () => {
  benches = await openBenches(16 * 2 ** 20);
});

it.each(FACTORS)("Σ(t − b − wᵀu)² of rows as they stand equals the plain loop, K = %i", (factors) => {
  for (const single of [false, true]) {
    const random = seededRandom(factors, "test");
    const fixed = randomRows(1, FIXED_ROWS, factors, 1 / Math.sqrt(factors), single);
    const rows = [5, 0, 1, 300].map((count) => ({
      columns: Int32Array.from({ length: count }, () => random.integer(FIXED_ROWS)),
      values: numbers(random, count, 5, single),
    }));
    const solved = randomRows(2, rows.length, factors, 1, single);
    const allBiases = numbers(random, rows.length);
    const allFixedBiases = numbers(random, FIXED_ROWS);
    for (const [biases, fixedBiases] of [
      [undefined, undefined],
      [allBiases, allFixedBiases],
      [allBiases, undefined],
      [undefined, allFixedBiases],
    ]) {
      const expected = rows.map(({ columns, values }, r) => {
        const ours = Array.from(columns, (column) => fixed[column]!);
        const targets = values.map((value, i) => value - MEAN - (fixedBiases?.[columns[i]!] ?? 0));
        const x = Float64Array.from([...solved[r]!, biases?.[r] ?? 0]);
        return squaredError(sumRow(ours, factors), targets, x);
      });
      const all = benches.map((bench) =>
        new RowCall(bench, single ? "float32" : "float64", {
          factors,
          fixed,
          fixedBiases,
          rows,
          lambdas: rows.map(() => 1),
          mean: MEAN,
          biasLambda: biases && 1,
          wideValues: !single,
        }).residuals(solved, biases),
      );
      for (const [b, sums] of all.entries()) {
        const name = `${benches[b]!.build} ${single ? "float32" : "float64"}`;
        expect(sums[1], `${name}: no ratings`).toBe(0);
        // Dots run in float64 in every build and precision.
        for (const [r, sum] of expected.entries()) expectNear(`${name} row ${r}`, sums[r]!, sum, 1e-12 * sum);
        expect(sums, `${name}: not the bits of ${benches[0]!.build}`).toEqual(all[0]);
      }
    }
  }
});
