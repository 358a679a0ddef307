import { beforeAll, describe, expect, it } from "vitest";
import { ALS, type AlsOptions, Model, type Ratings, SVD } from "../../src/index.js";
import { drawRatings, OBJECTIVES, rowsOf } from "./fold-in-problems.js";
import { near, type RowRating, solvedRow } from "./row-reference.js";

const SMALL = { factors: 5, epochs: 3, history: "ratings" } as const;

/** What a row solved anew, densely, would be predicted. */
function resolved(model: Model<string, string>, rows: readonly RowRating[], item: string): number {
  const { factors, bias } = solvedRow(model, "users", rows);
  const u = model.itemVector(item);
  return model.mean + model.itemBias(item) + bias + factors.reduce((sum, w, k) => sum + w * u[k]!, 0);
}

function indexed(
  model: Model<string, string>,
  rows: readonly { item: string; value: number; weight?: number }[],
) {
  return rows.map(({ item, ...rest }) => ({ other: model.items.index(item)!, ...rest }));
}

/** Confidences beside float32 factors are float32 themselves. */
function toleranceOf({ options }: Model<string, string>): number {
  return options["precision"] === "float32" && options["feedback"] === "implicit" ? 1e-6 : 1e-8;
}

/** All objectives, and each with next to no regularization. */
const CASES = Object.entries({
  ...OBJECTIVES,
  "conjugate gradient, finished": { options: { solver: "cg" } } as (typeof OBJECTIVES)[string],
}).flatMap(([name, { options, drawn }]) => {
  const tiny: AlsOptions = { ...options, regularization: { users: 1e-4, items: 0.1, biases: 1e-4 } };
  return [
    { name, options, drawn },
    { name: `${name}, λ = 1e-4`, options: tiny, drawn },
  ];
});

describe.each(CASES)("what a prediction is made of: $name", ({ options, drawn }) => {
  let ratings: Ratings<string, string>;
  let model: Model<string, string>;
  beforeAll(async () => {
    ratings = drawRatings({ seed: 21, ...drawn });
    model = await new ALS({ ...SMALL, ...options }).fit(ratings);
  });

  it("adds up to it", async () => {
    const tolerance = model.options["precision"] === "float32" ? 2e-3 : 1e-9;
    for (const user of [0, 7, 15].map((row) => ratings.users.id(row)))
      for (const item of model.items) {
        const { score, base, reasons } = await model.explain(user, item);
        expect(score).toBe(model.predict(user, item));
        near([reasons.reduce((sum, { contribution }) => sum + contribution, base)], [score], tolerance);
        expect(reasons.map((reason) => reason.item).sort()).toEqual(
          rowsOf(ratings, user)
            .map((row) => row.item)
            .sort(),
        );
        for (const [at, { contribution }] of reasons.entries())
          expect(contribution).toBeLessThanOrEqual(reasons[at - 1]?.contribution ?? Infinity);
      }
  });

  it("without one rating is what the row solved without it would say", async () => {
    for (const user of [2, 11].map((row) => ratings.users.id(row))) {
      const rows = indexed(model, rowsOf(ratings, user));
      const known = new Set(rows.map(({ other }) => other));
      const asked = [rows[0]!.other, Array.from(model.items, (_, at) => at).find((at) => !known.has(at))!];
      for (const item of asked.map((at) => model.items.id(at))) {
        const { reasons } = await model.explain(user, item);
        for (const { item: left, without } of reasons) {
          const wanted = resolved(
            model,
            rows.filter(({ other }) => other !== model.items.index(left)),
            item,
          );
          expect(Math.abs(without - wanted)).toBeLessThanOrEqual(
            toleranceOf(model) * Math.max(1, Math.abs(wanted)),
          );
        }
      }
    }
  });

  it("leaves each of a user's ratings out as solving again would", async () => {
    for (const user of [4, 12, 19].map((row) => ratings.users.id(row))) {
      const rows = indexed(model, rowsOf(ratings, user));
      const found = await model.leaveOneOut(user);
      expect(found.map(({ item }) => item)).toEqual(model.ratedItems(user).map(({ item }) => item));
      for (const { item, value, prediction, residual } of found) {
        const wanted = resolved(
          model,
          rows.filter(({ other }) => other !== model.items.index(item)),
          item,
        );
        expect(Math.abs(prediction - wanted)).toBeLessThanOrEqual(
          toleranceOf(model) * Math.max(1, Math.abs(wanted)),
        );
        const preference = model.options["feedback"] === "implicit" ? Number(value > 0) : value;
        expect(residual).toBeCloseTo(preference - prediction, 12);
      }
    }
  });

  it("is the same of somebody who was folded in, also into the model of items alone", async () => {
    const user = ratings.users.id(6);
    const wanted = await model.explain(user, "item 3", { lists: 4 });
    const small = await Model.fromBytes<string, string>((await model.forFoldIn()).toBytes());
    for (const asked of [model, small]) {
      const folded = await asked.foldIn(rowsOf(ratings, user));
      expect(await folded.explain("item 3", { lists: 4 })).toEqual(wanted);
    }
  });

  it("with lists: what would be recommended without each rating", async () => {
    if (model.options["precision"] === "float32") return;
    const user = ratings.users.id(9);
    const rows = rowsOf(ratings, user);
    const { reasons } = await model.explain(user, "item 2", { lists: 6 });
    for (const { item, list } of reasons) {
      const rest = rows.filter((row) => row.item !== item);
      if (rest.length === 0) continue;
      const wanted = (await model.foldIn(rest)).recommend({ count: 6 });
      expect(list!.map((entry) => entry.item)).toEqual(wanted.map((entry) => entry.item));
      near(
        list!.map(({ score }) => score),
        wanted.map(({ score }) => score),
        1e-8,
      );
    }
  });

  it("with lists of all items: each that was not rated, and the one left out, once", async () => {
    const user = ratings.users.id(9);
    const rated = rowsOf(ratings, user).map((row) => row.item);
    const { reasons } = await model.explain(user, "item 2", { lists: 1e9 });
    for (const { item, list } of reasons)
      expect(list!.map((entry) => entry.item).sort()).toEqual(
        [...ratings.items].filter((other) => other === item || !rated.includes(other)).sort(),
      );
  });
});

