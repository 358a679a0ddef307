import { expect, it } from "vitest";
import { compileBuild } from "../../src/kernel/builds.js";
import { BY_INDEX } from "../../src/kernel/lists/arrange.js";
import { VectorIndex } from "../../src/kernel/lists/vector-index.js";
import { dot } from "../../src/model/dot.js";
import { seededRandom } from "../../src/random.js";
import { runNow, type Sliced } from "../../src/ratings/slices.js";

const FACTORS = 9;

function* byIndex(): Sliced<typeof BY_INDEX> {
  yield;
  return BY_INDEX;
}

/** An index in which every item is bounded by a score of factors in 16 bits. */
async function indexOf(itemFactors: Float32Array): Promise<VectorIndex> {
  const lengths = Float64Array.from({ length: itemFactors.length / FACTORS }, (_, item) =>
    Math.sqrt(dot(itemFactors, item * FACTORS, itemFactors, item * FACTORS, FACTORS)),
  );
  const source = {
    factors: FACTORS,
    userFactors: new Float32Array(FACTORS),
    itemFactors,
    mean: 0,
    userBiases: undefined,
    itemBiases: undefined,
    lengths,
  };
  return runNow(VectorIndex.build(source, await compileBuild("simd", "whole"), byIndex()));
}

/** Items by their exact scores, equal ones by index. */
function sorted(vector: Float32Array, items: Float32Array): { index: number; score: number }[] {
  return Array.from({ length: items.length / FACTORS }, (_, index) => ({
    index,
    score: dot(vector, 0, items, index * FACTORS, FACTORS),
  })).sort((a, b) => b.score - a.score || a.index - b.index);
}

function rank(index: VectorIndex, vector: Float32Array, depth: number): { index: number; score: number }[] {
  const by = { kind: "product", base: 0 } as const;
  const leftOut = new Int32Array(0);
  return index.rank({ vector, by, leftOut, bits: undefined, depth, minScore: -Infinity });
}

// Panels of 8 items, four at a time: every lane, and all numbers of panels that are left over.
it.each([1, 7, 8, 31, 33, 40, 48, 56, 64, 200])(
  "of %i items, each is found where it belongs",
  async (items) => {
    const random = seededRandom(items, "test");
    const factors = Float32Array.from({ length: items * FACTORS }, () => random.unit() - 0.5);
    const index = await indexOf(factors);
    for (let query = 0; query < 20; query++) {
      const vector = Float32Array.from({ length: FACTORS }, () => random.unit() - 0.5);
      const wanted = sorted(vector, factors);
      for (const depth of new Set([1, Math.min(3, items), items]))
        expect(rank(index, vector, depth)).toEqual(wanted.slice(0, depth));
    }
  },
);

it("items that 16 bits cannot tell apart are told apart", async () => {
  // Eight significant bits: all of these round to 1.
  const random = seededRandom(5, "test");
  const factors = new Float32Array(300 * FACTORS);
  for (let item = 0; item < 300; item++) factors[item * FACTORS] = 1 + (random.unit() - 0.5) * 2 ** -9;
  const index = await indexOf(factors);
  const vector = Float32Array.from({ length: FACTORS }, (_, k) => (k === 0 ? 1 : 0));
  expect(rank(index, vector, 10)).toEqual(sorted(vector, factors).slice(0, 10));
  expect(index.tally().exact).toBeGreaterThan(200);
});

it("most items are done with by 16 bits", async () => {
  const random = seededRandom(6, "test");
  const factors = Float32Array.from({ length: 5000 * FACTORS }, () => random.unit() - 0.5);
  const index = await indexOf(factors);
  const vector = Float32Array.from({ length: FACTORS }, () => random.unit() - 0.5);
  expect(rank(index, vector, 10)).toEqual(sorted(vector, factors).slice(0, 10));
  expect(index.tally().exact).toBeLessThan(250);
});

it.each([3.4e38, -3.4e38, 1e-38, 1e-44, 3e-39])(
  "numbers at the ends of their range, such as %d",
  async (end) => {
    const random = seededRandom(7, "test");
    const factors = Float32Array.from(
      { length: 100 * FACTORS },
      () => (random.integer(3) === 0 ? end : 0) * random.unit(),
    );
    const index = await indexOf(factors);
    for (const scale of [1, 1e-38]) {
      const vector = Float32Array.from({ length: FACTORS }, () => scale * (random.unit() - 0.5));
      expect(rank(index, vector, 10)).toEqual(sorted(vector, factors).slice(0, 10));
    }
  },
);
