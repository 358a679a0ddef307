import fc from "fast-check";
import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import type { Ratings } from "../../src/ratings/index.js";
import { type SyntheticWorld, syntheticWorld, type Truth } from "../../src/synthetic/index.js";
import { sha256 } from "../support/bytes.js";

const DAY_OF_1995_01_09 = Date.UTC(1995, 0, 9) / 86_400_000;
const DAY_OF_2015_03_31 = Date.UTC(2015, 2, 31) / 86_400_000;

function deviation(values: ArrayLike<number>): number {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i]!;
    squares += values[i]! * values[i]!;
  }
  const mean = sum / values.length;
  return Math.sqrt(squares / values.length - mean * mean);
}

/** The sizes of the rows of one side, ascending. */
function rowSizes({ starts }: Ratings["byUser"]): Float64Array {
  return starts
    .slice(1)
    .map((end, row) => end - starts[row]!)
    .sort();
}

/** What the truth says about a rating, without its noise. */
function expectation(truth: Truth, user: number, item: number): number {
  let sum = truth.mean + truth.userBiases[user]! + truth.itemBiases[item]!;
  for (let g = 0; g < 12; g++) sum += truth.users.values[user * 12 + g]! * truth.items.values[item * 12 + g]!;
  return sum;
}

function hashOf({ ratings, truth }: SyntheticWorld): Promise<string> {
  return sha256(
    ratings.byUser.starts,
    ratings.byUser.columns,
    ratings.byUser.values,
    ratings.timestamps!,
    truth.users.values,
    truth.items.values,
    truth.userBiases,
    truth.itemBiases,
    Float64Array.of(truth.mean),
    new TextEncoder().encode([...ratings.users, ...ratings.items].join()),
  );
}

