import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ALS, type AlsOptions } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import type { Model } from "../../src/model/index.js";
import { seededRandom } from "../../src/random.js";
import { Ratings } from "../../src/ratings/index.js";
import { randomTriples, spreadRatings } from "../als/fixtures.js";
import { type Matrix, product, transposed } from "../reference/procrustes.js";
import { randomMatrix, randomOrthonormal, scaledColumns } from "../reference/random-matrix.js";
import { referenceSvd } from "../reference/svd.js";
import { fingerprint } from "../support/bytes.js";
import { CAN_SHARE } from "../support/sharing.js";
import { bigModel } from "./big.js";
import { randomModel } from "./fixtures.js";
import { expectSvd } from "./svd-checks.js";
import { graded, interactionsOf, modelOf, nearlyDependent, smallShape } from "./svd-problems.js";

const THREADS = CAN_SHARE ? [1, 2, 3] : [1];
let engines: Engine[];
let engine: Engine;
beforeAll(async () => {
  engines = await Promise.all(THREADS.map((threads) => Engine.create({ threads })));
  engine = engines[0]!;
});
afterAll(async () => {
  await Promise.all(engines.map((one) => one.dispose()));
});

async function expectTrue(model: Model, orthonormal?: number): Promise<void> {
  expectSvd(await model.svd({ engine }), interactionsOf(model), orthonormal);
}

describe("svd()", () => {
  it.each([
    { precision: "float64", biases: true },
    { precision: "float64", biases: false },
    { precision: "float32", biases: true },
    { precision: "float32", biases: false },
  ] as const)("is that of R̂ without its baseline, of 100 random models: %o", async (kind) => {
    for (let seed = 1; seed <= 100; seed++) {
      const shape = smallShape(seed);
      try {
        await expectTrue(randomModel({ seed, ...shape, ...kind }));
      } catch (error) {
        throw new Error(`seed ${seed}, ${JSON.stringify(shape)}`, { cause: error });
      }
    }
  });

  it.each<AlsOptions>([
    { biases: "full" },
    { biases: "full", precision: "float32" },
    { biases: "none", factors: 9 },
    { feedback: "implicit" },
    { feedback: "implicit", precision: "float32" },
    { feedback: "implicit", unobservedWeight: 0.1, factors: 12 },
    { solver: "nonnegative", biases: "none" },
  ])("is that of R̂ of what ALS has trained: %o", async (options) => {
    for (let seed = 1; seed <= 4; seed++) {
      const rows = randomTriples(seededRandom(seed, "test"), 40, 30, 0.2, "half-stars");
      const model = await new ALS({ factors: 6, epochs: 4, seed, ...options }).fit(Ratings.from(rows), {
        engine,
      });
      await expectTrue(model);
    }
  });

  it.each([1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 100])("is so for K = %i", async (factors) => {
    for (const precision of ["float64", "float32"] as const)
      await expectTrue(randomModel({ seed: factors, users: 130, items: 120, factors, precision }));
  });

  it("writes down what was worked out by hand", async () => {
    // W Uᵀ = [[0, −6], [0, −8]]; the second column meets zeros alone.
    const users: Matrix = { rows: 2, columns: 2, values: Float64Array.of(-3, 0, -4, 0) };
    const items: Matrix = { rows: 2, columns: 2, values: Float64Array.of(0, 7, 2, 7) };
    const svd = await modelOf(users, items).svd({ engine });
    expect(svd.rank).toBe(1);
    expect(svd.values[0]).toBeCloseTo(10, 12);
    expect(svd.values[1]).toBe(0);
    expect([...svd.energy]).toEqual([1, 0]);
    expect(svd.effectiveRank).toBe(1);
    const near = (found: ArrayLike<number>, wanted: number[]) =>
      wanted.forEach((value, at) => {
        expect(found[at]).toBeCloseTo(value, 12);
      });
    near(svd.users.values, [-0.6, 0, -0.8, 0]);
    near(svd.items.values, [0, 0, 1, 0]);
  });

  it("runs without an engine given, and gives copies", async () => {
    const model = randomModel();
    const before = interactionsOf(model).values;
    const svd = await model.svd();
    expectSvd(svd, interactionsOf(model));
    svd.users.values.fill(7);
    svd.values.fill(7);
    expect(interactionsOf(model).values).toEqual(before);
    expectSvd(await model.svd({ engine }), interactionsOf(model));
  });
});

