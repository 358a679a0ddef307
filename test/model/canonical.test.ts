import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ALS, type AlsOptions } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import { Model } from "../../src/model/index.js";
import { seededRandom } from "../../src/random.js";
import { Ratings } from "../../src/ratings/index.js";
import { randomTriples } from "../als/fixtures.js";
import { type Matrix, product, transposedProduct } from "../reference/procrustes.js";
import { randomMatrix } from "../reference/random-matrix.js";
import { largest, referenceSvd } from "../reference/svd.js";
import { fingerprint } from "../support/bytes.js";
import { CAN_SHARE } from "../support/sharing.js";
import { bigModel } from "./big.js";
import { randomModel, randomParts } from "./fixtures.js";
import { CLOSE } from "./svd-checks.js";
import { interactionsOf, modelOf, smallShape } from "./svd-problems.js";

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

const KINDS = [
  { precision: "float64", biases: true },
  { precision: "float32", biases: true },
  { precision: "float64", biases: false },
  { precision: "float32", biases: false },
] as const;

/** Every score of a model. */
function scoresOf(model: Model): Float64Array {
  return model.predictBlock([...model.users], [...model.items]).values;
}

/** The largest difference between two models' scores, beside the largest score. */
function scoresApart(a: Model, b: Model): number {
  const [left, right] = [scoresOf(a), scoresOf(b)];
  const scale = largest(left);
  return scale === 0 ? largest(right) : largest(left.map((score, at) => score - right[at]!)) / scale;
}

function factorsOf(model: Model, side: "users" | "items"): Matrix {
  const { rows, factors, values } = model.copyFactors(side);
  return { rows, columns: factors, values: Float64Array.from(values) };
}

/** WᵀW = UᵀU = S with S diagonal and falling: what makes a form canonical but for signs. */
function expectCanonical(model: Model, values: ArrayLike<number>, close: number = CLOSE): void {
  const top = values[0]!;
  for (const side of ["users", "items"] as const) {
    const factors = factorsOf(model, side);
    const gram = transposedProduct(factors, factors);
    const off = largest(
      gram.values.map(
        (value, at) => value - (at % (gram.columns + 1) === 0 ? values[at % gram.columns]! : 0),
      ),
    );
    expect(off, side).toBeLessThanOrEqual(close * top);
  }
}

/** All that a model holds besides its factors, its options and its facts. */
function besidesFactors(model: Model): unknown {
  const { users, items, mean, range, history } = model;
  return {
    users: [...users],
    items: [...items],
    mean,
    range,
    history,
    userBiases: Array.from(users, (user) => model.userBias(user)),
    itemBiases: Array.from(items, (item) => model.itemBias(item)),
    rated: Array.from(users, (user) => (history === "none" ? [] : model.ratedItems(user))),
    popular: model.popular({ count: 1000 }),
  };
}

function bitsOf(model: Model): string {
  return fingerprint(model.copyFactors("users").values, model.copyFactors("items").values);
}

async function fitted(options: AlsOptions): Promise<Model<number, number>> {
  const rows = randomTriples(seededRandom(5, "test"), 40, 30, 0.2, "half-stars");
  return new ALS({ factors: 6, epochs: 4, ...options }).fit(Ratings.from(rows), { engine });
}

