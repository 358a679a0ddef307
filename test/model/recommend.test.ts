import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Model } from "../../src/model/index.js";
import { type FixtureOptions, handMade, randomModel } from "./fixtures.js";

const model = new Model(handMade());

const fixtures = fc.record<Required<FixtureOptions>>({
  seed: fc.integer({ min: 0, max: 10_000 }),
  users: fc.integer({ min: 1, max: 5 }),
  items: fc.integer({ min: 1, max: 30 }),
  factors: fc.integer({ min: 1, max: 6 }),
  precision: fc.constantFrom("float32", "float64"),
  biases: fc.boolean(),
  history: fc.constantFrom("items", "ratings"),
  userIds: fc.constantFrom("string", "number"),
  itemIds: fc.constantFrom("string", "number"),
  coarse: fc.boolean(),
});

describe("recommend", () => {
  test("equals sorting all predictions, rated items out or not", () => {
    let ties = 0;
    fc.assert(
      fc.property(
        fixtures,
        fc.integer({ min: 1, max: 35 }),
        fc.constantFrom("rated" as const, "none" as const),
        (fixture, count, exclude) => {
          const random = randomModel(fixture);
          for (const user of random.users) {
            const rated = new Set(exclude === "rated" ? random.ratedItems(user).map(({ item }) => item) : []);
            const expected = [...random.items]
              .map((item, index) => ({ item, index, score: random.predict(user, item)! }))
              .filter(({ item }) => !rated.has(item))
              .sort((a, b) => b.score - a.score || a.index - b.index)
              .slice(0, count);
            ties += expected.length - new Set(expected.map(({ score }) => score)).size;
            expect(random.recommend(user, { count, exclude })).toEqual(
              expected.map(({ item, score }) => ({ item, score })),
            );
          }
        },
      ),
      { seed: 3, numRuns: 300 },
    );
    expect(ties).toBeGreaterThan(100);
  });

  test("leaves out rated items by default and never pads", () => {
    expect(model.recommend("ann")).toEqual([{ item: "Brazil", score: 5.5 }]);
    expect(model.recommend("ann", { exclude: "none", count: 2 })).toEqual([
      { item: "Casablanca", score: 7.625 },
      { item: "Alien", score: 5.5 },
    ]);
  });

  test("gives ten by default", () => {
    expect(randomModel({ items: 40 }).recommend("user 1", { exclude: "none" })).toHaveLength(10);
  });

  test("tells what to do about an unknown user", () => {
    expect(() => model.recommend("eve")).toThrow(
      expect.objectContaining({
        code: "unknown-id",
        message: 'This model does not know user "eve". For someone unknown there is popular().',
      }),
    );
    expect(() => (model as Model).recommend(7)).toThrow("its user ids are strings, and this is a number");
    expect(() => model.recommend(undefined as never)).toThrow(TypeError);
    expect(() => model.recommend(undefined as never)).toThrow("popular()");
    expect(() => model.recommend({} as never)).toThrow(TypeError);
  });

  test("needs a history to leave out rated items", () => {
    const forgetful = randomModel({ history: "none" });
    for (const options of [undefined, {}, { exclude: "rated" as const }])
      expect(() => forgetful.recommend("user 1", options)).toThrow(
        expect.objectContaining({ code: "no-history", message: expect.stringContaining('exclude: "none"') }),
      );
    expect(forgetful.recommend("user 1", { exclude: "none" })).toHaveLength(9);
  });

  test("refuses wrong options", () => {
    expect(() => model.recommend("ann", { count: 0 })).toThrow(RangeError);
    expect(() => model.recommend("ann", { count: 1.5 })).toThrow("count must be an integer of at least 1");
    expect(() => model.recommend("ann", { count: "3" as never })).toThrow(TypeError);
    expect(() => model.recommend("ann", { exclude: "all" as never })).toThrow(
      'exclude must be "rated" or "none"',
    );
    expect(() => model.recommend("ann", { cuont: 3 } as never)).toThrow('did you mean "count"?');
  });
});

describe("popular", () => {
  test("ranks by μ + item bias where there is one", () => {
    expect(model.popular({ count: 2 })).toEqual([
      { item: "Alien", score: 4 },
      { item: "Casablanca", score: 3.125 },
    ]);
  });

  test("ranks by training ratings elsewhere, equal ones in vocabulary order", () => {
    const counts = Int32Array.of(2, 9, 2);
    const plain = new Model(handMade({ userBiases: undefined, itemBiases: undefined, itemCounts: counts }));
    expect(plain.popular()).toEqual([
      { item: "Brazil", score: 9 },
      { item: "Alien", score: 2 },
      { item: "Casablanca", score: 2 },
    ]);
  });

  test("leaves out items without ratings", () => {
    const itemCounts = Int32Array.of(0, 1, 1);
    for (const biases of [{}, { userBiases: undefined, itemBiases: undefined }])
      expect(
        new Model(handMade({ itemCounts, ...biases }))
          .popular()
          .map(({ item }) => item)
          .sort(),
      ).toEqual(["Brazil", "Casablanca"]);
  });

  test("refuses wrong options", () => {
    expect(() => model.popular({ count: -1 })).toThrow(RangeError);
    expect(() => model.popular({ exclude: "none" } as never)).toThrow("popular: unknown option");
  });
});
