import { beforeAll, describe, expect, it } from "vitest";
import { ALS, type AlsOptions } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import type { Model } from "../../src/model/index.js";
import { Csr, Ratings, type RatingsSide, type RatingsSource } from "../../src/ratings/index.js";
import { bitsOf, spreadRatings } from "./fixtures.js";

let engine: Engine;
let ratings: Ratings<number, number>;
beforeAll(async () => {
  engine = await Engine.create({ threads: 1 });
  ratings = spreadRatings(60, 40, 1000);
});

/** The same ratings with weights. */
function weighted(weight: (user: number, item: number) => number): Ratings<number, number> {
  return Ratings.from(
    Array.from(ratings, (rating) => ({ ...rating, weight: weight(rating.user, rating.item) })),
  );
}

function distance(a: Model<number, number>, b: Model<number, number>): number {
  let difference = 0;
  let size = 0;
  for (const side of ["users", "items"] as const) {
    const [x, y] = [a.copyFactors(side).values, b.copyFactors(side).values];
    for (let i = 0; i < x.length; i++) {
      difference += (x[i]! - y[i]!) ** 2;
      size += y[i]! ** 2;
    }
  }
  return Math.sqrt(difference / size);
}

const train = (given: RatingsSource<number, number>, options: AlsOptions): Promise<Model<number, number>> =>
  new ALS({ factors: 5, epochs: 4, ...options }).fit(given, { engine });

describe("weights of explicit ratings", () => {
  it.each<[string, AlsOptions]>([
    ["cholesky", { solver: "cholesky" }],
    ["cg", { solver: "cg", biases: "none" }],
    ["ials++", { solver: "ials++", blockSize: 2, biases: "none" }],
    ["nonnegative", { solver: "nonnegative" }],
  ])("that are all c are the same as λ ÷ c, %s", async (_, options) => {
    for (const c of [0.25, 3]) {
      const heavy = await train(
        weighted(() => c),
        { ...options, regularization: { users: 0.5 * c, items: 0.7 * c, biases: 2 * c } },
      );
      const plain = await train(ratings, {
        ...options,
        regularization: { users: 0.5, items: 0.7, biases: 2 },
      });
      expect(distance(heavy, plain)).toBeLessThan(1e-12);
      expect(heavy.info.run.loss / c).toBeCloseTo(plain.info.run.loss, 8);
      expect(heavy.info.run.rmse).toBeCloseTo(plain.info.run.rmse!, 10);
    }
  });

  it("that are 1 change nothing but roundings", async () => {
    const ones = await train(
      weighted(() => 1),
      {},
    );
    expect(distance(ones, await train(ratings, {}))).toBeLessThan(1e-13);
  });

  it("that are whole numbers count ratings so many times: in λ, a weight is no count", async () => {
    const times = (user: number, item: number): number => 1 + ((user + item) % 3);
    const model = await train(weighted(times), { regularization: 0.4, scaling: 0.7, biases: "none" });
    // At its minimum, each user's gradient over ratings repeated `times` over is zero.
    const lambda = (n: number): number => 0.4 * n ** 0.7;
    for (const user of ratings.users) {
      const gradient = new Float64Array(5);
      const w = model.userVector(user);
      let n = 0;
      for (const { user: other, item, value } of ratings) {
        if (other !== user) continue;
        n++;
        const u = model.itemVector(item);
        for (let time = 0; time < times(user, item); time++)
          for (let k = 0; k < 5; k++) gradient[k]! += (model.predict(user, item)! - value) * u[k]!;
      }
      for (let k = 0; k < 5; k++) expect(gradient[k]! + lambda(n) * w[k]!).toBeCloseTo(0, 9);
    }
  });

  it("are a mean's in the training RMSE: Σw(r − r̂)² / Σw", async () => {
    const weight = (user: number, item: number): number => 2 ** -((user * item) % 7);
    const model = await train(weighted(weight), {});
    let squares = 0;
    let sum = 0;
    for (const { user, item, value } of ratings) {
      squares += weight(user, item) * (value - model.predict(user, item)!) ** 2;
      sum += weight(user, item);
    }
    expect(model.info.run.rmse).toBeCloseTo(Math.sqrt(squares / sum), 10);
  });
});

/** A source that is no Ratings, whose sides hand out copies alone. */
function sourceOf(given: Ratings<number, number>, weight?: number): RatingsSource<number, number> {
  const side = (own: Csr): RatingsSide => {
    const { rowCount, columnCount, count, starts, valueBytes, weightBytes } = own;
    return {
      ...{ rowCount, columnCount, count, starts, valueBytes, weightBytes },
      read: (from, to, columns, values, weights) => {
        own.read(from, to, columns, values, weights);
        if (weight !== undefined) weights![0] = weight;
      },
      share: () => undefined,
    };
  };
  const { users, items, userCount, itemCount, count, mean, min, max } = given;
  const sides = { byUser: side(given.byUser), byItem: side(given.byItem) };
  return { users, items, userCount, itemCount, count, mean, min, max, ...sides };
}

describe("weights of a source that is no Ratings", () => {
  const own = (): Ratings<number, number> => weighted((user, item) => 0.5 + ((user + 3 * item) % 5));

  it.each<[string, AlsOptions]>([
    ["explicit", {}],
    ["implicit", { feedback: "implicit" }],
    ["implicit, log", { feedback: "implicit", confidence: { form: "log" } }],
    ["all pairs", { feedback: "implicit", unobservedWeight: 0.1 }],
  ])("count as those of Ratings do, %s", async (_, options) => {
    const given = own();
    const expected = bitsOf(await train(given, options));
    expect(bitsOf(await train(sourceOf(given), options))).toBe(expected);
    expect(expected).not.toBe(bitsOf(await train(ratings, options)));
  });

  it.each([0, -1, Number.NaN, Infinity])("that are %d are refused", async (weight) => {
    for (const feedback of ["explicit", "implicit"] as const)
      await expect(train(sourceOf(own(), weight), { feedback })).rejects.toMatchObject({
        code: "invalid-rating",
        message: expect.stringContaining(`rating 0 of byUser has weight ${weight}`),
      });
  });

  it("that are all 0 are refused, as Ratings refuses them", async () => {
    const given = own();
    const zeros = (side: Csr): Csr => {
      const { starts, columns, values } = side;
      return new Csr(side.columnCount, { starts, columns, values, weights: new Float64Array(side.count) });
    };
    const source = { ...sourceOf(given), byUser: zeros(given.byUser), byItem: zeros(given.byItem) };
    for (const feedback of ["explicit", "implicit"] as const)
      await expect(train(source, { feedback })).rejects.toMatchObject({ code: "invalid-rating" });
    expect(() => weighted(() => 0)).toThrow(/weight/);
  });
});
