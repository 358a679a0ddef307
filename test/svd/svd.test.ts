import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Engine } from "../../src/kernel/index.js";
import { baselines } from "../../src/metrics/index.js";
import { Model } from "../../src/model/index.js";
import type { Ratings } from "../../src/ratings/index.js";
import { SVD, type SvdOptions } from "../../src/svd/index.js";
import { bitsOf, spreadRatings } from "../als/fixtures.js";
import { product, transposed, transposedProduct } from "../reference/procrustes.js";
import { scaledColumns } from "../reference/random-matrix.js";
import { largest, referenceSvd } from "../reference/svd.js";
import { CAN_SHARE } from "../support/sharing.js";
import { columnNorms, decompositionOf, residualOf } from "./decomposition.js";
import {
  type Cells,
  centredBy,
  copies,
  dense,
  denseOf,
  ratingsOf,
  skewed,
  timesCells,
  transposedCells,
} from "./problems.js";

const THREADS = CAN_SHARE ? [1, 2, 3] : [1];
const EXACT = { precision: "float64", tolerance: 1e-10, maxIterations: 1000, strict: true } as const;
let engines: Engine[];
let engine: Engine;
beforeAll(async () => {
  engines = await Promise.all(THREADS.map((threads) => Engine.create({ threads })));
  engine = engines[0]!;
});
afterAll(async () => {
  await Promise.all(engines.map((one) => one.dispose()));
});

/** What a model says of the run that decomposed. */
function told(model: Model<number, number>): { tolerance: number; residual: number; warning?: string } {
  const { svd } = model.info.run;
  if (svd === undefined) throw new Error("model.info.run.svd is missing");
  return svd;
}

/**
 * Holds a model to the dense SVD of what it decomposed: the values, an orthonormal pair of sides in canonical form (falling,
 * signs by rule, zeros where there is no axis), and the residual that it tells.
 */
function expectTruncated(model: Model<number, number>, cells: Cells, close: number): void {
  const centred = centredBy(model, cells);
  const found = decompositionOf(model, cells);
  const a = denseOf(centred);
  const { values } = referenceSvd(a);
  const top = values[0]!;
  const rank = values.filter((value) => value > 1e-12 * top).length;
  for (const [k, value] of found.values.entries()) {
    expect(Math.abs(value - (values[k] ?? 0)) / top, `value ${k + 1}`).toBeLessThanOrEqual(close);
    if (k >= rank) expect(value, `value ${k + 1} beyond the rank ${rank}`).toBe(0);
  }
  const kept = Math.min(rank, model.factors);
  for (const side of [found.users, found.items]) {
    const gram = transposedProduct(side, side);
    const identity = gram.values.map((_, at) =>
      at % (gram.columns + 1) === 0 && at / gram.columns < kept ? 1 : 0,
    );
    expect(largest(gram.values.map((value, at) => value - identity[at]!))).toBeLessThanOrEqual(close * 10);
  }
  expectSigns(model);
  const residual = residualOf(centred, found);
  expect(told(model).residual).toBeLessThanOrEqual(told(model).tolerance);
  expect(Math.abs(residual - told(model).residual)).toBeLessThanOrEqual(0.01 * residual + close * 0.1);
  if (model.factors < rank) return;
  // Nothing is left out: P S Qᵀ is the matrix itself, missing ones being zeros.
  const back = product(scaledColumns(found.users, found.values), transposed(found.items));
  expect(largest(back.values.map((value, at) => value - a.values[at]!)) / top).toBeLessThanOrEqual(
    close * 10,
  );
}

/** On each axis the item of largest magnitude, the first of those within 1e-8 of it, is positive. */
function expectSigns(model: Model<number, number>): void {
  const { rows, factors, values } = model.copyFactors("items");
  for (let k = 0; k < factors; k++) {
    const loadings = Array.from({ length: rows }, (_, row) => values[row * factors + k]!);
    const most = largest(loadings);
    if (most > 0)
      expect(
        loadings.find((one) => Math.abs(one) >= most * (1 - 1e-8)),
        `axis ${k + 1}`,
      ).toBeGreaterThan(0);
  }
}