describe("canonical()", () => {
  it.each(KINDS)("predicts alike, is canonical, and is its own canonical form: %o", async (kind) => {
    for (let seed = 1; seed <= 50; seed++) {
      const label = `seed ${seed}`;
      const model = randomModel({ seed, ...smallShape(seed), ...kind });
      const { values } = await model.svd({ engine });
      const canonical = await model.canonical({ engine });
      expect(canonical.factors, label).toBe(model.factors);
      expect(canonical.copyFactors("users").values).toBeInstanceOf(Float64Array);
      expect(scoresApart(model, canonical), label).toBeLessThanOrEqual(CLOSE);
      expectCanonical(canonical, values);
      const again = await canonical.canonical({ engine });
      for (const side of ["users", "items"] as const) {
        const [one, other] = [factorsOf(canonical, side).values, factorsOf(again, side).values];
        const off = largest(one.map((value, at) => value - other[at]!));
        expect(off, `${label}, ${side}`).toBeLessThanOrEqual(CLOSE * Math.sqrt(values[0]!));
      }
    }
  });

  it.each<AlsOptions>([
    { biases: "full", history: "ratings" },
    { biases: "full", precision: "float32" },
    { feedback: "implicit", precision: "float32", history: "none" },
    { feedback: "implicit", biases: "full" },
  ])("keeps all else of what ALS has trained: %o", async (options) => {
    const model = await fitted(options);
    const before = bitsOf(model);
    const canonical = await model.canonical({ engine });
    expect(scoresApart(model, canonical)).toBeLessThanOrEqual(CLOSE);
    expect(besidesFactors(canonical)).toEqual(besidesFactors(model));
    expect(canonical.info.data).toEqual(model.info.data);
    expect(canonical.info.parameters).toEqual(model.info.parameters);
    expect(bitsOf(model)).toBe(before);
    expect(canonical.recommend(0, { exclude: "none" }).map(({ item }) => item)).toEqual(
      model.recommend(0, { exclude: "none" }).map(({ item }) => item),
    );
  });

  it.each(["float32", "float64"] as const)(
    "has factors of the precision asked for: %s",
    async (precision) => {
      for (const kind of KINDS) {
        const model = randomModel({ seed: 3, users: 20, items: 20, ...kind });
        const { values } = await model.svd({ engine });
        const canonical = await model.canonical({ engine, precision });
        const Kind = precision === "float32" ? Float32Array : Float64Array;
        for (const side of ["users", "items"] as const)
          expect(canonical.copyFactors(side).values).toBeInstanceOf(Kind);
        const close = precision === "float32" ? 1e-6 : CLOSE;
        expect(scoresApart(model, canonical)).toBeLessThanOrEqual(close);
        expectCanonical(canonical, values, close);
      }
    },
  );

  it("has zeros for users and items without ratings, and for tastes that are not there", async () => {
    const random = seededRandom(4, "test");
    const users = product(randomMatrix(random, 30, 3), randomMatrix(random, 3, 6));
    users.values.fill(0, 5 * 6, 6 * 6);
    const canonical = await modelOf(users, randomMatrix(random, 20, 6)).canonical({ engine });
    const values = factorsOf(canonical, "users").values;
    expect([...values.subarray(5 * 6, 6 * 6)].every((value) => value === 0)).toBe(true);
    for (const side of ["users", "items"] as const)
      expect(factorsOf(canonical, side).values.every((value, at) => at % 6 < 3 || value === 0)).toBe(true);
    expect(canonical.similarUsers(canonical.users.id(5))).toEqual([]);
  });

  it.each([
    ["float64", 1e150],
    ["float64", 1e-150],
    ["float32", 1e30],
    ["float32", 1e-30],
  ] as const)("predicts alike at any scale: %s, factors × %d", async (precision, scale) => {
    const random = seededRandom(6, "test");
    const times = (a: Matrix): Matrix => ({ ...a, values: a.values.map((value) => value * scale) });
    const model = modelOf(times(randomMatrix(random, 20, 4)), times(randomMatrix(random, 15, 4)), {
      precision,
    });
    const canonical = await model.canonical({ engine });
    expect(scoresApart(model, canonical)).toBeLessThanOrEqual(CLOSE);
  });

  it("has the same bits for any number of threads", async () => {
    const model = bigModel({ users: 5000, items: 2000, factors: 20 });
    for (const precision of ["float32", "float64"] as const) {
      const bits = await Promise.all(
        engines.map(async (one) => bitsOf(await model.canonical({ engine: one, precision }))),
      );
      expect(new Set(bits).size).toBe(1);
    }
  });

  it("is saved and loaded like any other model", async () => {
    for (const precision of ["float32", "float64"] as const) {
      const canonical = await (await fitted({ precision: "float32", history: "ratings" })).canonical({
        engine,
        precision,
      });
      const loaded = await Model.fromBytes<number, number>(canonical.toBytes());
      expect(bitsOf(loaded)).toBe(bitsOf(canonical));
      expect(scoresOf(loaded)).toEqual(scoresOf(canonical));
      expect(besidesFactors(loaded)).toEqual(besidesFactors(canonical));
      expect(loaded.info).toEqual(canonical.info);
      expect(loaded.options).toEqual(canonical.options);
    }
  });
});

