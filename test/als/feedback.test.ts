import { beforeAll, describe, expect, it } from "vitest";
import { ALS, type AlsOptions } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import { Model } from "../../src/model/index.js";
import { Ratings } from "../../src/ratings/index.js";
import { bitsOf } from "./fixtures.js";

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ threads: 1 });
});

type Row = readonly [user: number, item: number, value: number];

/** Every third pair, with values from −1 to 3. */
function rows(): Row[] {
  const made: Row[] = [];
  for (let user = 0; user < 20; user++)
    for (let item = 0; item < 15; item++)
      if ((user * 7 + item * 5) % 3 === 0) made.push([user, item, ((user + item) % 5) - 1]);
  return made;
}

const IMPLICIT: AlsOptions = { feedback: "implicit", factors: 3, epochs: 3 };

describe("values of 0 in implicit feedback", () => {
  const train = (given: readonly Row[], options: AlsOptions) =>
    new ALS({ ...IMPLICIT, ...options }).fit(Ratings.from<number, number>(given), { engine });

  it("are refused, naming the pair and the ways out", async () => {
    for (const options of [{}, { zeros: "error" }, { unobservedWeight: 0.1 }] as AlsOptions[])
      await expect(train(rows(), options)).rejects.toMatchObject({
        code: "invalid-rating",
        message:
          'ALS.fit: the rating of user 0 for item 6 is 0: implicit feedback needs values above 0 (a like) or below (a dislike), not 0. Leave such rows out, or say what they are: zeros: "drop" or "dislike".',
      });
  });

  it("are dropped as if they had not been there", async () => {
    const all = Ratings.from<number, number>(rows());
    const model = await train(rows(), { zeros: "drop", history: "ratings" });
    const kept = rows().filter(([, , value]) => value !== 0);
    const other = await train(kept, { history: "ratings" });
    expect(other.users.size).toBe(all.users.size);
    for (const user of all.users)
      for (const item of all.items)
        expect(model.predict(user, item)).toBeCloseTo(other.predict(user, item)!, 10);
    expect(model.info.data.ratings).toBe(kept.length);
    expect(model.info.data.mean).toBeCloseTo(other.info.data.mean, 14);
    expect(model.range).toEqual(other.range);
    for (const user of all.users) {
      const items = (of: typeof model): unknown[] =>
        of.recommend(user, { count: 99 }).map(({ item }) => item);
      expect(items(model).sort()).toEqual(items(other).sort());
    }
  });

  it("are all that there is: nothing is left to train on", async () => {
    await expect(train([[0, 0, 0]], { zeros: "drop" })).rejects.toMatchObject({
      code: "no-ratings",
      message: 'ALS.fit: all 1 values are 0, and zeros: "drop" leaves nothing to train on.',
    });
  });

  it("are dislikes that count as −1", async () => {
    const disliked = rows().map(([user, item, value]) => [user, item, value || -1] as const);
    for (const options of [
      { confidence: { alpha: 4 } },
      { confidence: { alpha: 4, offset: 0 } },
      { unobservedWeight: 0.2 },
      { unobservedWeight: 0.2, confidence: { alpha: 4 }, precision: "float32" },
    ] as AlsOptions[]) {
      const model = await train(rows(), { ...options, zeros: "dislike" });
      const other = await train(disliked, options);
      for (const [user, item] of rows())
        expect(model.predict(user, item)).toBeCloseTo(
          other.predict(user, item)!,
          options.precision === "float32" ? 5 : 10,
        );
      expect(model.range).toEqual([-1, 3]);
    }
  });
});

