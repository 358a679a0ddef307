import { describe, expect, it } from "vitest";
import { ALS, type AlsOptions, Engine, Model, Ratings, SVD } from "../../src/index.js";
import type { ModelParts } from "../../src/model/index.js";
import { seededRandom } from "../../src/random.js";
import { solveNonnegative } from "../reference/nonnegative.js";
import { type RowLoss, rowQuadratic } from "../reference/quadratic.js";
import { hex } from "../support/bytes.js";
import { randomParts } from "./fixtures.js";
import { drawRatings, OBJECTIVES, rowsOf } from "./fold-in-problems.js";
import { near, solvedRow } from "./row-reference.js";

const SMALL = { factors: 5, epochs: 3, history: "ratings" } as const;

describe.each(Object.entries(OBJECTIVES))("somebody who is folded in: %s", (_, { options, drawn }) => {
  it("is who training made of the same ratings, bit for bit, in any order of them", async () => {
    const ratings = drawRatings({ seed: 7, ...drawn });
    const model = await new ALS({ ...SMALL, ...options }).fit(ratings);
    const small = await model.forFoldIn();
    const loaded = await Model.fromBytes<string, string>(small.toBytes());
    for (const user of ratings.users) {
      const rows = rowsOf(ratings, user);
      for (const [asked, given] of [
        [model, rows],
        [model, [...rows].reverse()],
        [model, model.ratedItems(user)],
        [small, rows],
        [loaded, rows],
      ] as const) {
        const folded = await asked.foldIn(given);
        expect(hex(folded.vector)).toBe(hex(model.userVector(user)));
        expect(folded.bias).toBe(model.userBias(user));
        expect(folded.count).toBe(rows.length);
        expect(folded.recommend({ count: 30 })).toEqual(model.recommend(user, { count: 30 }));
        expect(folded.recommend({ exclude: "none" })).toEqual(model.recommend(user, { exclude: "none" }));
        for (const item of model.items) expect(folded.predict(item)).toBe(model.predict(user, item));
      }
    }
  });

  it("and an item, are the minimizers of the objective as the papers have it", async () => {
    const ratings = drawRatings({ seed: 8, ...drawn });
    const model = await new ALS({ ...SMALL, ...options }).fit(ratings);
    const tolerance = model.options["precision"] === "float32" ? 2e-4 : 1e-9;
    const random = seededRandom(3, "test");
    const value = (): number =>
      model.options["feedback"] === "implicit" ? 1 + random.integer(7) : 2.5 + random.integer(5) / 2;
    const weights = drawn?.weights ? [0.5, 2, 1, 1.25] : [];
    const items = [2, 5, 11, 17].map((item, at) => ({
      item,
      value: value(),
      ...(weights[at] && { weight: weights[at] }),
    }));
    const user = await model.foldIn(
      items.map(({ item, ...rest }) => ({ item: model.items.id(item), ...rest })),
    );
    const wanted = solvedRow(
      model,
      "users",
      items.map(({ item, ...rest }) => ({ other: item, ...rest })),
    );
    near(user.vector, wanted.factors, tolerance);
    near([user.bias], [wanted.bias], tolerance);

    const users = [0, 3, 9, 20].map((row, at) => ({
      user: row,
      value: value(),
      ...(weights[at] && { weight: weights[at] }),
    }));
    const item = await model.foldInItem(
      users.map(({ user: row, ...rest }) => ({ user: model.users.id(row), ...rest })),
    );
    const other = solvedRow(
      model,
      "items",
      users.map(({ user: row, ...rest }) => ({ other: row, ...rest })),
    );
    near(item.vector, other.factors, tolerance);
    near([item.bias], [other.bias], tolerance);
    expect(item.count).toBe(4);
    const scores = Array.from(model.users, (id) => ({ user: id, score: item.predict(id)! }));
    for (const { user: id, score } of scores) {
      const w = model.userVector(id);
      const dot = other.factors.reduce((sum, u, k) => sum + u * w[k]!, 0);
      near([score], [model.mean + model.userBias(id) + other.bias + dot], tolerance * 10);
    }
    const best = [...scores].sort((a, b) => b.score - a.score);
    const given = users.map(({ user: row }) => model.users.id(row));
    expect(item.audience({ count: 50, exclude: "none" })).toEqual(best);
    expect(item.audience({ count: 5 })).toEqual(
      best.filter(({ user: id }) => !given.includes(id)).slice(0, 5),
    );
  });
});