describe("svd() of factors that depend on each other", () => {
  const random = seededRandom(9, "test");
  const [users, items] = [randomMatrix(random, 40, 8), randomMatrix(random, 30, 8)];
  const withColumns = (a: Matrix, from: readonly number[]): Matrix => ({
    ...a,
    values: a.values.map((_, at) => {
      const column = from[at % a.columns]!;
      return column < 0 ? 0 : a.values[at - (at % a.columns) + column]!;
    }),
  });

  it.each<[string, readonly number[], readonly number[], number]>([
    ["a column twice on one side", [0, 1, 2, 3, 4, 5, 6, 0], [0, 1, 2, 3, 4, 5, 6, 7], 7],
    ["columns twice on both sides", [0, 1, 2, 2, 2, 5, 6, 0], [0, 0, 2, 2, 4, 5, 6, 7], 5],
    ["all columns alike", [3, 3, 3, 3, 3, 3, 3, 3], [0, 1, 2, 3, 4, 5, 6, 7], 1],
    ["a column of zeros", [0, 1, -1, 3, 4, 5, 6, 7], [0, 1, 2, 3, 4, 5, 6, 7], 7],
    ["columns of zeros, others on each side", [-1, 1, 2, 3, -1, 5, 6, 7], [0, 1, 2, -1, 4, 5, 6, -1], 4],
    ["no column that both sides have", [0, 1, 2, 3, -1, -1, -1, -1], [-1, -1, -1, -1, 4, 5, 6, 7], 0],
    ["nothing on one side", [-1, -1, -1, -1, -1, -1, -1, -1], [0, 1, 2, 3, 4, 5, 6, 7], 0],
  ])("tells zeros where there is no axis: %s", async (_name, fromUsers, fromItems, rank) => {
    for (const precision of ["float64", "float32"] as const) {
      const model = modelOf(withColumns(users, fromUsers), withColumns(items, fromItems), { precision });
      const svd = await model.svd({ engine });
      expect(svd.rank, precision).toBe(rank);
      expectSvd(svd, interactionsOf(model));
    }
  });

  it("tells zeros where tastes are fewer than factors", async () => {
    for (const rank of [1, 2, 5]) {
      const model = modelOf(
        product(randomMatrix(random, 50, rank), randomMatrix(random, rank, 9)),
        product(randomMatrix(random, 35, 7), randomMatrix(random, 7, 9)),
      );
      const svd = await model.svd({ engine });
      expect(svd.rank).toBe(rank);
      expectSvd(svd, interactionsOf(model));
    }
  });

  it("tells no axis where sides that share no taste were turned together", async () => {
    const rotation = randomOrthonormal(random, 8, 8);
    const left = product(withColumns(users, [0, 1, 2, 3, -1, -1, -1, -1]), rotation);
    const right = product(withColumns(items, [-1, -1, -1, -1, 4, 5, 6, 7]), rotation);
    // What is left of R̂ is rounding alone: about 1e-15 of ‖W‖‖U‖.
    const svd = await modelOf(left, right).svd({ engine });
    expect(svd.rank).toBe(0);
    expect([...svd.values, ...svd.users.values, ...svd.items.values].every((value) => value === 0)).toBe(
      true,
    );
  });

  it("keeps axes orthonormal where factors are nearly dependent", async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const own = seededRandom(seed, "test");
      const factors = 2 + own.integer(10);
      const turn = randomOrthonormal(own, factors, factors);
      const other = randomOrthonormal(own, factors, factors);
      const tall = (rows: number, rotation: Matrix, least: number) =>
        nearlyDependent(own, rows, rotation, least);
      for (const [left, right] of [
        [tall(40, turn, 1e-10), tall(30, turn, 1)],
        [tall(40, turn, 1), tall(30, turn, 1e-10)],
        [tall(40, turn, 1e-10), tall(30, turn, 1e-10)],
        [tall(40, turn, 1e-10), tall(30, other, 1e-10)],
        [tall(120, turn, 1e-14), tall(90, turn, 1)],
        [tall(factors, turn, 1e-10), tall(factors, other, 1e-10)],
      ] as const)
        await expectTrue(modelOf(left, right), 1e-10);
    }
  });

  it.each<[string, (row: number, column: number, rows: number) => number]>([
    ["Hilbert's", (row, column) => 1 / (1 + row + column)],
    ["Vandermonde's", (row, column, rows) => ((row + 1) / rows) ** column],
    [
      "one row far larger than all others",
      (row, column) => (row === 0 ? 1e12 : Math.fround(1 / (3 + row * column))),
    ],
  ])("does so for factors that are infamous: %s", async (_name, entry) => {
    const matrix = (rows: number): Matrix => ({
      rows,
      columns: 12,
      values: Float64Array.from({ length: rows * 12 }, (_, at) => entry(Math.floor(at / 12), at % 12, rows)),
    });
    await expectTrue(modelOf(matrix(40), matrix(30)), 1e-10);
  });

  it("finds all of the axes above its tolerance where one side is nearly dependent", async () => {
    const turn = randomOrthonormal(random, 8, 8);
    const model = modelOf(
      nearlyDependent(random, 40, turn, 1e-10),
      product(randomOrthonormal(random, 30, 8), turn),
    );
    const { rank, values, tolerance } = await model.svd({ engine });
    expect(tolerance).toBeLessThan(1e-12);
    expect(rank).toBe(8);
    const made = referenceSvd(interactionsOf(model)).values;
    for (const [k, value] of values.entries()) expect(Math.abs(value - made[k]!)).toBeLessThan(1e-14);
  });

  it("does not mind how a taste's size is shared out between the sides", async () => {
    // Powers of two: R̂ is the same to the last bit.
    const powers = Float64Array.of(1, 2 ** 16, 2 ** -16, 2 ** 30, 2 ** -30, 8, 2 ** 7, 1);
    const shared = modelOf(
      scaledColumns(users, powers),
      scaledColumns(
        items,
        powers.map((power) => 1 / power),
      ),
    );
    expect(interactionsOf(shared).values).toEqual(interactionsOf(modelOf(users, items)).values);
    await expectTrue(shared);
  });

  it("tells equal values of equal axes", async () => {
    const equal = Float64Array.of(2, 2, 2, 1, 1, 1, 1, 0.5);
    const left = scaledColumns(randomOrthonormal(random, 40, 8), equal);
    const model = modelOf(
      product(left, transposed(randomOrthonormal(random, 8, 8))),
      randomOrthonormal(random, 30, 8),
    );
    const { values } = await model.svd({ engine });
    for (const [k, value] of equal.entries()) expect(values[k]).toBeCloseTo(value, 13);
    await expectTrue(model);
    const ones = modelOf(
      { rows: 9, columns: 3, values: new Float64Array(27).fill(1) },
      { rows: 6, columns: 3, values: new Float64Array(18).fill(1) },
    );
    await expectTrue(ones);
  });

  it("tells values that lie close together apart, and keeps their axes orthonormal", async () => {
    const values = Float64Array.of(
      1 + 3e-13,
      1 + 2e-13,
      1 + 1e-13,
      1,
      1e-5 + 1e-15,
      1e-5,
      graded(3, 1e-9)[1]!,
      1e-9,
    );
    const left = scaledColumns(randomOrthonormal(random, 40, 8), values);
    await expectTrue(modelOf(left, randomOrthonormal(random, 30, 8)));
  });
});