describe("SVD", () => {
  it.each(["none", "mean", "biases"] as const)(
    "is the dense SVD, cut off, of small matrices: center %s",
    async (center) => {
      let seed = 1;
      for (const [users, items] of [
        [12, 9],
        [9, 12],
        [30, 20],
        [7, 60],
        [60, 7],
        [2, 2],
        [25, 25],
      ] as const)
        for (const share of [0.3, 1]) {
          const count = Math.max(3, Math.floor(0.3 * users * items));
          const cells = share === 1 ? dense(++seed, users, items) : skewed(++seed, users, items, count);
          const ratings = ratingsOf(cells);
          const most = Math.min(ratings.userCount, ratings.itemCount);
          for (const factors of new Set([1, Math.ceil(most / 2), most])) {
            const model = await new SVD({ ...EXACT, factors, center }).fit(ratings, { engine });
            expect(model.factors).toBe(factors);
            expectTruncated(model, cells, 1e-8);
          }
        }
    },
  );

  it("is so where a subspace would nearly fill the space, or just fits into it", async () => {
    for (const rows of [24, 25, 31, 33, 41, 47, 48, 49, 53, 55, 56, 57, 63, 64, 65])
      for (const factors of [3, 8, 9])
        for (const tolerance of [1e-4, 1e-10]) {
          const cells = rows % 2 === 0 ? dense(rows, rows, rows + 5) : skewed(rows, rows + 5, rows, 500);
          const options = { ...EXACT, factors, center: "none", tolerance } as const;
          const model = await new SVD(options).fit(ratingsOf(cells), { engine });
          expectTruncated(model, cells, Math.max(1e-8, tolerance));
        }
  });

  it.each(["none", "mean", "biases"] as const)(
    "does so in float32, to its precision: center %s",
    async (center) => {
      for (const cells of [dense(3, 20, 30), skewed(4, 60, 40, 600)]) {
        const options = { factors: 6, center, tolerance: 1e-4, strict: true, precision: "float32" } as const;
        const model = await new SVD(options).fit(ratingsOf(cells), { engine });
        expect(model.copyFactors("users").values).toBeInstanceOf(Float32Array);
        expectTruncated(model, cells, 1e-5);
      }
    },
  );

  it("keeps what is centred away in the model: nothing, the mean, or the biases that baselines() fits", async () => {
    const cells = skewed(5, 60, 40, 600);
    const ratings = ratingsOf(cells);
    const solve = (options: SvdOptions) =>
      new SVD({ ...EXACT, factors: 4, ...options }).fit(ratings, { engine });
    const biasesOf = (model: Model<number, number>) => [
      ...Array.from(model.users, (user) => model.userBias(user)),
      ...Array.from(model.items, (item) => model.itemBias(item)),
    ];
    const none = await solve({ center: "none" });
    const mean = await solve({ center: "mean" });
    expect([none.mean, ...biasesOf(none)].every((value) => value === 0)).toBe(true);
    expect(mean.mean).toBe(ratings.mean);
    expect(biasesOf(mean).every((value) => value === 0)).toBe(true);
    for (const biasRegularization of [1, 8]) {
      const biases = await solve({ center: "biases", biasRegularization });
      const { biases: expected } = await baselines(ratings, { regularization: biasRegularization });
      for (const user of ratings.users)
        for (const item of [...ratings.items].slice(0, 10)) {
          const baseline = biases.mean + biases.userBias(user) + biases.itemBias(item);
          const scored = expected.score(ratings.users.index(user)!, ratings.items.index(item)!);
          expect(baseline).toBeCloseTo(scored, 4);
        }
    }
  });

  it("predicts what was centred away and P S Qᵀ", async () => {
    const cells = dense(6, 10, 8);
    const model = await new SVD({ ...EXACT, factors: 8, center: "biases" }).fit(ratingsOf(cells), { engine });
    for (const [at, value] of cells.values.entries())
      expect(model.predict(cells.rows[at]!, cells.columns[at]!)).toBeCloseTo(value, 8);
  });

  it("tells zeros beyond the rank", async () => {
    const one = { ...dense(7, 12, 10), values: new Float64Array(120).fill(3) };
    const ratings = ratingsOf(one);
    const model = await new SVD({ ...EXACT, factors: 4, center: "none" }).fit(ratings, { engine });
    expectTruncated(model, one, 1e-8);
    const { values } = decompositionOf(model, one);
    expect(values[0]).toBeCloseTo(3 * Math.sqrt(120), 10);
    expect([...values.subarray(1)]).toEqual([0, 0, 0]);
    // Two rows, again and again.
    const two = {
      ...dense(8, 12, 10),
      values: Float64Array.from(
        { length: 120 },
        (_, at) => 1 + (at % 10) * (1 + (at > 59 ? 1 : 0) * (at % 3)),
      ),
    };
    expectTruncated(
      await new SVD({ ...EXACT, factors: 6, center: "none" }).fit(ratingsOf(two), { engine }),
      two,
      1e-8,
    );
  });

  it("finds every copy of a value that comes often", async () => {
    const cells = copies(9, 5, 4, 12, 0);
    const { values } = referenceSvd(denseOf(dense(9, 5, 4)));
    const model = await new SVD({ ...EXACT, factors: 30, center: "none" }).fit(ratingsOf(cells), { engine });
    const found = decompositionOf(model, cells).values;
    for (const [k, value] of found.entries()) expect(value).toBeCloseTo(values[Math.floor(k / 12)]!, 8);
  });

  it.each([
    ["float64", 1e14, 1e-8],
    ["float64", 1e-30, 1e-8],
    ["float64", 1e-140, 1e-8],
    ["float32", 1e14, 1e-5],
    ["float32", 1e-30, 1e-5],
  ] as const)("holds in %s for values of %d", async (precision, scale, close) => {
    for (const center of ["none", "mean"] as const) {
      const cells = timesCells(skewed(10, 40, 30, 400), scale);
      const tolerance = precision === "float32" ? 1e-4 : 1e-10;
      const model = await new SVD({ ...EXACT, factors: 5, center, precision, tolerance }).fit(
        ratingsOf(cells),
        { engine },
      );
      expectTruncated(model, cells, close);
    }
  });

  it("takes as many factors as there are users or items, and no more", async () => {
    const cells = dense(11, 9, 6);
    for (const given of [cells, transposedCells(cells)]) {
      const solve = (factors: number) =>
        new SVD({ ...EXACT, factors, center: "none" }).fit(ratingsOf(given), { engine });
      expectTruncated(await solve(6), given, 1e-8);
      await expect(solve(7)).rejects.toThrow(RangeError);
      await expect(solve(7)).rejects.toThrow(/factors .*6.*7/);
    }
  });

  it("leaves out nothing of a user or an item without ratings in a part of a split", async () => {
    const [train] = ratingsOf(skewed(12, 60, 40, 500)).split({ test: 0.5, seed: 1 });
    const model = await new SVD({ ...EXACT, factors: 5, center: "mean" }).fit(train, { engine });
    expect([model.userCount, model.itemCount]).toEqual([train.userCount, train.itemCount]);
    const silent = [...train.users].find(
      (_, row) => train.byUser.starts[row] === train.byUser.starts[row + 1],
    )!;
    expect(silent).toBeDefined();
    expect([...model.userVector(silent)].every((value) => value === 0)).toBe(true);
    expect(model.predict(silent, train.items.id(0))).toBe(model.mean);
  });
});

