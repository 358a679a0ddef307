import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Rating, Ratings } from "../../src/ratings/index.js";
import { runNow, SLICE } from "../../src/ratings/slices.js";
import { splitParts } from "../../src/ratings/split.js";
import { distinctRows, expectExactly, fromItems, fromUsers, key } from "./reference.js";

function grid(users: number, items: number): Ratings<number, number> {
  const rows: [number, number, number][] = [];
  for (let user = 0; user < users; user++)
    for (let item = 0; item < items; item++) rows.push([user, item, (user + item) % 5]);
  return Ratings.from(rows);
}

describe("split", () => {
  it("holds out the share that is asked for, exactly", () => {
    const ratings = grid(10, 25);
    const sizes = [0.1, 0.25, 0.5, 0.999, 1e-9, 0.01].map((test) => {
      const [train, held] = ratings.split({ test, seed: 1 });
      expect(train.count + held.count).toBe(250);
      return held.count;
    });
    expect(sizes).toEqual([25, 63, 125, 249, 1, 3]);
    expect(
      grid(1, 2)
        .split({ test: 0.9, seed: 0 })
        .map(({ count }) => count),
    ).toEqual([1, 1]);
  });

  it("shares the vocabularies, whatever is held out", () => {
    const ratings = grid(5, 5);
    for (const half of ratings.split({ test: 0.9, seed: 3 })) {
      expect(half.users).toBe(ratings.users);
      expect(half.items).toBe(ratings.items);
      expect(half.byUser.rowCount).toBe(5);
      expect(half.byItem.rowCount).toBe(5);
    }
  });

  it("takes weights and timestamps along", () => {
    const rows = Array.from({ length: 40 }, (_, n) => ({
      user: n % 7,
      item: n,
      value: n,
      weight: n + 0.5,
      timestamp: 1000 + n,
    }));
    const ratings = Ratings.from(rows);
    for (const half of ratings.split({ test: 0.4, seed: 1 })) {
      for (const rating of half) expect(rating).toEqual(rows[rating.item]);
      for (let item = 0; item < 40; item++) {
        const start = half.byItem.starts[item]!;
        if (start < half.byItem.starts[item + 1]!) expect(half.byItem.weights![start]).toBe(item + 0.5);
      }
    }
  });

  it("stores each half in the precision that it needs", () => {
    const ratings = Ratings.from([
      [1, 1, 0.1],
      [1, 2, 2],
    ]);
    const halves = ratings.split({ test: 0.5, seed: 1 });
    const kinds = halves.map(({ byUser, byItem }) => [byUser.valueBytes, byItem.valueBytes]);
    expect(kinds.toSorted()).toEqual([
      [4, 4],
      [8, 8],
    ]);
    for (const half of halves) for (const { item, value } of half) expect(value).toBe(ratings.get(1, item));
  });

  it("depends on the seed alone", () => {
    const ratings = grid(10, 10);
    const held = (seed: number): string[] => [...fromUsers(ratings.split({ test: 0.1, seed })[1]).keys()];
    expect(held(1)).toEqual(held(1));
    expect(held(1)).not.toEqual(held(2));
    expect(held(2 ** 32)).not.toEqual(held(0));
  });

  it("holds out these of 100 with seed 1, on every engine and for ever", () => {
    const [, test] = grid(10, 10).split({ test: 0.1, seed: 1 });
    const pairs = [...test].map(({ user, item }) => user * 10 + item);
    expect(pairs).toEqual([0, 11, 41, 45, 53, 54, 58, 72, 79, 98]);
  });

  it("holds out every rating equally often", () => {
    const ratings = grid(1, 20);
    const times = new Array<number>(20).fill(0);
    const seeds = 4000;
    for (let seed = 0; seed < seeds; seed++)
      for (const { item } of ratings.split({ test: 0.25, seed })[1]) times[item]!++;
    // 1,000 each on average; the standard deviation is 27.
    for (const count of times) expect(Math.abs(count - 1000)).toBeLessThan(5 * 27.4);
  });

  it.each([
    [{ test: 0, seed: 1 }, RangeError, "test must be a finite number above 0 and below 1, not 0"],
    [{ test: 1, seed: 1 }, RangeError, "test must be a finite number above 0 and below 1, not 1"],
    [{ test: Number.NaN, seed: 1 }, RangeError, "test must be a finite number above 0 and below 1, not NaN"],
    [{ seed: 1 }, TypeError, "test must be a finite number above 0 and below 1, not undefined"],
    [{ test: 0.1 }, TypeError, "seed must be an integer of at least 0, not undefined"],
    [{ test: 0.1, seed: -1 }, RangeError, "seed must be an integer of at least 0, not -1"],
    [{ test: 0.1, seed: 1.5 }, RangeError, "seed must be an integer of at least 0, not 1.5"],
    [{ test: 0.1, seed: "1" }, TypeError, 'seed must be an integer of at least 0, not the string "1"'],
  ])("refuses %j", (options, Class, told) => {
    expect(() => grid(2, 2).split(options as never)).toThrow(new Class(`Ratings.split: ${told}`));
  });

  it("refuses unknown options and a single rating", () => {
    expect(() => grid(2, 2).split({ tests: 0.1, seed: 1 } as never)).toThrow(
      'Ratings.split: unknown option "tests"; did you mean "test"?',
    );
    expect(() => grid(1, 1).split({ test: 0.5, seed: 1 })).toThrow(
      new RangeError("Ratings.split: needs at least 2 ratings, one for each half, but there is only 1"),
    );
  });

  it("is a partition over many slices, the same in both orientations", () => {
    const rows = many();
    const [train, held] = Ratings.from(rows).split({ test: 0.3, seed: 5 });
    const heldOut = new Set(fromUsers(held).keys());
    const isHeld = (row: Rating<number, number>): boolean => heldOut.has(key(row.user, row.item));
    expectExactly(held, rows.filter(isHeld));
    expectExactly(
      train,
      rows.filter((row) => !isHeld(row)),
    );
    expect(heldOut.size).toBe(Math.round(0.3 * rows.length));
    for (const half of [train, held])
      for (const { user, item, weight, timestamp } of half) {
        const n = item * 211 + user;
        if (weight !== 1 + (n % 7) || timestamp !== n) expect([user, item, weight, timestamp]).toBe(n);
      }
  });

  it("leaves the ratings as they were", () => {
    const ratings = grid(20, 20);
    const before = [...ratings];
    ratings.split({ test: 0.3, seed: 1 });
    expect([...ratings]).toEqual(before);
    expect(fromItems(ratings)).toEqual(fromUsers(ratings));
  });

  it("is a partition, for any ratings", () => {
    const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(distinctRows(2), share, fc.maxSafeNat(), (rows, test, seed) => {
        const ratings = Ratings.from(rows);
        const [train, held] = ratings.split({ test, seed });
        const heldOut = new Set(fromUsers(held).keys());
        expect(fromItems(held).size).toBe(heldOut.size);
        expectExactly(
          train,
          rows.filter(({ user, item }) => !heldOut.has(key(user, item))),
        );
        expectExactly(
          held,
          rows.filter(({ user, item }) => heldOut.has(key(user, item))),
        );
        expect(heldOut.size).toBe(Math.min(Math.max(Math.round(test * rows.length), 1), rows.length - 1));
      }),
    );
  });
});