describe("svd() at any scale", () => {
  it.each([
    ["float64", 1e150, 1],
    ["float64", 1e-150, 1],
    ["float64", 1e150, 1e150],
    ["float64", 1e-150, 1e-150],
    ["float64", 1e150, 1e-150],
    ["float64", 1e-150, 1e150],
    ["float32", 1e30, 1e30],
    ["float32", 1e-30, 1e-30],
    ["float32", 1e30, 1e-30],
  ] as const)("holds in %s for user factors × %d, item factors × %d", async (precision, left, right) => {
    const random = seededRandom(21, "test");
    const users = scaledColumns(randomMatrix(random, 30, 5), new Float64Array(5).fill(left));
    const items = scaledColumns(randomMatrix(random, 20, 5), new Float64Array(5).fill(right));
    await expectTrue(modelOf(users, items, { precision }));
  });

  it("holds where rows of one side lie 1e150 apart", async () => {
    const random = seededRandom(22, "test");
    const { values, ...shape } = randomMatrix(random, 30, 4);
    const users = { ...shape, values: values.map((value, at) => (at % 7 === 0 ? value * 1e150 : value)) };
    await expectTrue(modelOf(users, randomMatrix(random, 20, 4)));
  });
});

describe("svd() on lanes", () => {
  it.each([
    { precision: "float64", users: 6000, items: 2500, factors: 20 },
    { precision: "float32", users: 3000, items: 7001, factors: 33 },
    { precision: "float32", users: 900, items: 40, factors: 64 },
  ] as const)("has the same bits for any number of threads: %o", async (shape) => {
    const model = bigModel(shape);
    const bits: string[] = [];
    for (const one of engines)
      for (let time = 0; time < 2; time++) {
        const { values, energy, users, items } = await model.svd({ engine: one });
        bits.push(fingerprint(values, energy, users.values, items.values));
      }
    expect(new Set(bits).size).toBe(1);
  });

  it("has the same bits when several run at once on one engine", async () => {
    const model = bigModel({ users: 3000, items: 1500, factors: 24 });
    const bitsOf = async (one: Engine) => fingerprint((await model.svd({ engine: one })).users.values);
    const expected = await bitsOf(engine);
    for (const one of engines)
      expect(await Promise.all([bitsOf(one), bitsOf(one), bitsOf(one)])).toEqual([
        expected,
        expected,
        expected,
      ]);
  });

  it("is orthonormal over many rows, of a model that ALS has trained", async () => {
    const ratings = spreadRatings(5000, 800, 60_000);
    const model = await new ALS({ factors: 16, epochs: 2, precision: "float32" }).fit(ratings, { engine });
    const svd = await model.svd({ engine });
    for (const { rows, factors, values } of [svd.users, svd.items])
      for (let i = 0; i < factors; i++)
        for (let j = 0; j <= i; j++) {
          let dot = 0;
          for (let row = 0; row < rows; row++) dot += values[row * factors + i]! * values[row * factors + j]!;
          expect(dot).toBeCloseTo(i === j ? 1 : 0, 12);
        }
  });
});
