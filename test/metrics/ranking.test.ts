import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Engine } from "../../src/kernel/index.js";
import {
  popularity,
  type RankingOptions,
  type RankingResult,
  rankingMetrics,
} from "../../src/metrics/index.js";
import { Model, type ModelParts } from "../../src/model/index.js";
import { Ratings } from "../../src/ratings/index.js";
import { Vocabulary } from "../../src/ratings/vocabulary.js";
import { type FixtureOptions, infoOf, randomModel } from "../model/fixtures.js";
import { type PlainList, plainAuc, plainMetrics } from "../reference/ranking.js";
import { CAN_SHARE } from "../support/sharing.js";
import golden from "./golden/ranking.json" with { type: "json" };

const THREADS = CAN_SHARE ? [1, 2, 3] : [1];
const PRECISIONS = ["float32", "float64"] as const;
let engines: Engine[];
beforeAll(async () => {
  engines = await Promise.all(THREADS.map((threads) => Engine.create({ threads })));
});
afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.dispose()));
});

interface Case {
  readonly userFactors: readonly (readonly number[])[];
  readonly itemFactors: readonly (readonly number[])[];
  readonly rated: readonly (readonly number[])[];
  readonly test: readonly (readonly (readonly number[])[])[];
}

/** A model with number ids that are indices, without biases. */
function modelOf(
  { userFactors, itemFactors, rated }: Case,
  precision: "float32" | "float64",
): Model<number, number> {
  const numbers = (rows: readonly (readonly number[])[]) =>
    precision === "float32" ? Float32Array.from(rows.flat()) : Float64Array.from(rows.flat());
  const columns = Int32Array.from(rated.flat());
  const starts = Float64Array.from([0, ...rated.map((_, user) => rated.slice(0, user + 1).flat().length)]);
  const ids = (count: number) =>
    new Vocabulary(
      "number",
      Array.from({ length: count }, (_, id) => id),
    );
  const itemCounts = new Int32Array(itemFactors.length);
  for (const item of columns) itemCounts[item]!++;
  const parts: ModelParts<number, number> = {
    users: ids(userFactors.length),
    items: ids(itemFactors.length),
    factors: userFactors[0]!.length,
    userFactors: numbers(userFactors),
    itemFactors: numbers(itemFactors),
    mean: 0,
    userBiases: undefined,
    itemBiases: undefined,
    range: [1, 5],
    userCounts: Int32Array.from(rated, (row) => row.length),
    itemCounts,
    history: { kind: "items", byUser: { starts, columns } },
    options: {},
    info: infoOf(userFactors.length, itemFactors.length, columns.length, precision),
  };
  return new Model(parts);
}

const testOf = ({ test }: Case): Ratings<number, number> =>
  Ratings.from(test.flatMap((row, user) => row.map(([item, value]) => [user, item!, value!] as const)));

/** What every engine says, which is the same. */
async function metricsOf(
  model: Model<number, number>,
  test: Ratings<number, number>,
  options: RankingOptions,
): Promise<RankingResult<number>> {
  const results = await Promise.all(
    engines.map((engine) => rankingMetrics(model, test, { ...options, engine })),
  );
  for (const result of results) expect(result).toEqual(results[0]);
  return results[0]!;
}

