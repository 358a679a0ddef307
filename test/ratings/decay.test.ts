import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Ratings } from "../../src/ratings/index.js";
import { distinctRows, expectExactly, key } from "./reference.js";

const DAY = 86_400;

/** Weights by pair, of one orientation. */
function weightsOf(ratings: Ratings, side: "byUser" | "byItem"): Map<string, number> {
  const { starts, columns, weights, rowCount } = ratings[side];
  const found = new Map<string, number>();
  for (let row = 0; row < rowCount; row++)
    for (let p = starts[row]!; p < starts[row + 1]!; p++) {
      const [user, item] = side === "byUser" ? [row, columns[p]!] : [columns[p]!, row];
      found.set(key(ratings.users.id(user), ratings.items.id(item)), weights![p]!);
    }
  return found;
}

describe("decay", () => {
  it("halves weights with every half-life, counted from the greatest timestamp or from now", () => {
    const ratings = Ratings.from([
      { user: "ann", item: "Alien", value: 5, timestamp: 70 },
      { user: "ann", item: "Brazil", value: 4, timestamp: 100 },
      { user: "bob", item: "Alien", value: 3, timestamp: 90 },
      { user: "bob", item: "Casablanca", value: 2, timestamp: 60 },
    ]);
    const weights = (options: { halfLife: number; now?: number }) =>
      Array.from(ratings.decay(options), ({ weight }) => weight);
    expect(weights({ halfLife: 10 })).toEqual([1 / 8, 1, 1 / 2, 1 / 16]);
    expect(weights({ halfLife: 10, now: 110 })).toEqual([1 / 16, 1 / 2, 1 / 4, 1 / 32]);
    // What is younger than now counts in full, not more.
    expect(weights({ halfLife: 10, now: 80 })).toEqual([1 / 2, 1, 1, 1 / 4]);
    expect(weights({ halfLife: 10, now: -1e6 })).toEqual([1, 1, 1, 1]);
    // Where "now" is not, the greatest timestamp is.
    expect(weights({ halfLife: 30, now: 100 })).toEqual(weights({ halfLife: 30 }));
  });

  it("multiplies weights that there are, in both orientations, and leaves everything else as it is", () => {
    fc.assert(
      fc.property(
        distinctRows(1),
        fc.boolean(),
        fc.double({ min: 0.1, max: 1e6, noNaN: true }),
        fc.infiniteStream(fc.record({ timestamp: fc.integer({ min: 0, max: 1e5 }), weight: fc.nat(9) })),
        (rows, weighted, halfLife, stream) => {
          const full = rows.map((row) => {
            const { timestamp, weight } = stream.next().value!;
            return { ...row, timestamp, ...(weighted && { weight: weight + 0.5 }) };
          });
          const ratings = Ratings.from(full);
          const now = Math.max(...full.map(({ timestamp }) => timestamp));
          if ((now - Math.min(...full.map(({ timestamp }) => timestamp))) / halfLife > 900) return;
          const decayed = ratings.decay({ halfLife });
          expectExactly(decayed, ratings);
          const [byUser, byItem] = [weightsOf(decayed, "byUser"), weightsOf(decayed, "byItem")];
          expect(byItem).toEqual(byUser);
          for (const { user, item, timestamp, weight = 1 } of full) {
            const expected = weight * 2 ** (-(now - timestamp) / halfLife);
            const actual = byUser.get(key(user, item))!;
            expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-13 * expected);
          }
          expect(decayed.timestamps).toBe(ratings.timestamps);
          expect(decayed.users).toBe(ratings.users);
          expect(decayed.items).toBe(ratings.items);
          for (const side of ["byUser", "byItem"] as const)
            for (const array of ["starts", "columns", "values"] as const)
              expect(decayed[side][array]).toBe(ratings[side][array]);
          expect([decayed.mean, decayed.min, decayed.max]).toEqual([ratings.mean, ratings.min, ratings.max]);
        },
      ),
    );
  });

  it("refuses what it cannot use, and says what to do", () => {
    const timed = Ratings.from([
      { user: "ann", item: "Alien", value: 5, timestamp: 0 },
      { user: "bob", item: "Brazil", value: 4, timestamp: 2000 * DAY },
    ]);
    const untimed = Ratings.from([["ann", "Alien", 5]]);
    expect(() => untimed.decay({ halfLife: DAY })).toThrow(
      new RangeError(
        "Ratings.decay: needs timestamps, which these ratings do not have; give each rating one: { user, item, value, timestamp }",
      ),
    );
    for (const halfLife of [0, -1, Number.NaN, Infinity])
      expect(() => timed.decay({ halfLife })).toThrow(
        `Ratings.decay: halfLife must be a finite number above 0, not ${halfLife}`,
      );
    expect(() => timed.decay({} as { halfLife: number })).toThrow(TypeError);
    expect(() => timed.decay({ halfLife: 1, now: Number.NaN })).toThrow(
      "Ratings.decay: now must be a finite number, not NaN",
    );
    expect(() => timed.decay({ halflife: 1 } as unknown as { halfLife: number })).toThrow(
      'did you mean "halfLife"?',
    );
    expect(() => timed.decay({ halfLife: DAY })).toThrow(
      new RangeError(
        'Ratings.decay: the rating of user "ann" for item "Alien" is 172800000 old, and would weigh 0 with halfLife 86400. Give a longer halfLife, or leave out ratings that are so old.',
      ),
    );
    expect(timed.decay({ halfLife: 2 * DAY }).byUser.weights![0]).toBeGreaterThan(0);
  });
});