/** Weights and timestamps too, over several slices; some values need double precision. */
function many(): Rating<number, number>[] {
  return Array.from({ length: 3 * SLICE }, (_, n) => ({
    user: n % 211,
    item: Math.floor(n / 211),
    value: n % 1000 === 0 ? 0.1 : (n % 9) / 2,
    weight: 1 + (n % 7),
    timestamp: n,
  }));
}

describe("a split of parts in their own memory", () => {
  it("makes the halves that split makes", () => {
    for (const rows of [many(), many().slice(1, 900), many().slice(0, 2)]) {
      const options = { test: 0.3, seed: 5 };
      const expected = Ratings.from(rows).split(options);
      const halves = runNow(splitParts(Ratings.from(rows), options, true));
      halves.forEach((parts, h) => {
        const half = new Ratings(parts);
        expect([...half]).toEqual([...expected[h]!]);
        expect(half.byItem).toEqual(expected[h]!.byItem);
        expect([half.mean, half.min, half.max]).toEqual([
          expected[h]!.mean,
          expected[h]!.min,
          expected[h]!.max,
        ]);
      });
    }
  });

  it("puts the training half where the whole was", () => {
    const whole = Ratings.from(many());
    const [train, test] = runNow(splitParts(whole, { test: 0.3, seed: 5 }, true));
    for (const side of ["byUser", "byItem"] as const)
      for (const array of ["columns", "values", "weights"] as const) {
        expect(train[side][array]!.buffer).toBe(whole[side][array]!.buffer);
        expect(test[side][array]!.buffer).not.toBe(whole[side][array]!.buffer);
      }
    expect(train.timestamps!.buffer).toBe(whole.timestamps!.buffer);
  });
});
