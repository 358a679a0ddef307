import { expect, it } from "vitest";
import { SummedSide } from "../../src/kernel/summed-side.js";
import { SumsCache } from "../../src/live/sums-cache.js";

const NUMBERS = SummedSide.lengthOf(2);

it("forgets what was used longest ago", () => {
  const cache = new SumsCache(3 * SumsCache.rowBytes(NUMBERS), NUMBERS);
  const sums = SummedSide.room(2);
  for (const key of ["a", "b", "c"]) cache.put(key, sums);
  expect(cache.get("a")).toBe(sums);
  // Used again, though it was there before.
  cache.put("a", sums);
  cache.put("d", sums);
  expect(["a", "b", "c", "d"].filter((key) => cache.peek(key) !== undefined)).toEqual(["a", "c", "d"]);
  expect(cache).toMatchObject({ size: 3, bytes: 3 * SumsCache.rowBytes(NUMBERS), hits: 1, misses: 0 });
  cache.delete("a");
  expect(cache.get("a")).toBeUndefined();
  expect(cache).toMatchObject({ size: 2, misses: 1 });
});