describe("the logarithmic form", () => {
  it("refuses dislikes, naming the pair", async () => {
    const options: AlsOptions = { ...IMPLICIT, confidence: { form: "log" }, zeros: "drop" };
    await expect(
      new ALS(options).fit(Ratings.from<number, number>(rows()), { engine }),
    ).rejects.toMatchObject({
      code: "invalid-rating",
      message:
        'ALS.fit: the rating of user 0 for item 0 is -1: confidence.form "log" needs values above 0: log(1 + r) says nothing of a dislike. Use form: "linear", or leave such rows out.',
    });
  });

  it("is the linear one of logarithms", async () => {
    const given = rows().filter(([, , value]) => value > 0);
    const logs = given.map(([user, item, value]) => [user, item, Math.log(1 + value)] as const);
    const train = (form: "linear" | "log", rated: readonly Row[]) =>
      new ALS({ ...IMPLICIT, confidence: { form, alpha: 3 } }).fit(Ratings.from<number, number>(rated), {
        engine,
      });
    const [model, other] = [await train("log", given), await train("linear", logs)];
    for (const [user, item] of given)
      expect(model.predict(user, item)).toBeCloseTo(other.predict(user, item)!, 12);
  });
});

describe("confidences that no number can hold", () => {
  const given = (weight: number): Ratings<number, number> =>
    Ratings.from<number, number>([
      { user: 1, item: 2, value: 3, weight: 1 },
      { user: 1, item: 3, value: 3, weight },
    ]);

  it.each([
    [
      1e300,
      "float64",
      1e15,
      "Infinity in float64, which must be finite and above 0. Scale weights, or confidence.alpha.",
    ],
    [
      1e30,
      "float32",
      1e15,
      'Infinity in float32, which must be finite and above 0. Scale weights, or confidence.alpha, or use precision: "float64".',
    ],
    [
      1e-50,
      "float32",
      1,
      '0 in float32, which must be finite and above 0. Scale weights, or confidence.alpha, or use precision: "float64".',
    ],
  ] as const)("are refused: weight %d in %s, α = %d", async (weight, precision, alpha, told) => {
    const als = new ALS({ ...IMPLICIT, precision, confidence: { alpha } });
    await expect(als.fit(given(weight), { engine })).rejects.toMatchObject({
      code: "invalid-rating",
      message: `ALS.fit: the rating of user 1 for item 3, 3, has a confidence of ${told}`,
    });
  });
});