function expectClose(actual: ArrayLike<number>, expected: readonly number[], what: string): void {
  expect(actual.length, what).toBe(expected.length);
  expected.forEach((value, at) => {
    if (Number.isNaN(value)) expect(actual[at], `${what} ${at}`).toBeNaN();
    else expect(Math.abs(actual[at]! - value), `${what} ${at}`).toBeLessThanOrEqual(1e-12);
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

describe.each(PRECISIONS)("rankingMetrics of %s factors equal scikit-learn's", (precision) => {
  it("precision, recall, NDCG binary and graded, average precision", async () => {
    const { distinct } = golden;
    const { at, averagePrecision } = distinct.expected;
    const model = modelOf(distinct, precision);
    const k = at.map((expected) => expected.k);
    const result = await metricsOf(model, testOf(distinct), { k, perUser: true });
    at.forEach((expected, c) => {
      for (const name of ["precision", "recall", "ndcg", "gradedNdcg"] as const) {
        expectClose(result.perUser!.at[c]![name], expected[name], `${name}@${expected.k}`);
        expectClose([result.at[c]![name]], [mean(expected[name])], `mean ${name}@${expected.k}`);
      }
    });
    // At a k of all items average precision has no cut.
    expect(k[k.length - 1]).toBe(model.itemCount);
    expectClose(result.perUser!.at[k.length - 1]!.map, averagePrecision!, "average precision");
  });

  it.each(["distinct", "tied"] as const)("AUC, scores %s", async (name) => {
    const { expected, ...rest } = golden[name];
    const result = await metricsOf(modelOf(rest, precision), testOf(rest), { perUser: true });
    expectClose(result.perUser!.auc!, expected.auc, "AUC");
    expectClose([result.auc!], [mean(expected.auc)], "mean AUC");
    expect(result.aucUsers).toBe(expected.auc.length);
  });
});

describe("rankingMetrics", () => {
  // Scores of ann: 5, 4, 3, 2, 1 for items 0 to 4; of bob the same, and he rated item 0.
  const small: Case = {
    userFactors: [[1], [1], [1]],
    itemFactors: [[5], [4], [3], [2], [1]],
    rated: [[], [0], [1, 2]],
    test: [
      [
        [1, 3],
        [4, 1],
      ],
      [[1, 2]],
      [],
    ],
  };

  it("are what a hand comes to", async () => {
    const model = modelOf(small, "float64");
    const result = await metricsOf(model, testOf(small), { k: [2, 5], perUser: true });
    const [two, five] = result.perUser!.at;
    expect(result.perUser!.users).toEqual([0, 1]);
    // ann's relevant items are at ranks 2 and 5 of 5, bob's is first of 4.
    expectClose(two!.precision, [1 / 2, 1 / 2], "precision@2");
    expectClose(five!.precision, [2 / 5, 1 / 5], "precision@5");
    expectClose(two!.recall, [1 / 2, 1], "recall@2");
    expectClose(two!.recallCapped, [1 / 2, 1], "capped recall@2");
    expectClose(two!.hitRate, [1, 1], "hit rate@2");
    expectClose(two!.map, [1 / 2 / 2, 1], "MAP@2");
    expectClose(five!.map, [(1 / 2 + 2 / 5) / 2, 1], "MAP@5");
    expectClose(two!.mrr, [1 / 2, 1], "MRR@2");
    const log3 = 1 / Math.log2(3);
    const log6 = 1 / Math.log2(6);
    expectClose(five!.ndcg, [(log3 + log6) / (1 + log3), 1], "NDCG@5");
    expectClose(five!.gradedNdcg, [(3 * log3 + log6) / (3 + log3), 1], "graded NDCG@5");
    // Of ann's 2 × 3 pairs items 2 and 3 lose to item 1, item 0 beats both, item 4 beats nothing.
    expectClose(result.perUser!.auc!, [2 / 6, 1], "AUC");
    expect(result).toMatchObject({
      users: 2,
      usersWithoutRelevant: 0,
      unknownUsers: 0,
      unknownItems: 0,
      leftOut: 0,
    });
    expect((await metricsOf(model, testOf(small), { k: 1 })).at[0]).toMatchObject({ k: 1, recall: 1 / 2 });
  });

  it("leave out and count what is unknown, not relevant, or not in the list", async () => {
    const model = modelOf(small, "float64");
    const test = Ratings.from<number, number>([
      [0, 1, 3],
      [0, 77, 5],
      [0, 0, 1],
      [1, 0, 5],
      [1, 2, 5],
      [2, 1, 4],
      [2, 3, -1],
      [9, 1, 5],
      [8, 78, 5],
    ]);
    const options = { k: 1, relevant: 2, perUser: true };
    const result = await metricsOf(model, test, options);
    expect(result).toMatchObject({
      users: 2,
      usersWithoutRelevant: 1,
      unknownUsers: 2,
      unknownItems: 2,
      leftOut: 2,
    });
    expect(result.perUser!.users).toEqual([0, 1]);
    // Bob's item 2 is behind item 1.
    expectClose(result.perUser!.at[0]!.precision, [0, 0], "precision");
    const all = await metricsOf(model, test, { ...options, exclude: "none" });
    expect(all).toMatchObject({ users: 3, usersWithoutRelevant: 0, leftOut: 0 });
    expectClose(all.perUser!.at[0]!.recall, [0, 1 / 2, 0], "recall");
  });

  it("have no AUC where it is not asked for, or every candidate is relevant", async () => {
    const model = modelOf(small, "float64");
    expect((await metricsOf(model, testOf(small), { auc: false })).auc).toBeUndefined();
    const everything = Ratings.from<number, number>([0, 1, 2, 3, 4].map((item) => [0, item, 1]));
    const result = await metricsOf(model, everything, { perUser: true });
    expect(result).toMatchObject({ auc: undefined, aucUsers: 0, users: 1 });
    expect(result.perUser!.auc![0]).toBeNaN();
  });

  it("are the definitions' for any lists, ties by index, with and without following to the end", {
    timeout: 120_000,
  }, async () => {
    const shapes = fc.record({
      seed: fc.integer({ min: 0, max: 1e6 }),
      users: fc.integer({ min: 1, max: 15 }),
      items: fc.integer({ min: 2, max: 60 }),
      factors: fc.integer({ min: 1, max: 6 }),
      precision: fc.constantFrom(...PRECISIONS),
      biases: fc.boolean(),
      coarse: fc.boolean(),
      userIds: fc.constant("number" as const),
      itemIds: fc.constant("number" as const),
    });
    await fc.assert(
      fc.asyncProperty(
        shapes,
        fc.constantFrom("rated", "none"),
        fc.integer({ min: 1, max: 70 }),
        expectDefinitions,
      ),
      { numRuns: 100 },
    );
  });

  it("of popularity rank by counts", async () => {
    const training = Ratings.from<string, string>([
      ["ann", "Alien"],
      ["bob", "Alien"],
      ["bob", "Dune"],
      ["cat", "Brazil"],
      ["cat", "Dune"],
    ]);
    const test = Ratings.from<string, string>([
      ["ann", "Brazil"],
      ["bob", "Brazil"],
      ["cat", "Alien"],
    ]);
    // Alien and Dune have 2 each, Alien came first: ann sees Dune, Brazil; bob Brazil; cat Alien.
    const result = await rankingMetrics(popularity(training), test, { k: 1, perUser: true });
    expectClose(result.perUser!.at[0]!.precision, [0, 1, 1], "precision");
    expectClose(result.perUser!.auc!, [0, Number.NaN, Number.NaN], "AUC");
    const all = await rankingMetrics(popularity(training), test, { k: 3, exclude: "none", perUser: true });
    expectClose(all.perUser!.at[0]!.mrr, [1 / 3, 1 / 3, 1], "MRR");
    expectClose(all.perUser!.auc!, [0, 0, 0.75], "AUC");
  });

  it("refuse bad options, bad arguments, and a test without anything relevant", async () => {
    const model = modelOf(small, "float64");
    const test = testOf(small);
    const reject = (options: object, ranker: unknown = model, ratings: unknown = test) =>
      rankingMetrics(ranker as Model<number, number>, ratings as typeof test, options).then(
        () => expect.fail("it should have rejected"),
        ({ name, message }: Error) => `${name}: ${message}`,
      );
    expect(await reject({ k: 0 })).toMatch(/^RangeError: k must be an integer of at least 1/);
    expect(await reject({ k: [] })).toMatch(/^RangeError: k must have at least one cutoff/);
    expect(await reject({ k: [5, 1.5] })).toMatch(/^RangeError: k\[1\] must be an integer/);
    expect(await reject({ relevant: 0 })).toMatch(/^RangeError: relevant must be a finite number above 0/);
    expect(await reject({ exclude: "all" })).toMatch(/^RangeError: exclude must be/);
    expect(await reject({ at: 5 })).toMatch(/^RangeError: rankingMetrics: unknown option "at"/);
    expect(await reject({ signal: AbortSignal.abort() })).toBe("AbortError: rankingMetrics was aborted");
    expect(await reject({}, {})).toMatch(/^TypeError: rankingMetrics needs a model first/);
    expect(await reject({}, model, [])).toMatch(/^TypeError: rankingMetrics needs Ratings to compare with/);
    expect(await reject({ relevant: 4 })).toBe(
      "AlternantError: rankingMetrics: no user of the test has a relevant item (a value of at least 4) that the model knows and a list can show. Lower relevant, or take test ratings of the same users and items.",
    );
    expect(() => popularity([] as never)).toThrow("popularity needs Ratings, not an array of 0");
  });

  it("need a history to leave out what was rated", async () => {
    const bare = randomModel({ history: "none" });
    const test = Ratings.from([["user 0", "item 0", 1] as const]);
    for (const ranker of [bare, bare.popularity()]) {
      await expect(rankingMetrics(ranker, test)).rejects.toMatchObject({ code: "no-history" });
      expect((await rankingMetrics(ranker, test, { exclude: "none" })).users).toBe(1);
    }
  });
});

/** Compares a random model, and its popularity, with the plain definitions. */
async function expectDefinitions(shape: FixtureOptions, exclude: "rated" | "none", k: number): Promise<void> {
  const model = randomModel(shape) as Model<number, number>;
  // A test of every third pair, in another order of ids than the model's.
  const pairs = [...model.users]
    .reverse()
    .flatMap((user, u) =>
      [...model.items]
        .reverse()
        .flatMap((item, i) => ((u * 7 + i * 5) % 3 === 0 ? [[user, item, 1 + ((u + i) % 4)] as const] : [])),
    );
  const test = Ratings.from<number, number>(pairs);
  const counts = [...model.items].map(
    (item) =>
      [...model.users].filter((user) => model.ratedItems(user).some((rated) => rated.item === item)).length,
  );
  const scored = [
    [model, (user: number, item: number) => model.score(user, item)],
    [model.popularity(), (_: number, item: number) => counts[item]!],
  ] as const;
  for (const [ranker, scoreOf] of scored) {
    const lists = [...test.users].map((user): PlainList => {
      const row = model.users.index(user)!;
      const rated = new Set(exclude === "none" ? [] : model.ratedItems(user).map(({ item }) => item));
      const candidates = [...model.items].filter((item) => !rated.has(item));
      return {
        scores: candidates.map((item) => scoreOf(row, model.items.index(item)!)),
        gains: candidates.map((item) => test.get(user, item) ?? 0),
      };
    });
    const counted = lists.filter(({ gains }) => gains.some((gain) => gain > 0));
    for (const [e, engine] of engines.entries()) {
      const options = { k: [k, 1], exclude, perUser: true, auc: e !== 1, engine };
      if (counted.length === 0) {
        await expect(rankingMetrics(ranker, test, options)).rejects.toMatchObject({ code: "no-ratings" });
        continue;
      }
      const result = await rankingMetrics(ranker, test, options);
      for (const [c, cutoff] of [k, 1].entries()) {
        const expected = counted.map((list) => plainMetrics(list, cutoff));
        const { k: _, ...own } = result.perUser!.at[c]!;
        for (const [name, values] of Object.entries(own))
          expectClose(
            values,
            expected.map((metrics) => metrics[name]!),
            `${name}@${cutoff}`,
          );
      }
      if (e !== 1) expectClose(result.perUser!.auc!, counted.map(plainAuc), "AUC");
    }
  }
}