describe("SVD on lanes", () => {
  it.each<SvdOptions>([
    { factors: 16, center: "none", precision: "float32" },
    { factors: 20, center: "mean", precision: "float64" },
    { factors: 33, center: "biases", precision: "float32" },
  ])("has the same bits for any number of threads: %o", async (options) => {
    const ratings = spreadRatings(4000, 1500, 160_000);
    const turned = ratingsOf(transposedCells(skewed(13, 3000, 1200, 60_000)));
    for (const given of [ratings, turned]) {
      const bits: string[] = [];
      for (const one of engines)
        for (let time = 0; time < 2; time++) {
          const model = await new SVD({ tolerance: 1e-2, ...options }).fit(given, { engine: one });
          bits.push(bitsOf(model));
          expect(model.info.run.threads).toBe(one.threads);
        }
      expect(new Set(bits).size).toBe(1);
    }
  });

  it("has the same bits when several run at once on one engine", async () => {
    const ratings = spreadRatings(1500, 700, 30_000);
    const solve = async (one: Engine) =>
      bitsOf(await new SVD({ factors: 8, tolerance: 1e-2 }).fit(ratings, { engine: one }));
    const expected = await solve(engine);
    for (const one of engines)
      expect(await Promise.all([solve(one), solve(one), solve(one)])).toEqual([expected, expected, expected]);
  });

  it("has other bits for another seed, and the same values", async () => {
    const cells = skewed(14, 240, 180, 4000);
    const ratings = ratingsOf(cells);
    const solve = (seed: number) =>
      new SVD({ ...EXACT, factors: 6, center: "none", seed }).fit(ratings, { engine });
    const [one, again, other] = [await solve(1), await solve(1), await solve(2)];
    expect(bitsOf(one)).toBe(bitsOf(again));
    expect(bitsOf(one)).not.toBe(bitsOf(other));
    const top = decompositionOf(one, cells).values[0]!;
    for (const [k, value] of decompositionOf(one, cells).values.entries())
      expect(Math.abs(value - decompositionOf(other, cells).values[k]!) / top).toBeLessThanOrEqual(1e-8);
  });
});