describe("syntheticWorld, in the shape of MovieLens-20M", () => {
  // As many ratings a user, a twentieth of the users, a quarter of the items.
  const users = 6_925;
  const items = 6_686;
  const count = 1_000_000;
  let ratings: Ratings<string, string>;
  let truth: Truth;

  beforeAll(async () => {
    ({ ratings, truth } = await syntheticWorld({ users, items, ratings: count, seed: 11 }));
  });

  it("has exactly the size asked for, every user and item rated, no pair twice", () => {
    expect([ratings.userCount, ratings.itemCount, ratings.count]).toEqual([users, items, count]);
    const { starts, columns } = ratings.byUser;
    let unordered = 0;
    for (let user = 0; user < users; user++)
      for (let p = starts[user]! + 1; p < starts[user + 1]!; p++)
        if (columns[p - 1]! >= columns[p]!) unordered++;
    expect(unordered).toBe(0);
    expect(rowSizes(ratings.byItem)[0]).toBeGreaterThan(0);
  });

  it("has users with MovieLens-20M's heavy tail: at least 20, mean 144, median 68", () => {
    const sizes = rowSizes(ratings.byUser);
    const median = sizes[users >> 1]!;
    expect(sizes[0]).toBe(20);
    expect(median).toBeGreaterThan(60);
    expect(median).toBeLessThan(76);
    // The 99th percentile of the log-normal distribution is 20 + 48·exp(1.378 · 2.326) = 1,205.
    expect(sizes[Math.floor(users * 0.99)]).toBeGreaterThan(900);
    expect(sizes[Math.floor(users * 0.99)]).toBeLessThan(1_500);
    expect(sizes[users - 1]).toBeGreaterThan(2_000);
    expect(sizes[users - 1]).toBeLessThanOrEqual(0.75 * items);
  });

  it("has half-star values with mean 3.5 and standard deviation 1.05", () => {
    const seen = [...new Set(ratings.byUser.values)].sort();
    expect(seen).toEqual([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5]);
    expect(Math.abs(ratings.mean - 3.5)).toBeLessThan(0.1);
    expect(Math.abs(deviation(ratings.byUser.values) - 1.05)).toBeLessThan(0.05);
  });

  it("spreads days over twenty years, a user's close together", () => {
    const days = ratings.timestamps!;
    const firsts: number[] = [];
    const spans: number[] = [];
    for (let user = 0; user < users; user++) {
      const own = days.slice(ratings.byUser.starts[user]!, ratings.byUser.starts[user + 1]!).sort();
      firsts.push(own[0]!);
      spans.push(own.at(-1)! - own[0]!);
    }
    expect(days.every((day) => Number.isInteger(day))).toBe(true);
    expect(Math.min(...firsts)).toBeGreaterThanOrEqual(DAY_OF_1995_01_09);
    expect(days.reduce((a, b) => Math.max(a, b))).toBeLessThanOrEqual(DAY_OF_2015_03_31);
    // Uniform over the years: standard deviation (last − first)/√12 = 2,132.
    expect(deviation(firsts)).toBeGreaterThan(2_000);
    spans.sort((a, b) => a - b);
    expect(spans[users >> 1]).toBeLessThan(60);
    expect(spans[users - 1]).toBeGreaterThan(365);
  });

  it("names users and titles items, uniquely and by genre", () => {
    expect([...ratings.users]).toEqual(Array.from({ length: users }, (_, user) => `user-${user + 1}`));
    expect(new Set(ratings.items).size).toBe(items);
    let row = 0;
    for (const title of ratings.items) {
      const [genre, number] = title.split(" ");
      expect(genre).toBe(truth.genres[truth.mainGenres[row++]!]);
      expect(Number(number)).toBeGreaterThan(0);
    }
    const popular = (title: string): number => {
      const item = ratings.items.index(title)!;
      return ratings.byItem.starts[item + 1]! - ratings.byItem.starts[item]!;
    };
    for (const genre of truth.genres) expect(popular(`${genre} 1`)).toBeGreaterThan(popular(`${genre} 100`));
  });

  it("numbers items in order of first appearance", () => {
    let seen = -1;
    let early = 0;
    for (const item of ratings.byUser.columns) {
      if (item > seen + 1) early++;
      seen = Math.max(seen, item);
    }
    expect(early).toBe(0);
  });

  it("gives items one or two genres, common genres more often, half of the items a second one", () => {
    const shares = new Float64Array(12);
    let withSecond = 0;
    for (let item = 0; item < items; item++) {
      const weights = truth.items.values.subarray(item * 12, item * 12 + 12);
      const main = truth.mainGenres[item]!;
      const others = weights.filter((weight, genre) => weight > 0 && genre !== main);
      shares[main]! += 1 / items;
      expect(weights[main]! + (others[0] ?? 0)).toBeCloseTo(1, 12);
      expect(others.length).toBeLessThan(2);
      if (others.length === 0) continue;
      withSecond++;
      expect(others[0]).toBeGreaterThanOrEqual(0.15);
      expect(others[0]).toBeLessThan(0.45);
    }
    expect(withSecond / items).toBeCloseTo(0.5, 1);
    const total = Array.from({ length: 12 }, (_, genre) => 0.93 ** genre).reduce((a, b) => a + b);
    for (let genre = 0; genre < 12; genre++)
      expect(Math.abs(shares[genre]! - 0.93 ** genre / total)).toBeLessThan(0.02);
  });

  it("gives users two favourite genres and one that they dislike", () => {
    for (let user = 0; user < users; user += 10) {
      const row = truth.users.values.subarray(user * 12, user * 12 + 12);
      const sorted = row.slice().sort();
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(0, 10);
      expect(sorted[11]! - sorted[0]!).toBeGreaterThan(1.5);
      expect(sorted[0]).toBeLessThan(0);
    }
  });

  it("has biases and a genre signal of the sizes that the documentation tells", () => {
    const { starts, columns } = ratings.byUser;
    const signals = new Float64Array(count);
    let userBias = 0;
    let itemBias = 0;
    for (let user = 0; user < users; user++)
      for (let p = starts[user]!; p < starts[user + 1]!; p++) {
        const item = columns[p]!;
        userBias += truth.userBiases[user]! / count;
        itemBias += truth.itemBiases[item]! / count;
        const whole = expectation(truth, user, item);
        signals[p] = whole - truth.mean - truth.userBiases[user]! - truth.itemBiases[item]!;
      }
    expect(userBias).toBeCloseTo(0, 8);
    expect(itemBias).toBeCloseTo(0, 8);
    expect(Math.abs(deviation(truth.userBiases) - 0.52)).toBeLessThan(0.02);
    expect(Math.abs(deviation(truth.itemBiases) - 0.32)).toBeLessThan(0.015);
    expect(deviation(signals)).toBeCloseTo(0.62, 8);
  });

  it("tells the truth in the order of the vocabularies: only noise and rounding are left of the ratings", () => {
    const { starts, columns, values } = ratings.byUser;
    const errors: number[] = [];
    for (let user = 0; user < users; user++)
      for (let p = starts[user]!; p < starts[user + 1]!; p++) {
        const expected = expectation(truth, user, columns[p]!);
        // Far from the ends of the scale nothing is cut off.
        if (expected > 2.5 && expected < 3) errors.push(values[p]! - expected);
      }
    expect(errors.length).toBeGreaterThan(50_000);
    expect(Math.abs(errors.reduce((a, b) => a + b) / errors.length)).toBeLessThan(0.02);
    // The noise, and rounding to the nearest half.
    expect(Math.abs(deviation(errors) - Math.sqrt(0.75 ** 2 + 0.5 ** 2 / 12))).toBeLessThan(0.01);
  });
});