describe("ALS refuses", () => {
  const number = "a finite number above 0 and of at most 1000000000000000";
  it.each<[AlsOptions, ErrorConstructor, string]>([
    [
      { feedback: "both" as "implicit" },
      RangeError,
      'feedback must be "explicit" or "implicit", not the string "both"',
    ],
    [{ feedback: 1 as never }, TypeError, 'feedback must be "explicit" or "implicit", not 1'],
    ...[0, -1, 1e308, Number.NaN, Infinity].map((alpha): [AlsOptions, ErrorConstructor, string] => [
      { feedback: "implicit", confidence: { alpha } },
      RangeError,
      `confidence.alpha must be ${number}, not ${alpha}`,
    ]),
    ...[0, -1, 1e308, Number.NaN].map((unobservedWeight): [AlsOptions, ErrorConstructor, string] => [
      { feedback: "implicit", unobservedWeight },
      RangeError,
      `unobservedWeight must be ${number}, not ${unobservedWeight}`,
    ]),
    [
      { feedback: "implicit", confidence: { form: "square" as "log" } },
      RangeError,
      'confidence.form must be "linear" or "log", not the string "square"',
    ],
    [
      { feedback: "implicit", confidence: { offset: 2 as 1 } },
      RangeError,
      "confidence.offset must be 0 or 1, not 2",
    ],
    [
      { feedback: "implicit", confidence: { beta: 1 } as object },
      RangeError,
      'confidence: unknown option "beta". Known options: alpha, form, offset.',
    ],
    [
      { feedback: "implicit", confidence: 40 as never },
      TypeError,
      "confidence must be { alpha, form, offset }, not 40",
    ],
    [
      { feedback: "implicit", confidence: null as never },
      TypeError,
      "confidence must be { alpha, form, offset }, not null",
    ],
    [
      { feedback: "implicit", zeros: "keep" as "drop" },
      RangeError,
      'zeros must be "error", "drop" or "dislike", not the string "keep"',
    ],
    [
      { feedback: "implicit", biases: "mean" },
      RangeError,
      'biases must be "none" or "full" for implicit feedback, not "mean": the mean of pairs that are nearly all unrated says nothing.',
    ],
    ...(["confidence", "unobservedWeight", "zeros"] as const).map(
      (name): [AlsOptions, ErrorConstructor, string] => [
        { [name]: { confidence: {}, unobservedWeight: 1, zeros: "drop" }[name] },
        RangeError,
        `${name} belongs to implicit feedback: add feedback: "implicit", or leave it out.`,
      ],
    ),
    [
      { solver: "gauss" as "cg" },
      RangeError,
      'solver must be "auto", "cholesky", "cg", "ials++" or "nonnegative", not the string "gauss"',
    ],
    [{ cgSteps: 0 }, RangeError, "cgSteps must be an integer from 1 to 10000, not 0"],
    [{ cgSteps: 2.5 }, RangeError, "cgSteps must be an integer from 1 to 10000, not 2.5"],
    [{ blockSize: 0 }, RangeError, "blockSize must be an integer from 1 to 32, not 0"],
    [{ factors: 8, blockSize: 9 }, RangeError, "blockSize must be an integer from 1 to 8, not 9"],
    [
      { preconditioner: "ilu" as "jacobi" },
      RangeError,
      'preconditioner must be "none" or "jacobi", not the string "ilu"',
    ],
    [{ finish: true as never }, TypeError, 'finish must be "exact" or "none", not true'],
    ...(["full", "mean"] as const).map((biases): [AlsOptions, ErrorConstructor, string] => [
      { solver: "nonnegative", biases },
      RangeError,
      `biases must be "none" with solver: "nonnegative", not "${biases}": predictions are sums of non-negative products. Leave biases out, or use another solver.`,
    ]),
    [
      { scalingStar: 3 },
      RangeError,
      "scalingStar must be a finite number of at least 0 and of at most 2, not 3",
    ],
  ])("%j", (options, kind, message) => {
    let thrown: unknown;
    try {
      new ALS(options);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(kind);
    expect((thrown as Error).message).toBe(message);
  });
});

describe("options of implicit feedback", () => {
  it("have defaults of their own, and keep what was given", () => {
    expect(new ALS({ feedback: "implicit" }).options).toMatchObject({
      biases: "none",
      zeros: "error",
      confidence: { form: "linear", offset: 1 },
    });
    expect(new ALS({ feedback: "implicit", confidence: { alpha: 3 } }).options.confidence).toEqual({
      alpha: 3,
      form: "linear",
      offset: 1,
    });
    // All rated pairs count 1 where all pairs have a weight.
    expect(new ALS({ feedback: "implicit", unobservedWeight: 0.1 }).options.confidence).toEqual({
      alpha: 0,
      form: "linear",
      offset: 1,
    });
    expect(new ALS().options).toMatchObject({
      feedback: "explicit",
      confidence: undefined,
      zeros: undefined,
    });
    expect(new ALS({ solver: "nonnegative" }).options.biases).toBe("none");
    expect(new ALS({ factors: 8 }).options.blockSize).toBe(8);
  });

  it("stand in the model, with the solver and why", async () => {
    const given = Ratings.from<number, number>([
      [1, 2, 1],
      [2, 3, 1],
    ]);
    const options: AlsOptions = { ...IMPLICIT, unobservedWeight: 0.5 };
    const model = await new ALS(options).fit(given, { engine });
    expect(model.options).toMatchObject({ algorithm: "als", feedback: "implicit", unobservedWeight: 0.5 });
    expect(model.info.run.rmse).toBeUndefined();
    expect(model.info.run.solver!.name).toBe("cholesky");
    expect(model.info.run.solver!.why).toContain("K = 3");
    const wide = await new ALS({ ...options, factors: 256, epochs: 1 }).fit(given, { engine });
    expect(wide.info.run.solver!.name).toBe("cg");
    const asked = await new ALS({ ...options, solver: "cg" }).fit(given, { engine });
    expect(asked.info.run.solver).toEqual({ name: "cg", why: "asked for" });
    const read = await Model.fromBytes<number, number>(asked.toBytes());
    expect(read.info).toEqual(asked.info);
    expect(bitsOf(read)).toBe(bitsOf(asked));
  });
});
