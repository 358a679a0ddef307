import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { starValues } from "../../demo/page/star-values.js";

describe("what stars stand for", () => {
  it.each<[[number, number], number[]]>([
    [
      [1, 5],
      [1, 2, 3, 4, 5],
    ],
    [
      [3, 5],
      [3, 4, 5],
    ],
    [
      [1, 10],
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    ],
    [
      [-9, -1],
      [-9, -8, -7, -6, -5, -4, -3, -2, -1],
    ],
    [
      [-10, 10],
      [-10, -5, 0, 5, 10],
    ],
    [
      [0.5, 5],
      [0.5, 1.5, 3, 4, 5],
    ],
    [
      [0.5, 2],
      [0.5, 1, 1.5, 2],
    ],
    [
      [0, 100],
      [0, 25, 50, 75, 100],
    ],
    [[4, 4], [4]],
  ])("of ratings %j are %j", (range, values) => {
    expect(starValues(range)).toEqual(values);
  });

  it("rises from the least rating to the greatest, whatever they are", () => {
    const value = fc.oneof(
      fc.integer({ min: -1000, max: 1000 }).map((twice) => twice / 2),
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    );
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        fc.pre(max - min > 1e-6 || max === min);
        const values = starValues([min, max]);
        expect(values[0]).toBeCloseTo(min, 8);
        expect(values.at(-1)).toBeCloseTo(max, 8);
        expect(values.length).toBeLessThanOrEqual(10);
        for (let at = 1; at < values.length; at++) expect(values[at]).toBeGreaterThan(values[at - 1]!);
      }),
    );
  });
});