describe("a contribution", () => {
  it("is what the prediction would lose were the rating what is said without the user", async () => {
    const ratings = drawRatings({ seed: 22, weights: true });
    const model = await new ALS(SMALL).fit(ratings);
    const rows = rowsOf(ratings, ratings.users.id(3));
    const { score, reasons } = await model.explain(ratings.users.id(3), "item 7");
    for (const { item, contribution } of reasons) {
      const plain = model.mean + model.itemBias(item);
      const other = await model.foldIn(
        rows.map((row) => (row.item === item ? { ...row, value: plain } : row)),
      );
      expect(score - other.predict("item 7")!).toBeCloseTo(contribution, 10);
    }
  });
});

describe("an implicit event removed", () => {
  it("has the prediction (ŷ − c·h) ÷ (1 − (c − 1)·h) with plain λ", async () => {
    const ratings = drawRatings({ seed: 23, values: "plays" });
    const model = await new ALS({ ...SMALL, feedback: "implicit", scaling: 0 }).fit(ratings);
    const user = ratings.users.id(5);
    for (const { item, value, prediction } of await model.leaveOneOut(user)) {
      const { reasons, score } = await model.explain(user, item);
      const c = 1 + value;
      // Its own contribution is c·h.
      const h = reasons.find((reason) => reason.item === item)!.contribution / c;
      expect(prediction).toBeCloseTo((score - c * h) / (1 - (c - 1) * h), 10);
    }
  });
});

describe("a user of one rating", () => {
  it("is nobody without it: the score is μ + c", async () => {
    const model = await new ALS({ ...SMALL, factors: 3 }).fit(
      drawRatings({ seed: 24 }).concat(drawRatings({ seed: 24, users: 1, density: 0, items: 3 }), {
        duplicates: "last",
      }),
    );
    const folded = await model.foldIn([["item 4", 5]]);
    const { reasons } = await folded.explain("item 6", { lists: 3 });
    expect(reasons).toHaveLength(1);
    expect(reasons[0]!.without).toBe(model.mean + model.itemBias("item 6"));
    expect(reasons[0]!.list).toEqual(model.popular({ count: 3 }));
  });
});