describe("truncate()", () => {
  it.each(KINDS)("is as near to R̂ as its number of factors allows: %o", async (kind) => {
    for (let seed = 1; seed <= 25; seed++) {
      const shape = smallShape(seed);
      const model = randomModel({ seed, ...shape, ...kind });
      const r = interactionsOf(model);
      const { values } = referenceSvd(r);
      const top = values[0]!;
      for (const k of new Set([1, Math.ceil(shape.factors / 2), shape.factors])) {
        const truncated = await model.truncate(k, { engine });
        expect(truncated.factors).toBe(k);
        const kept = interactionsOf(truncated);
        const lost = referenceSvd({
          ...r,
          values: r.values.map((value, at) => value - kept.values[at]!),
        }).values;
        // Eckart and Young: what is lost has the norm of the values left out, in Frobenius' norm and as the largest value.
        const left = values.subarray(k);
        expect(Math.abs(norm(lost) - norm(left)), `seed ${seed}, k ${k}`).toBeLessThanOrEqual(CLOSE * top);
        expect(Math.abs(lost[0]! - (left[0] ?? 0)), `seed ${seed}, k ${k}`).toBeLessThanOrEqual(CLOSE * top);
        expectCanonical(
          truncated,
          Float64Array.from({ length: k }, (_, at) => values[at] ?? 0),
        );
      }
    }
  });

  it("takes the first features of the canonical form, and keeps all else", async () => {
    for (const precision of ["float32", "float64"] as const) {
      const model = await fitted({ biases: "full", history: "ratings" });
      const canonical = await model.canonical({ engine, precision });
      const truncated = await model.truncate(2, { engine, precision });
      for (const side of ["users", "items"] as const) {
        const { rows, values } = canonical.copyFactors(side);
        const found = truncated.copyFactors(side);
        expect(found.factors).toBe(2);
        for (let row = 0; row < rows; row++)
          expect([...found.values.subarray(row * 2, row * 2 + 2)]).toEqual([
            ...values.subarray(row * 6, row * 6 + 2),
          ]);
      }
      expect(besidesFactors(truncated)).toEqual(besidesFactors(model));
      expect(truncated.info.data).toEqual(model.info.data);
      expect(truncated.info.parameters).toEqual({ model: (40 + 30) * 3, full: 40 * 30 });
      const loaded = await Model.fromBytes<number, number>(truncated.toBytes());
      expect(bitsOf(loaded)).toBe(bitsOf(truncated));
      expect(scoresOf(loaded)).toEqual(scoresOf(truncated));
    }
  });

  it.each([
    [0, "RangeError: k must be an integer from 1 to 5, not 0"],
    [6, "RangeError: k must be an integer from 1 to 5, not 6"],
    [-1, "RangeError: k must be an integer from 1 to 5, not -1"],
    [1.5, "RangeError: k must be an integer from 1 to 5, not 1.5"],
    [Number.NaN, "RangeError: k must be an integer from 1 to 5, not NaN"],
    [Infinity, "RangeError: k must be an integer from 1 to 5, not Infinity"],
    ["3", 'TypeError: k must be an integer from 1 to 5, not the string "3"'],
    [undefined, "TypeError: k must be an integer from 1 to 5, not undefined"],
    [null, "TypeError: k must be an integer from 1 to 5, not null"],
    [3n, "TypeError: k must be an integer from 1 to 5, not 3n"],
  ])("refuses k = %s", async (k, complaint) => {
    const model = randomModel({ factors: 5 });
    const said = await model.truncate(k as number, { engine }).then(
      () => "nothing",
      ({ name, message }: Error) => `${name}: ${message}`,
    );
    expect(said).toBe(complaint);
  });
});

function norm(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

describe("factors of extreme scale", () => {
  const scaled = (userScale: number, itemScale: number): Model => {
    const parts = randomParts({ seed: 3, users: 20, items: 15, factors: 4 });
    return new Model({
      ...parts,
      userFactors: parts.userFactors.map((x) => x * userScale) as Float64Array<ArrayBuffer>,
      itemFactors: parts.itemFactors.map((x) => x * itemScale) as Float64Array<ArrayBuffer>,
    });
  };

  it.each([
    [1e77, 1e77],
    [1e99, 1e99],
    [1e-99, 1e-99],
    [1e120, 1e-110],
    [2 ** 500, 2 ** -500],
  ])("%d and %d have the axes of factors near 1", async (userScale, itemScale) => {
    const one = await scaled(1, 1).svd();
    const other = await scaled(userScale, itemScale).svd();
    expect(other.rank).toBe(one.rank);
    for (const [k, value] of other.values.entries())
      expect(value / userScale / itemScale / one.values[k]!).toBeCloseTo(1, 10);
    expect(other.tolerance / userScale / itemScale / one.tolerance).toBeCloseTo(1, 8);
  });

  it("are refused in float32 where it cannot hold them", async () => {
    for (const scale of [1e45, 1e-50])
      await expect(scaled(scale, scale).canonical({ precision: "float32" })).rejects.toMatchObject({
        code: "not-finite",
      });
  });
});

it("a truncated model does not tell the RMSE of the whole one", async () => {
  const parts = randomParts({ seed: 4, users: 20, items: 15, factors: 4 });
  const model = new Model({ ...parts, info: { ...parts.info, run: { ...parts.info.run, rmse: 0.5 } } });
  expect((await model.canonical()).info.run.rmse).toBe(0.5);
  const small = await model.truncate(2);
  expect(small.info.run).not.toHaveProperty("rmse");
  expect(small.info.canonical).toEqual({ trainedFactors: 4 });
});
