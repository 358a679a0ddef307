import { beforeAll, describe, expect, it } from "vitest";
import { ALS, type AlsOptions, type FitOptions } from "../../src/als/index.js";
import { AlternantError } from "../../src/errors.js";
import { Engine } from "../../src/kernel/index.js";
import { Ratings } from "../../src/ratings/index.js";
import { watchedEngine } from "./leases.js";

/** What JavaScript lets through where TypeScript does not. */
const untyped = (options: object): AlsOptions => options as AlsOptions;

type Thrower = new (message: string) => Error;

describe("ALS refuses, saying", () => {
  const cases: readonly [options: object, error: Thrower, message: string][] = [
    [{ factors: 0 }, RangeError, "factors must be an integer from 1 to 2048, not 0"],
    [{ factors: 2049 }, RangeError, "factors must be an integer from 1 to 2048, not 2049"],
    [{ factors: 1.5 }, RangeError, "factors must be an integer from 1 to 2048, not 1.5"],
    [{ factors: "32" }, TypeError, 'factors must be an integer from 1 to 2048, not the string "32"'],
    [{ factors: NaN }, RangeError, "factors must be an integer from 1 to 2048, not NaN"],
    [{ epochs: 0 }, RangeError, "epochs must be an integer from 1 to 10000, not 0"],
    [{ epochs: 10_001 }, RangeError, "epochs must be an integer from 1 to 10000, not 10001"],
    [{ epochs: 2n }, TypeError, "epochs must be an integer from 1 to 10000, not 2n"],
    [{ factors: null }, TypeError, "factors must be an integer from 1 to 2048, not null"],
    [{ biases: null }, TypeError, 'biases must be "full", "mean" or "none", not null'],
    [{ seed: -1 }, RangeError, "seed must be an integer of at least 0, not -1"],
    [{ seed: 1.5 }, RangeError, "seed must be an integer of at least 0, not 1.5"],
    [
      { seed: 2 ** 53 },
      RangeError,
      "seed must be an integer of at least 0 and below 2^53, not 9007199254740992",
    ],
    [
      { regularization: -0.1 },
      RangeError,
      "regularization must be a finite number of at least 0 and of at most 1000000000000000, not -0.1",
    ],
    [
      { regularization: NaN },
      RangeError,
      "regularization must be a finite number of at least 0 and of at most 1000000000000000, not NaN",
    ],
    [
      { regularization: Infinity },
      RangeError,
      "regularization must be a finite number of at least 0 and of at most 1000000000000000, not Infinity",
    ],
    [
      { regularization: "0.5" },
      TypeError,
      'regularization must be a number or { users, items, biases }, not "0.5"',
    ],
    [
      { regularization: [0.5, 0.5] },
      TypeError,
      "regularization must be a number or { users, items, biases }, not an array of 2",
    ],
    [
      { regularization: { users: -1 } },
      RangeError,
      "regularization.users must be a finite number of at least 0 and of at most 1000000000000000, not -1",
    ],
    [
      { regularization: { items: "1" } },
      TypeError,
      'regularization.items must be a finite number of at least 0 and of at most 1000000000000000, not the string "1"',
    ],
    [
      { regularization: { biases: NaN } },
      RangeError,
      "regularization.biases must be a finite number of at least 0 and of at most 1000000000000000, not NaN",
    ],
    [
      { regularization: { user: 1 } },
      RangeError,
      'regularization: unknown option "user"; did you mean "users"? Known options: users, items, biases.',
    ],
    [{ scaling: -1 }, RangeError, "scaling must be a finite number of at least 0 and of at most 2, not -1"],
    [{ scaling: 3 }, RangeError, "scaling must be a finite number of at least 0 and of at most 2, not 3"],
    [{ scaling: NaN }, RangeError, "scaling must be a finite number of at least 0 and of at most 2, not NaN"],
    [
      { scaling: "counts" },
      RangeError,
      'scaling must be "none" or "count", not the string "counts"; did you mean "count"?',
    ],
    [{ scaling: true }, TypeError, 'scaling must be a number, "none" or "count", not true'],
    [
      { biases: "fulll" },
      RangeError,
      'biases must be "full", "mean" or "none", not the string "fulll"; did you mean "full"?',
    ],
    [{ biases: false }, TypeError, 'biases must be "full", "mean" or "none", not false'],
    [
      { precision: "float16" },
      RangeError,
      'precision must be "float64" or "float32", not the string "float16"; did you mean "float64"?',
    ],
    [{ precision: 32 }, TypeError, 'precision must be "float64" or "float32", not 32'],
    [{ history: "all" }, RangeError, 'history must be "none", "items" or "ratings", not the string "all"'],
  ];
  for (const [options, error, message] of cases)
    it(
      JSON.stringify(options, (_, value) => (typeof value === "bigint" ? `${value}n` : value)),
      () => {
        let thrown: unknown;
        try {
          new ALS(untyped(options));
        } catch (caught) {
          thrown = caught;
        }
        expect(thrown).toBeInstanceOf(error);
        expect((thrown as Error).message).toBe(message);
      },
    );

  const known =
    "Known options: factors, feedback, confidence, unobservedWeight, zeros, regularization, scaling, scalingStar, biases, epochs, tolerance, solver, cgSteps, preconditioner, blockSize, finish, start, seed, precision, history.";
  for (const [name, hint] of [
    ["factor", '; did you mean "factors"?'],
    ["regularisation", '; did you mean "regularization"?'],
    ["Epochs", '; did you mean "epochs"?'],
    ["threads", "."],
    ["__proto__x", "."],
  ] as const)
    it(`the unknown option ${name}`, () => {
      expect(() => new ALS(untyped({ [name]: 1 }))).toThrow(
        new RangeError(`ALS: unknown option "${name}"${hint} ${known}`),
      );
    });

  it("what is no object of options", () => {
    for (const options of [null, 5, "factors=3", [1]])
      expect(() => new ALS(options as unknown as AlsOptions)).toThrow(TypeError);
  });
});

