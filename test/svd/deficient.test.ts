import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Engine } from "../../src/kernel/index.js";
import type { Model } from "../../src/model/index.js";
import { type Random, seededRandom } from "../../src/random.js";
import { Ratings } from "../../src/ratings/index.js";
import { SVD } from "../../src/svd/index.js";
import { referenceSvd } from "../reference/svd.js";

// Matrices so large that a Krylov subspace is taken, with fewer axes than are asked for, or the same value many times: where
// images of a block are nothing but rounding, or lie in few directions.

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ threads: 1 });
});
afterAll(() => engine.dispose());

function fullOfRank(random: Random, users: number, items: number, rank: number): number[][] {
  const rows = (count: number): number[][] =>
    Array.from({ length: count }, () => Array.from({ length: rank }, () => random.unit()));
  const [w, u] = [rows(users), rows(items)];
  return w.map((row) => u.map((column) => row.reduce((sum, x, k) => sum + x * column[k]!, 0)));
}

function ratingsOf(matrix: number[][]): Ratings<number, number> {
  const [users, items, values] = [[], [], []] as [number[], number[], number[]];
  matrix.forEach((row, user) => {
    row.forEach((value, item) => {
      if (value === 0) return;
      users.push(user);
      items.push(item);
      values.push(value);
    });
  });
  return Ratings.fromColumns({ users, items, values });
}

/** Values of the model's factors, which are P√S and Q√S. */
function valuesOf(model: Model<number, number>): number[] {
  const { rows, factors, values } = model.copyFactors("items");
  return Array.from({ length: factors }, (_, k) => {
    let squares = 0;
    for (let row = 0; row < rows; row++) squares += values[row * factors + k]! ** 2;
    return squares;
  });
}

async function expectValues(
  matrix: number[][],
  factors: number,
  expected: ArrayLike<number>,
  close: number,
  precision: "float64" | "float32" = "float64",
): Promise<void> {
  const tolerance = precision === "float64" ? 1e-10 : 1e-4;
  const svd = new SVD({ factors, center: "none", tolerance, strict: true, precision });
  const model = await svd.fit(ratingsOf(matrix), { engine });
  expect(model.info.run.solver?.name).toBe("krylov");
  for (const [k, value] of valuesOf(model).entries())
    expect(Math.abs(value - (expected[k] ?? 0)) / expected[0]!, `value ${k + 1}`).toBeLessThanOrEqual(close);
  expect(model.info.run.svd!.residual).toBeLessThanOrEqual(tolerance);
}

describe.each([1, 3, 12, 31])("a matrix of rank %i", (rank) => {
  it.each([16, 32])("has as many axes, of %i that are asked for", async (factors) => {
    for (const seed of [1]) {
      const matrix = fullOfRank(seededRandom(100 * rank + seed, "test"), 260, 230, rank);
      const { values } = referenceSvd({
        rows: 260,
        columns: 230,
        values: Float64Array.from(matrix.flat()),
      });
      const expected = values.map((value, k) => (k < rank ? value : 0));
      await expectValues(matrix, factors, expected, 1e-9);
      await expectValues(matrix, factors, expected, 1e-5, "float32");
    }
  });
});

it.each([8, 20, 64])("one value 500 times over is found %i times", async (factors) => {
  const matrix = Array.from({ length: 500 }, (_, row) =>
    Array.from({ length: 500 }, (_, k) => (k === row ? 2 : 0)),
  );
  await expectValues(matrix, factors, new Float64Array(factors).fill(2), 1e-12);
});

it("copies of a block are found as often as they are there", async () => {
  const random = seededRandom(9, "test");
  const block = fullOfRank(random, 12, 10, 10);
  const copies = 24;
  const matrix = Array.from({ length: 12 * copies }, (_, row) =>
    Array.from({ length: 10 * copies }, (_, column) =>
      Math.floor(row / 12) === Math.floor(column / 10) ? block[row % 12]![column % 10]! : 0,
    ),
  );
  const { values } = referenceSvd({ rows: 12, columns: 10, values: Float64Array.from(block.flat()) });
  const expected = Array.from(values).flatMap((value) => new Array<number>(copies).fill(value));
  await expectValues(matrix, 32, expected, 1e-9);
});

it("kinds of users that are all alike have as many axes as there are kinds", async () => {
  const random = seededRandom(11, "test");
  const kinds = fullOfRank(random, 5, 240, 5);
  const matrix = Array.from({ length: 400 }, (_, user) => kinds[user % 5]!);
  const { values } = referenceSvd({ rows: 5, columns: 240, values: Float64Array.from(kinds.flat()) });
  // Each kind comes 80 times.
  const expected = Array.from({ length: 32 }, (_, k) => (k < 5 ? Math.sqrt(80) * values[k]! : 0));
  await expectValues(matrix, 32, expected, 1e-9);
});

it.each([0.1, 3.3, 1 / 3])(
  "thousands of ratings that are all %d leave nothing when they are centred",
  async (value) => {
    const matrix = Array.from({ length: 300 }, () => new Array<number>(200).fill(value));
    for (const center of ["mean", "biases"] as const)
      await expect(new SVD({ factors: 4, center }).fit(ratingsOf(matrix), { engine })).rejects.toMatchObject({
        code: "no-ratings",
        message: expect.stringMatching(
          /^SVD\.fit: with center: "(mean|biases)" nothing but rounding is left/,
        ),
      });
  },
);

it("many blocks to a tight tolerance keep their subspace orthogonal: few axes and much noise", async () => {
  const random = seededRandom(13, "test");
  const matrix = fullOfRank(random, 320, 280, 6).map((row) => row.map((value) => value + random.unit()));
  const { values } = referenceSvd({ rows: 320, columns: 280, values: Float64Array.from(matrix.flat()) });
  const svd = new SVD({ factors: 24, center: "none", tolerance: 1e-12, strict: true });
  const model = await svd.fit(ratingsOf(matrix), { engine });
  expect(model.info.run.epochs).toBeGreaterThan(20);
  for (const [k, value] of valuesOf(model).entries())
    expect(Math.abs(value / values[k]! - 1), `value ${k + 1}`).toBeLessThanOrEqual(1e-10);
});
