import fc from "fast-check";
import { expect, test } from "vitest";
import { Top } from "../../src/model/top.js";

/** The definition: sort everything by score, then by index. */
function sorted(entries: { index: number; score: number }[], capacity: number) {
  return [...entries].sort((a, b) => b.score - a.score || a.index - b.index).slice(0, capacity);
}

test("keeps what sorting everything would keep, in any order of arrival", () => {
  const entries = fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 60 }).chain((scores) =>
    fc.shuffledSubarray(
      scores.map((score, index) => ({ index, score })),
      { minLength: scores.length },
    ),
  );
  fc.assert(
    fc.property(entries, fc.integer({ min: 1, max: 70 }), (list, capacity) => {
      const top = new Top(capacity);
      for (const { index, score } of list) top.offer(index, score);
      expect(top.drain()).toEqual(sorted(list, capacity));
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("is empty when nothing was offered, and after it was drained", () => {
  const top = new Top(3);
  expect(top.drain()).toEqual([]);
  top.offer(4, 1);
  expect(top.drain()).toEqual([{ index: 4, score: 1 }]);
  expect(top.drain()).toEqual([]);
});
