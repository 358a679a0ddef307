import { beforeAll, describe, expect, it } from "vitest";
import { ALS } from "../../src/als/index.js";
import { baselines, rmse } from "../../src/metrics/index.js";
import type { Model } from "../../src/model/index.js";
import { seededRandom } from "../../src/random.js";
import type { Ratings } from "../../src/ratings/index.js";
import { syntheticWorld, type Truth } from "../../src/synthetic/index.js";
import { type Matrix, procrustes, product } from "../reference/procrustes.js";

const STRONGEST = 8;

/** Some rows of a matrix. */
function rowsOf(values: ArrayLike<number>, columns: number, rows: readonly number[]): Matrix {
  const picked = new Float64Array(rows.length * columns);
  rows.forEach((row, r) => {
    for (let c = 0; c < columns; c++) picked[r * columns + c] = values[row * columns + c]!;
  });
  return { rows: rows.length, columns, values: picked };
}

/** Pearson's correlation of column c of both. */
function correlation(a: Matrix, b: Matrix, c: number): number {
  let [x, y, xx, yy, xy] = [0, 0, 0, 0, 0];
  for (let r = 0; r < a.rows; r++) {
    const p = a.values[r * a.columns + c]!;
    const q = b.values[r * b.columns + c]!;
    x += p;
    y += q;
    xx += p * p;
    yy += q * q;
    xy += p * q;
  }
  return (a.rows * xy - x * y) / Math.sqrt((a.rows * xx - x * x) * (a.rows * yy - y * y));
}

/** The two genres that a user likes best. */
function favourites(truth: Truth, user: number): number[] {
  const row = truth.users.values.subarray(user * truth.users.genres, (user + 1) * truth.users.genres);
  return [...row.keys()].sort((a, b) => row[b]! - row[a]!).slice(0, 2);
}

describe("what ALS learns of a world of 20,000 users, 4,000 items and 1,000,000 ratings", () => {
  let truth: Truth;
  let train: Ratings<string, string>;
  let test: Ratings<string, string>;
  let model: Model<string, string>;

  beforeAll(async () => {
    const world = await syntheticWorld({ users: 20_000, items: 4_000, ratings: 1_000_000, seed: 1 });
    truth = world.truth;
    [train, test] = world.ratings.split({ test: 0.1, seed: 1 });
    model = await new ALS({
      factors: 32,
      regularization: { users: 0.5, items: 0.5, biases: 3 },
      scaling: 0.7,
      epochs: 15,
      seed: 1,
    }).fit(train);
  });

  it("predicts held-out ratings: RMSE .80 to .84, where biases alone come to .87 to .91", async () => {
    const biases = await rmse((await baselines(train, { regularization: 3 })).biases, test);
    const als = await rmse(model, test);
    expect(biases.rmse).toBeGreaterThan(0.87);
    expect(biases.rmse).toBeLessThan(0.91);
    expect(als.rmse).toBeGreaterThan(0.8);
    expect(als.rmse).toBeLessThan(0.84);
  });

  it("finds the genres: factors rotated on half of the items are the genres of the other half", () => {
    const factors = model.copyFactors("items");
    const random = seededRandom(1, "test");
    const halves: [number[], number[]] = [[], []];
    for (let item = 0; item < factors.rows; item++) halves[random.integer(2)]!.push(item);
    const [learned, held] = halves;
    const rotation = procrustes(
      rowsOf(factors.values, factors.factors, learned),
      rowsOf(truth.items.values, truth.items.genres, learned),
    );
    const found = product(rowsOf(factors.values, factors.factors, held), rotation);
    const genres = rowsOf(truth.items.values, truth.items.genres, held);
    let mean = 0;
    // The commonest genres come first.
    for (let genre = 0; genre < STRONGEST; genre++)
      mean += Math.abs(correlation(found, genres, genre)) / STRONGEST;
    expect(mean).toBeGreaterThanOrEqual(0.8);
  });

  it("recommends what people like: 7 of 10 items or more are of somebody's two favourite genres", () => {
    const { starts } = train.byUser;
    let [users, hits] = [0, 0];
    for (let user = 0; user < train.userCount && users < 500; user++) {
      if (starts[user + 1]! - starts[user]! < 100) continue;
      users++;
      const liked = favourites(truth, user);
      for (const { item } of model.recommend(train.users.id(user), { count: 10 })) {
        const row = train.items.index(item)! * truth.items.genres;
        if (liked.some((genre) => truth.items.values[row + genre]! > 0)) hits++;
      }
    }
    expect(users).toBe(500);
    expect(hits / users).toBeGreaterThanOrEqual(7);
  });
});
