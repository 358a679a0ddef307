import { describe, expect, it } from "vitest";
import { ALS, Engine, Ratings } from "../../src/index.js";
import golden from "../golden/factors.json";
import { FACTORS, goldenHash, goldenHashes, goldenRatings, PRECISIONS } from "../golden/fit.js";

const library = { ALS, Ratings };

// What a seed gives must not change by accident: not with a refactoring, an engine or a processor. When it is meant to
// (another order of sums, another start), `node test/golden/make.mjs` writes the new hashes, and they belong in the
// change that explains it.
describe("the factors of a seeded fit, to the last bit", () => {
  const cases = PRECISIONS.flatMap((precision) => FACTORS.map((factors) => ({ precision, factors })));

  it.each(cases)("$precision, K = $factors", async ({ precision, factors }) => {
    const committed: Record<string, string> = golden[precision];
    expect(await goldenHash(library, { precision, factors })).toBe(committed[factors]);
  });

  it.each([1, 2, 3, 7])(
    "on %i threads, a fresh engine and a used one, and two fits at once",
    async (threads) => {
      const engine = await Engine.create({ threads });
      expect(await goldenHashes(library, engine), "fresh").toEqual(golden);
      const both = await Promise.all([goldenHashes(library, engine), goldenHashes(library, engine)]);
      expect(both, "used, at once").toEqual([golden, golden]);
      await engine.dispose();
    },
  );

  it("are committed for all of these and no more", () => {
    for (const precision of PRECISIONS) expect(Object.keys(golden[precision])).toEqual(FACTORS.map(String));
    expect(Object.keys(golden).sort()).toEqual([...PRECISIONS].sort());
  });

  it("come from rows of all lengths", () => {
    const { byUser, byItem } = goldenRatings(library);
    const extremes = [byUser, byItem].map(({ starts }) => {
      const lengths = Array.from(starts.subarray(1), (end, row) => end - starts[row]!);
      return [Math.min(...lengths), Math.max(...lengths)];
    });
    expect(extremes).toEqual([
      [1, 61],
      [19, 1_500],
    ]);
  });
});