describe("who cannot be explained", () => {
  const ratings = drawRatings({ seed: 25 });
  const trained = (options: AlsOptions) => new ALS({ factors: 4, epochs: 2, ...options }).fit(ratings);

  it.each(["none", "items"] as const)(
    "users of a model that keeps %s, and how to keep it",
    async (history) => {
      const model = await trained({ history });
      for (const refused of [
        model.explain("user 1", "item 1"),
        model.leaveOneOut("user 1"),
        model.estimateError(),
      ])
        await expect(refused).rejects.toMatchObject({
          code: "no-history",
          message: expect.stringMatching(/Train with history: "ratings"\.$/),
        });
      expect((await (await model.foldIn(["item 1", "item 2"])).explain("item 3")).reasons).toHaveLength(2);
    },
  );

  it("unknown users and items, wrong options, an abort", async () => {
    const model = await trained({ history: "ratings" });
    await expect(model.explain("eve", "item 1")).rejects.toMatchObject({ code: "unknown-id" });
    await expect(model.explain("user 1", "Dune")).rejects.toMatchObject({ code: "unknown-id" });
    await expect(model.explain("user 1", "item 1", { lists: 0 })).rejects.toBeInstanceOf(RangeError);
    await expect(model.explain("user 1", "item 1", { list: 1 } as never)).rejects.toBeInstanceOf(RangeError);
    await expect(model.leaveOneOut("eve")).rejects.toMatchObject({ code: "unknown-id" });
    await expect(model.leaveOneOut("user 1", { lists: 1 } as never)).rejects.toThrow(
      'unknown option "lists"',
    );
    await expect(model.estimateError({ count: 1 } as never)).rejects.toThrow('unknown option "count"');
    const signal = {} as AbortSignal;
    for (const refused of [
      model.explain("user 1", "item 1", { signal }),
      model.leaveOneOut("user 1", { signal }),
      model.estimateError({ signal }),
    ])
      await expect(refused).rejects.toEqual(
        new TypeError("signal must be an AbortSignal, not an object (Object)"),
      );
    for (const refused of [
      model.explain("user 1", "item 1", { signal: AbortSignal.abort() }),
      model.leaveOneOut("user 1", { signal: AbortSignal.abort() }),
      model.estimateError({ signal: AbortSignal.abort() }),
    ])
      await expect(refused).rejects.toMatchObject({ code: "aborted" });
  });

  it("factors ≥ 0, users that were left unfinished, canonical models, those of SVD", async () => {
    const unfinished = await trained({ history: "ratings", solver: "cg", finish: "none" });
    for (const model of [
      unfinished,
      await trained({ history: "ratings", solver: "nonnegative" }),
      await (await trained({ history: "ratings" })).canonical(),
      await new SVD({ factors: 4, history: "ratings" }).fit(ratings),
    ])
      await expect(model.explain("user 1", "item 1")).rejects.toMatchObject({ code: "not-supported" });
    // What is folded in is solved to the end.
    const folded = await unfinished.foldIn(
      unfinished.ratedItems("user 1") as { item: string; value: number }[],
    );
    const { score, base, reasons } = await folded.explain("item 1");
    near([reasons.reduce((sum, { contribution }) => sum + contribution, base)], [score], 1e-9);
  });

  it("rows that λ = 0 leaves undetermined without a rating", async () => {
    const model = await new ALS({
      factors: 4,
      epochs: 1,
      regularization: { users: 0, items: 0.1, biases: 0 },
    }).fit(drawRatings({ seed: 1, density: 1 }));
    const five = ["item 1", "item 2", "item 3", "item 4", "item 5"] as const;
    const folded = await model.foldIn(five.map((item, at) => [item, 1 + at] as const));
    await expect(folded.explain("item 7")).rejects.toMatchObject({ code: "not-positive-definite" });
  });

  it("models that were disposed of, and users of a model of items alone", async () => {
    const model = await trained({ history: "ratings" });
    const small = await model.forFoldIn();
    for (const refused of [
      small.explain("user 1", "item 1"),
      small.leaveOneOut("user 1"),
      small.estimateError(),
    ])
      await expect(refused).rejects.toMatchObject({ code: "no-users" });
    const folded = await model.foldIn(["item 1"]);
    const explaining = model.explain("user 1", "item 1");
    model.dispose();
    for (const refused of [explaining, folded.explain("item 2"), model.leaveOneOut("user 1")])
      await expect(refused).rejects.toMatchObject({ code: "disposed" });
  });
});

describe("the error as training ratings tell it", () => {
  it("is that of leverages in both rows, worked out densely", async () => {
    for (const weights of [false, true]) {
      const ratings = drawRatings({ seed: 26, weights });
      const model = await new ALS(SMALL).fit(ratings);
      const all = [...ratings];
      // h of a rating: what its own prediction gains for each unit of its value, by solving its row again.
      const gain = (which: "users" | "items", own: "user" | "item", index: number, id: string): number => {
        const other = own === "user" ? "item" : "user";
        const ids = own === "user" ? model.items : model.users;
        const rows = all
          .filter((rating) => rating[own] === id)
          .map((rating) => ({ ...rating, other: ids.index(rating[other])! }));
        const of = (added: number): number => {
          const changed = rows.map((row) =>
            row.other === index ? { ...row, value: row.value + added } : row,
          );
          const { factors, bias } = solvedRow(model, which, changed);
          const x = own === "user" ? model.itemVector(ids.id(index)) : model.userVector(ids.id(index));
          return bias + factors.reduce((sum, w, k) => sum + w * x[k]!, 0);
        };
        return of(1) - of(0);
      };
      let sum = 0;
      let training = 0;
      let total = 0;
      const clipped = (score: number): number => Math.min(Math.max(score, model.range[0]), model.range[1]);
      for (const { user, item, value, weight = 1 } of all) {
        const h =
          gain("users", "user", model.items.index(item)!, user) +
          gain("items", "item", model.users.index(user)!, item);
        const score = model.predict(user, item)!;
        sum += weight * (value - clipped(value - (value - score) / (1 - h))) ** 2;
        training += weight * (value - clipped(score)) ** 2;
        total += weight;
      }
      const estimate = await model.estimateError();
      near([estimate.rmse], [Math.sqrt(sum / total)], 1e-8);
      expect(estimate.count).toBe(ratings.count);
      near([estimate.trainingRmse], [Math.sqrt(training / total)], 1e-12);
      expect(estimate.trainingRmse).toBeLessThan(estimate.rmse);
    }
  });

  it("is refused for implicit feedback", async () => {
    const model = await new ALS({ ...SMALL, feedback: "implicit" }).fit(
      drawRatings({ seed: 27, values: "plays" }),
    );
    await expect(model.estimateError()).rejects.toMatchObject({ code: "not-supported" });
  });
});
