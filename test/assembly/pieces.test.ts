import { beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "../../src/random.js";
import { type Bench, type KernelPrecision, openBenches, PRECISIONS } from "./builds.js";
import { numbers, randomRows } from "./random.js";
import { RowCall, type RowCase } from "./row-job.js";

const FIXED_ROWS = 90;

let benches: Bench[];
beforeAll(async () => {
  benches = await openBenches(4 * 2 ** 20);
});

function longRow(factors: number, count: number, bias: boolean, single: boolean): RowCase {
  const random = seededRandom(factors * 10_000 + count, "test");
  return {
    factors,
    fixed: randomRows(factors, FIXED_ROWS, factors, 1, single),
    fixedBiases: bias ? numbers(random, FIXED_ROWS) : undefined,
    rows: [
      {
        columns: Int32Array.from({ length: count }, () => random.integer(FIXED_ROWS)),
        values: numbers(random, count, 5),
      },
    ],
    lambdas: [0.4],
    mean: 0.3,
    biasLambda: bias ? 0.2 : undefined,
    wideValues: count % 2 === 0,
  };
}

/** Every way to cut a row at multiples of the tile: each alone, all of them, and every other one. */
function cutsOf(count: number, tile: number): number[][] {
  const places = Array.from({ length: Math.ceil(count / tile) - 1 }, (_, i) => (i + 1) * tile);
  return [...places.map((place) => [place]), places, places.filter((_, i) => i % 2 === 1)].filter(
    (cuts) => cuts.length > 0,
  );
}

describe.each([1, 3, 4, 7, 16, 33, 64, 72])("K = %i", (factors) => {
  it.each([129, 256, 300, 1_025])("a row of %i ratings in pieces has the bits of the whole row", (count) => {
    for (const bench of benches) {
      for (const precision of Object.keys(PRECISIONS) as KernelPrecision[]) {
        for (const bias of [false, true]) {
          const what = `${bench.build} ${precision} ${bias ? "with" : "without"} bias`;
          const row = longRow(factors, count, bias, PRECISIONS[precision].factorBytes === 4);
          const whole = new RowCall(bench, precision, row).solve();
          expect(whole.states[0], what).toBe(0);
          for (const cuts of cutsOf(count, bench.kernels.tileRows())) {
            const pieces = new RowCall(bench, precision, row).solvePieces(cuts);
            expect(pieces, `${what}, cut at ${cuts}`).toEqual(whole);
          }
        }
      }
    }
  });

  it("residuals in pieces have the bits of the whole row, wherever it is cut", () => {
    for (const bench of benches) {
      for (const precision of ["float64", "float32"] as const) {
        const single = precision === "float32";
        const row = longRow(factors, 300, true, single);
        const w = randomRows(9, 1, factors, 1, single);
        const whole = new RowCall(bench, precision, row).residuals(w, [0.2]);
        for (const cuts of [[1], [128, 256], [77, 78, 299]])
          expect(new RowCall(bench, precision, row).residuals(w, [0.2], cuts)).toEqual(whole);
      }
    }
  });
});
