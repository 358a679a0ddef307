import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/random.js";
import { BUILDS, type KernelPrecision, openBench, PRECISIONS } from "./builds.js";
import { numbers, randomRows } from "./random.js";
import { RowCall, type RowCase } from "./row-job.js";

const FACTORS = 33;
const FIXED_ROWS = 40;
const BYTES = 2 ** 18;

function rowCase(single: boolean): RowCase {
  const random = seededRandom(1, "test");
  return {
    factors: FACTORS,
    fixed: randomRows(2, FIXED_ROWS, FACTORS, 1, single),
    fixedBiases: numbers(random, FIXED_ROWS),
    rows: [300, 0, 17].map((count) => ({
      columns: Int32Array.from({ length: count }, () => random.integer(FIXED_ROWS)),
      values: numbers(random, count, 4),
    })),
    lambdas: [0.3, 1, 0.1],
    mean: 0.2,
    biasLambda: 0.5,
    wideValues: true,
  };
}

// Addresses are unsigned: a loop that takes them for signed would end at 2 GiB. Pages that nothing touches cost nothing, so
// a memory of 4 GiB is cheap.
describe.each(BUILDS)("%s", (build) => {
  it("solves across 2 GiB and at the end of what 32 bits can address as it does at the start", async () => {
    const [low, high] = [await openBench(build, BYTES), await openBench(build, BYTES, 2 ** 32 - BYTES)];
    // Where the line of 2 GiB falls moves through every region, and stops within rows of factors.
    const bases = Array.from({ length: 40 }, (_, i) => 2 ** 31 - (i < 20 ? 1_104 * i : 4_160 * i) - 64);
    for (const precision of Object.keys(PRECISIONS) as KernelPrecision[]) {
      const single = PRECISIONS[precision].factorBytes === 4;
      const what = rowCase(single);
      const solved = randomRows(5, 3, FACTORS, 1, single);
      const biases = [0.1, 0.2, 0.3];
      const expected = new RowCall(low, precision, what).solve();
      const residuals = new RowCall(low, precision, what).residuals(solved, biases);
      expect(expected.failed).toBe(0);
      for (const base of [2 ** 32 - BYTES, ...bases]) {
        high.arena.moveTo(base);
        const where = `${precision} at ${base}`;
        expect(new RowCall(high, precision, what).solve(), where).toEqual(expected);
        expect(new RowCall(high, precision, what).residuals(solved, biases), where).toEqual(residuals);
      }
    }
  });

  it("scores across 2 GiB wherever a row crosses it", async () => {
    const { arena, kernels } = await openBench(build, BYTES, 2 ** 31);
    const padded = kernels.paddedFactors(FACTORS);
    for (let offset = 0; offset <= padded * 8 + 128; offset += 16) {
      arena.moveTo(2 ** 31 - offset);
      const w = arena.take("w", padded * 8);
      arena.floats(w, 8).fill(1);
      expect(kernels.dot64(w.address, w.address, padded), `dot64 at ${w.address}`).toBe(padded);
      arena.floats(w, 4).fill(1);
      expect(kernels.dot32(w.address, w.address, 2 * padded), `dot32 at ${w.address}`).toBe(2 * padded);
    }
  });
});