describe("after training by relaxed arithmetic where the engine has it", () => {
  it.each(["explicit", "implicit"] as const)("%s: the same bits by the same arithmetic", async (feedback) => {
    const ratings = drawRatings({ seed: 16, users: 40, items: 60, values: "plays" });
    const engine = await Engine.create({ arithmetic: "relaxed-if-available" });
    try {
      const options = { factors: 9, epochs: 3, precision: "float32", feedback } as const;
      const model = await new ALS(options).fit(ratings, { engine });
      for (const user of ratings.users)
        expect(hex((await model.foldIn(rowsOf(ratings, user))).vector)).toBe(hex(model.userVector(user)));
    } finally {
      await engine.dispose();
    }
  });
});

describe("after solvers that are not exact", () => {
  it.each(["cg", "ials++"] as const)(
    "%s: a user is the one whom the exact last half-epoch made",
    async (solver) => {
      const ratings = drawRatings({ seed: 9, values: "plays" });
      const model = await new ALS({ ...SMALL, feedback: "implicit", solver, blockSize: 2 }).fit(ratings);
      const user = ratings.users.id(4);
      expect(hex((await model.foldIn(rowsOf(ratings, user))).vector)).toBe(hex(model.userVector(user)));
    },
  );

  it("nonnegative: a user is the minimizer among factors ≥ 0, whoever was folded in before", async () => {
    const ratings = drawRatings({ seed: 10 });
    const model = await new ALS({ ...SMALL, solver: "nonnegative" }).fit(ratings);
    const { values, rows, factors } = model.copyFactors("items");
    const fixed = Array.from({ length: rows }, (_, row) =>
      Float64Array.from(values.subarray(row * factors, (row + 1) * factors)),
    );
    for (const given of [
      [
        [1, 0.5],
        [4, 5],
        [7, 1],
      ],
      [[4, 5]],
      [
        [0, 1],
        [2, 4.5],
        [3, 2],
        [9, 3],
      ],
    ] as const) {
      const rated = given.map(([item, value]) => [model.items.id(item), value] as const);
      const folded = await model.foldIn(rated);
      const alone = await (await Model.fromBytes<string, string>(model.toBytes())).foldIn(rated);
      expect(hex(folded.vector)).toBe(hex(alone.vector));
      const loss: RowLoss = {
        fixed,
        offsets: new Float64Array(rows),
        pairs: given.map(([column, preference]) => ({ column, weight: 1, preference })),
        allPairs: 0,
        observedBase: 0,
        lambda: 0.55 * given.length ** 0.7,
        biasLambda: undefined,
      };
      near(folded.vector, solveNonnegative(rowQuadratic(loss)), 1e-9);
    }
  });
});

describe("zeros of implicit feedback", () => {
  const plays = drawRatings({ seed: 11, values: "plays" });
  const given = [
    ["item 1", 3],
    ["item 2", 0],
    ["item 5", 1],
  ] as const;
  const trained = (options: AlsOptions) => new ALS({ ...SMALL, feedback: "implicit", ...options }).fit(plays);

  it("are refused by name where the model was trained so", async () => {
    await expect((await trained({})).foldIn(given)).rejects.toMatchObject({
      code: "invalid-rating",
      message: expect.stringMatching(/^foldIn: the rating of item "item 2" is 0: /),
    });
  });

  it("are dropped where the model drops them, but count as given", async () => {
    const model = await trained({ zeros: "drop" });
    const folded = await model.foldIn(given);
    const without = await model.foldIn([given[0], given[2]]);
    expect(hex(folded.vector)).toBe(hex(without.vector));
    expect(folded.count).toBe(2);
    expect(folded.recommend({ count: 100 }).map(({ item }) => item)).not.toContain("item 2");
    await expect(model.foldIn([["item 2", 0]])).rejects.toMatchObject({ code: "no-ratings" });
  });

  it("are dislikes where the model takes them for such: as −1", async () => {
    const model = await trained({ zeros: "dislike" });
    const minusOne = await model.foldIn([given[0], ["item 2", -1], given[2]]);
    near((await model.foldIn(given)).vector, minusOne.vector, 1e-12);
  });

  it("a dislike is refused by the logarithmic form", async () => {
    const model = await trained({ confidence: { form: "log" } });
    await expect(model.foldIn([["item 1", -2]])).rejects.toMatchObject({ code: "invalid-rating" });
  });
});

describe("an id alone and what leaves out a value", () => {
  it("mean value 1", async () => {
    const ratings = drawRatings({ seed: 12, values: "plays" });
    const model = await new ALS({ ...SMALL, feedback: "implicit" }).fit(ratings);
    const wanted = hex(
      (
        await model.foldIn([
          ["item 3", 1],
          ["item 8", 1],
        ])
      ).vector,
    );
    expect(hex((await model.foldIn(["item 8", { item: "item 3" }])).vector)).toBe(wanted);
    expect(hex((await model.foldIn(new Set(["item 8", "item 3"]))).vector)).toBe(wanted);
    expect(hex((await model.foldIn([{ item: "item 3", weight: 1 }, "item 8"])).vector)).toBe(wanted);
  });
});