describe("ALS takes", () => {
  it("nothing: the defaults", () => {
    expect(new ALS().options).toEqual(new ALS({}).options);
    expect(new ALS().options).toMatchObject({ factors: 32, biases: "full", precision: "float64", seed: 1 });
  });

  it("a number as λ of users and items, and an object in part", () => {
    const { users, biases } = new ALS().options.regularization;
    expect(new ALS({ regularization: 7 }).options.regularization).toEqual({ users: 7, items: 7, biases });
    expect(new ALS({ regularization: { items: 7 } }).options.regularization).toEqual({
      users,
      items: 7,
      biases,
    });
    expect(new ALS(untyped({ regularization: { users: undefined } })).options.regularization.users).toBe(
      users,
    );
    expect(new ALS({ regularization: 0 }).options.regularization.users).toBe(0);
  });

  it("names for two scalings", () => {
    expect(new ALS({ scaling: "none" }).options.scaling).toBe(0);
    expect(new ALS({ scaling: "count" }).options.scaling).toBe(1);
    expect(new ALS({ scaling: 0.3 }).options.scaling).toBe(0.3);
  });

  it("the ends of each range", () => {
    const ends = { factors: 2048, epochs: 10_000, seed: Number.MAX_SAFE_INTEGER, scaling: 2 };
    expect(new ALS(ends).options).toMatchObject(ends);
    expect(new ALS({ factors: 1, epochs: 1, seed: 0, scaling: 0 }).options.factors).toBe(1);
  });

  it("options once: changing them afterwards changes nothing", () => {
    const regularization = { users: 1, items: 2, biases: 3 };
    const als = new ALS({ regularization });
    regularization.users = 99;
    expect(als.options.regularization.users).toBe(1);
    expect(() => Object.assign(als.options, { factors: 3 })).toThrow(TypeError);
    expect(() => Object.assign(als.options.regularization, { users: 3 })).toThrow(TypeError);
    expect(new ALS().options.factors).toBe(32);
  });
});

describe("fit refuses", () => {
  let engine: Engine;
  const ratings = Ratings.from([["ann", "Alien", 5]]);
  const als = new ALS({ factors: 2, epochs: 1 });
  const attempt = (options: object) => als.fit(ratings, options as FitOptions);
  beforeAll(async () => {
    engine = await Engine.create();
  });

  it("what is not Ratings", async () => {
    for (const [given, told] of [
      [[["ann", "Alien", 5]], "an array of 1"],
      [undefined, "undefined"],
      [{ ...ratings }, "an object (Object)"],
    ] as const)
      await expect(als.fit(given as unknown as Ratings, { engine })).rejects.toThrow(
        new TypeError(
          `ALS.fit needs Ratings, not ${told}: make them with Ratings.from(rows) or Ratings.fromColumns(columns).`,
        ),
      );
  });

  it("an engine that is none", async () => {
    await expect(attempt({ engine: { threads: 1 } })).rejects.toThrow(
      new TypeError("engine must be an Engine, made by Engine.create(), not an object (Object)"),
    );
  });

  it("an engine that was disposed of", async () => {
    const gone = await Engine.create();
    await gone.dispose();
    await expect(attempt({ engine: gone })).rejects.toThrow(expect.objectContaining({ code: "disposed" }));
  });

  it("an onEpoch that is no function", async () => {
    await expect(attempt({ engine, onEpoch: "log" })).rejects.toThrow(
      new TypeError('onEpoch must be a function, not "log"'),
    );
  });

  it("a signal that is none, such as its controller", async () => {
    await expect(attempt({ engine, signal: new AbortController() })).rejects.toThrow(
      new TypeError("signal must be an AbortSignal, not an object (AbortController): pass controller.signal"),
    );
    await expect(attempt({ engine, signal: true })).rejects.toThrow(
      new TypeError("signal must be an AbortSignal, not true"),
    );
  });

  it("options that it does not know", async () => {
    await expect(attempt({ engine, onepoch: () => {} })).rejects.toThrow(
      new RangeError(
        'fit: unknown option "onepoch"; did you mean "onEpoch"? Known options: signal, engine, onProgress, initial, validation, resume, onEpoch.',
      ),
    );
    await expect(als.train(ratings, { onEpoch: () => {} } as object).next()).rejects.toThrow(
      /^train: unknown option "onEpoch"/,
    );
  });

  it("factors beyond what WebAssembly can address, before anything is allocated", async () => {
    const watched = await watchedEngine();
    const many = Ratings.fromColumns({
      users: Int32Array.from({ length: 300_000 }, (_, user) => user),
      items: new Int32Array(300_000),
    });
    const error = await new ALS({ factors: 2048 }).fit(many, { engine: watched.engine }).catch((e) => e);
    expect(error).toBeInstanceOf(AlternantError);
    expect(error).toMatchObject({ code: "too-large" });
    expect(error.message).toBe(
      "2048 factors in float64 for 300000 users and 1 items on 1 thread need 4.6 GiB, more than the 4 GiB that WebAssembly can address. What fits: factors up to 1768 in float64, up to 2048 in float32.",
    );
    expect(watched.lent()).toBe(0);
  });

  it("a row that λ = 0 leaves undetermined, by its id", async () => {
    await expect(new ALS({ factors: 3, regularization: 0 }).fit(ratings, { engine })).rejects.toThrow(
      expect.objectContaining({
        code: "not-positive-definite",
        message: expect.stringMatching(/^item "Alien": .*1 rating, 3 factors, λ = 0/),
      }),
    );
  });
});