describe("the model of an SVD", () => {
  it("is in canonical form, as model.canonical() would give it", async () => {
    const cells = skewed(15, 60, 40, 900);
    const model = await new SVD({ ...EXACT, factors: 6, center: "biases" }).fit(ratingsOf(cells), { engine });
    const canonical = await model.canonical({ engine });
    for (const side of ["users", "items"] as const) {
      const [own, other] = [model.copyFactors(side).values, canonical.copyFactors(side).values];
      const off = largest(Array.from(own, (value, at) => value - other[at]!));
      expect(
        off / largest(columnNorms({ rows: own.length, columns: 1, values: Float64Array.from(own) })),
      ).toBeLessThan(1e-9);
    }
  });

  it("keeps of the ratings what history says, tells its options and how it was made, and can be saved", async () => {
    const ratings = ratingsOf(skewed(16, 60, 40, 900));
    for (const history of ["none", "items", "ratings"] as const) {
      const options = { ...EXACT, factors: 5, center: "mean", history, seed: 7 } as const;
      const model = await new SVD(options).fit(ratings, { engine });
      expect(model.history).toBe(history);
      expect(model.options).toMatchObject({ factors: 5, center: "mean", tolerance: 1e-10, seed: 7 });
      expect(model.info.data).toMatchObject({
        users: ratings.userCount,
        items: ratings.itemCount,
        ratings: 900,
      });
      expect(model.info.run).toMatchObject({ precision: "float64", threads: 1, svd: { tolerance: 1e-10 } });
      expect(told(model).warning).toBeUndefined();
      const loaded = await Model.fromBytes<number, number>(model.toBytes());
      expect(bitsOf(loaded)).toBe(bitsOf(model));
      expect(loaded.info).toEqual(model.info);
      expect(loaded.options).toEqual(model.options);
      expect(loaded.recommend(0, { exclude: "none" })).toEqual(model.recommend(0, { exclude: "none" }));
    }
  });

  it("says where the tolerance was not reached, and is refused where that is strict", async () => {
    const ratings = ratingsOf(skewed(17, 400, 300, 12_000));
    const options = {
      factors: 20,
      center: "none",
      precision: "float64",
      tolerance: 1e-12,
      maxIterations: 1,
    } as const;
    const cells = skewed(17, 400, 300, 12_000);
    const model = await new SVD(options).fit(ratings, { engine });
    const { tolerance, residual, warning } = told(model);
    expect(tolerance).toBe(1e-12);
    expect(residual).toBeGreaterThan(1e-12);
    const measured = residualOf(cells, decompositionOf(model, cells));
    expect(residual / measured).toBeCloseTo(1, 1);
    expect(warning).toMatch(/tolerance/);
    expect(warning).toMatch(/maxIterations/);
    const strict = new SVD({ ...options, strict: true }).fit(ratings, { engine });
    await expect(strict).rejects.toMatchObject({ name: "AlternantError", code: "not-converged" });
    await expect(strict).rejects.toThrow(/tolerance/);
  });

  it("is nearer the smaller its tolerance", async () => {
    const cells = skewed(18, 400, 300, 12_000);
    const ratings = ratingsOf(cells);
    for (const tolerance of [1e-1, 1e-3, 1e-6]) {
      const model = await new SVD({ factors: 10, center: "none", precision: "float64", tolerance }).fit(
        ratings,
        { engine },
      );
      const measured = residualOf(cells, decompositionOf(model, cells));
      expect(measured).toBeLessThanOrEqual(tolerance * 1.0001);
      expect(told(model).residual / measured).toBeCloseTo(1, 2);
    }
  });
});

describe("ratings of which nothing is left", () => {
  /** A value for all pairs: the mean of tenths is rounded, and what that leaves is nothing too. */
  const equal = (value: number): Ratings<number, number> =>
    ratingsOf({ ...dense(1, 7, 5), values: new Float64Array(35).fill(value) });

  it.each(["mean", "biases"] as const)("are refused, and why is said: center %s", async (center) => {
    for (const value of [3, 0.1, -1e14 / 3, 1e-30 / 3]) {
      const refused = new SVD({ factors: 1, center }).fit(equal(value), { engine });
      await expect(refused, `${value}`).rejects.toMatchObject({ name: "AlternantError", code: "no-ratings" });
      await expect(refused).rejects.toThrow(new RegExp(`center.*${center}|${center}.*center`));
    }
  });

  it("are refused where they are zeros, and not where nothing is centred away", async () => {
    for (const center of ["none", "mean", "biases"] as const)
      await expect(new SVD({ factors: 1, center }).fit(equal(0), { engine })).rejects.toMatchObject({
        code: "no-ratings",
      });
    const model = await new SVD({ factors: 1, center: "none" }).fit(equal(3), { engine });
    expect(model.predict(2, 1)).toBeCloseTo(3, 6);
  });
});