describe("models of SVD", () => {
  it.each(["none", "mean", "biases"] as const)(
    "centred by %s: somebody is their row of the decomposition",
    async (center) => {
      const ratings = drawRatings({ seed: 13 });
      const model = await new SVD({ factors: 4, center, tolerance: 1e-12, history: "ratings" }).fit(ratings);
      const small = await Model.fromBytes<string, string>((await model.forFoldIn()).toBytes());
      const axes = await model.truncate(2);
      for (const user of ratings.users) {
        const rows = rowsOf(ratings, user);
        const folded = await model.foldIn(rows);
        near(folded.vector, model.userVector(user), 1e-9);
        near([folded.bias], [model.userBias(user)], 1e-12);
        expect(hex((await small.foldIn(rows)).vector)).toBe(hex(folded.vector));
        near((await axes.foldIn(rows)).vector, axes.userVector(user), 1e-9);
      }
      const item = ratings.items.id(3);
      const raters = [...ratings].filter((rating) => rating.item === item);
      const folded = await model.foldInItem(raters.map(({ user, value }) => [user, value] as const));
      near(folded.vector, model.itemVector(item), 1e-5);
    },
  );

  it("with fewer axes than were asked for: the others stay 0", async () => {
    // Rank one: everybody's ratings are multiples of the same.
    const rows = Array.from({ length: 24 }, (_, at): [string, string, number] => [
      `user ${at % 6}`,
      `item ${Math.floor(at / 6)}`,
      ((at % 6) + 1) * (Math.floor(at / 6) + 1),
    ]);
    const model = await new SVD({ factors: 3, center: "none" }).fit(Ratings.from(rows));
    const { vector } = await model.foldIn([
      ["item 0", 2],
      ["item 1", 4],
      ["item 2", 6],
      ["item 3", 8],
    ]);
    near(vector, model.userVector("user 1"), 1e-9);
    expect(Array.from(vector).slice(1)).toEqual([0, 0]);
  });

  it("refuse weights", async () => {
    const model = await new SVD({ factors: 4 }).fit(drawRatings({ seed: 13 }));
    await expect(model.foldIn([{ item: "item 1", value: 2, weight: 2 }])).rejects.toMatchObject({
      code: "invalid-rating",
    });
  });
});

describe("models that rows cannot be folded into", () => {
  it("canonical ones of ALS are refused, with what to do", async () => {
    const model = await new ALS(SMALL).fit(drawRatings({ seed: 14 }));
    const canonical = await model.canonical();
    for (const refused of [
      canonical.foldIn([["item 1", 4]]),
      canonical.foldInItem([["user 1", 4]]),
      canonical.forFoldIn(),
    ])
      await expect(refused).rejects.toMatchObject({
        code: "not-supported",
        message: expect.stringMatching(/canonical form.*Use the model as it was before/),
      });
  });
});

describe("long rows", () => {
  it("are solved with turns for the event loop, beside short ones, and to the same bits", async () => {
    const ratings = drawRatings({ seed: 15, users: 12, items: 1500, density: 0.9 });
    const model = await new ALS({ factors: 96, epochs: 1 }).fit(ratings);
    const long = ratings.users.id(2);
    const rows = rowsOf(ratings, long);
    const short = rows.slice(0, 20);
    const alone = await model.foldIn(short);
    const order: string[] = [];
    const told = async <T>(name: string, promise: Promise<T>): Promise<T> => {
      const result = await promise;
      order.push(name);
      return result;
    };
    const [first, second, third] = await Promise.all([
      told("long", model.foldIn(rows)),
      told("short", model.foldIn(short)),
      told("long again", model.foldIn(rows)),
    ]);
    expect(order[0]).toBe("long");
    for (const folded of [first, third]) expect(hex(folded.vector)).toBe(hex(model.userVector(long)));
    expect(hex(second.vector)).toBe(hex(alone.vector));
  });

  it("an abort ends one, and those that wait go on", async () => {
    const model = new Model<string, string>({
      ...(randomParts({ users: 2, items: 1500, factors: 200 }) as ModelParts<string, string>),
      options: { scaling: 0.7, regularization: { users: 0.5, items: 0.5, biases: 3 } },
    });
    const rows = Array.from(model.items, (item, at) => [item, 1 + (at % 5)] as const);
    const wanted = hex((await model.foldIn(rows)).vector);
    const controller = new AbortController();
    const aborted = model.foldIn(rows, { signal: controller.signal });
    const waiting = model.foldIn(rows);
    setTimeout(() => controller.abort(new Error("enough")), 0);
    await expect(aborted).rejects.toMatchObject({ code: "aborted", name: "AbortError" });
    expect(hex((await waiting).vector)).toBe(wanted);
    await expect(model.foldIn(rows, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
    });
  });
});