describe("popularity in syntheticWorld", () => {
  it("falls as (rank + 8)^-0.9", async () => {
    // Users with few ratings each: those with many would have all of the most popular items.
    const { ratings } = await syntheticWorld({ users: 60_000, items: 5_000, ratings: 240_000 });
    const sizes = rowSizes(ratings.byItem).reverse();
    const share = (from: number, to: number): number =>
      sizes.slice(from, to).reduce((sum, size) => sum + size, 0) / ratings.count;
    const weight = (from: number, to: number): number => {
      let sum = 0;
      for (let rank = from; rank < to; rank++) sum += (rank + 8) ** -0.9;
      return sum;
    };
    for (const [from, to] of [
      [0, 5],
      [5, 50],
      [50, 500],
      [500, 2_000],
      [2_000, 5_000],
    ] as const) {
      const expected = weight(from, to) / weight(0, 5_000);
      expect(Math.abs(share(from, to) / expected - 1)).toBeLessThan(0.05);
    }
  });
});

describe("syntheticWorld of any size", () => {
  const sizes = fc
    .tuple(
      fc.integer({ min: 2, max: 60 }),
      fc.integer({ min: 2, max: 60 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    .map(([users, items, share]) => {
      const fewest = Math.max(users, items);
      const most = Math.floor((users * items) / 2);
      return { users, items, ratings: fewest + Math.floor(share * (most - fewest)) };
    });

  it("rates every user and item, no pair twice, exactly as often as asked", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), async (size, seed) => {
        const { ratings, truth } = await syntheticWorld({ ...size, seed });
        const pairs = new Set([...ratings].map(({ user, item }) => `${user} and ${item}`));
        expect(pairs.size).toBe(size.ratings);
        expect([ratings.userCount, ratings.itemCount]).toEqual([size.users, size.items]);
        expect(rowSizes(ratings.byUser)[0]).toBeGreaterThan(0);
        expect(rowSizes(ratings.byItem)[0]).toBeGreaterThan(0);
        expect(ratings.min).toBeGreaterThanOrEqual(0.5);
        expect(ratings.max).toBeLessThanOrEqual(5);
        expect([truth.users.rows, truth.items.rows]).toEqual([size.users, size.items]);
        expect([...truth.users.values, ...truth.itemBiases, truth.mean].every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe("the same seed", () => {
  const size = { users: 300, items: 200, ratings: 9_000 };

  it("gives the same bits anywhere", async () => {
    expect(await hashOf(await syntheticWorld({ ...size, seed: 42 }))).toBe(
      "4c09b3b2ea35cc6324d0cf31828c09802bbdf5ab7804eaf53ef69331f1d062cd",
    );
  });

  it("gives another world when it is another seed", async () => {
    const hashes = await Promise.all(
      [0, 1, 2 ** 32, 2 ** 40].map((seed) => syntheticWorld({ ...size, seed }).then(hashOf)),
    );
    expect(new Set(hashes).size).toBe(4);
  });
});

it("has string ids in its type", () => {
  expectTypeOf<SyntheticWorld["ratings"]>().toEqualTypeOf<Ratings<string, string>>();
  expectTypeOf(syntheticWorld).returns.toEqualTypeOf<Promise<SyntheticWorld>>();
});
