import { describe, expect, expectTypeOf, test } from "vitest";
import type { RankQuery } from "../../src/metrics/index.js";
import { Model, type ModelInfo, type ScoredItem, type ScoredUser } from "../../src/model/index.js";
import { Ratings } from "../../src/ratings/index.js";
import { Vocabulary } from "../../src/ratings/vocabulary.js";
import { handMade, randomModel } from "./fixtures.js";

describe("factor", () => {
  const model = new Model(handMade());

  test("gives the items at both ends of a latent feature", () => {
    expect(model.factor(0, { count: 2 })).toEqual({
      highest: [
        { item: "Casablanca", value: 4 },
        { item: "Alien", value: 0.5 },
      ],
      lowest: [
        { item: "Brazil", value: -1 },
        { item: "Alien", value: 0.5 },
      ],
    });
    expect(model.factor(1).highest.map(({ item }) => item)).toEqual(["Brazil", "Alien", "Casablanca"]);
  });

  test("keeps equal values in vocabulary order at both ends, and leaves out items without ratings", () => {
    const equal = new Model(
      handMade({ itemFactors: Float64Array.of(2, 0, 2, 0, 0, 0), itemCounts: Int32Array.of(1, 1, 0) }),
    );
    const both = [
      { item: "Alien", value: 2 },
      { item: "Brazil", value: 2 },
    ];
    expect(equal.factor(0)).toEqual({ highest: both, lowest: both });
  });

  test("refuses a feature that is not there", () => {
    for (const k of [-1, 2, 0.5]) expect(() => model.factor(k)).toThrow(RangeError);
    expect(() => model.factor("0" as never)).toThrow(TypeError);
    expect(() => model.factor(0, { exclude: "none" } as never)).toThrow("factor: unknown option");
    expect(randomModel({ items: 30 }).factor(0).lowest).toHaveLength(10);
  });
});

describe("what a model tells", () => {
  const model = new Model(handMade());

  test("counts, mean, range, options, info", () => {
    expect(model).toMatchObject({ userCount: 2, itemCount: 3, factors: 2, mean: 3, range: [1, 5] });
    expect(model.history).toBe("ratings");
    expect([...model.users]).toEqual(["ann", "bob"]);
    expect(model.items.index("Brazil")).toBe(1);
    expect(model.options).toEqual({ factors: 2 });
    expect(model.info.data.users).toBe(2);
    expect(model.userBias("bob")).toBe(-0.25);
    expect(model.itemBias("Casablanca")).toBe(0.125);
    expect(() => model.userBias("eve")).toThrow(expect.objectContaining({ code: "unknown-id" }));
    const plain = new Model(handMade({ userBiases: undefined, itemBiases: undefined }));
    expect(() => plain.userBias("eve")).toThrow(expect.objectContaining({ code: "unknown-id" }));
    expect(() => plain.itemBias("Dune")).toThrow(expect.objectContaining({ code: "unknown-id" }));
  });

  test("is immutable: copies of vectors, frozen facts, no view of what it was made from", () => {
    const options = { factors: 2, regularization: { users: 1 } };
    const mine = new Model(handMade({ options }));
    options.regularization.users = 99;
    expect(mine.options).toEqual({ factors: 2, regularization: { users: 1 } });
    const { regularization } = mine.options;
    expect(() => Object.assign(regularization as object, { users: 5 })).toThrow(TypeError);
    expect(() => Object.assign(mine.info.data, { users: 5 })).toThrow(TypeError);
    expect(() => Object.assign(mine.range, [0])).toThrow(TypeError);

    const before = mine.predict("ann", "Alien");
    mine.userVector("ann").fill(9);
    mine.itemVector("Alien").fill(9);
    mine.copyFactors("users").values.fill(9);
    mine.copyFactors("items").values.fill(9);
    expect(mine.predict("ann", "Alien")).toBe(before);
  });

  test("vectors and copies are row-major in vocabulary order, in the model's precision", () => {
    expect(model.userVector("bob")).toEqual(Float64Array.of(-1, 0.5));
    expect(model.itemVector("Brazil")).toEqual(Float64Array.of(-1, 2));
    expect(model.copyFactors("users")).toEqual({
      rows: 2,
      factors: 2,
      values: Float64Array.of(1, 2, -1, 0.5),
    });
    expect(model.copyFactors("items")).toEqual({
      rows: 3,
      factors: 2,
      values: Float64Array.of(0.5, 0.25, -1, 2, 4, 0),
    });
    const single = randomModel({ precision: "float32" });
    expect(single.userVector("user 1")).toBeInstanceOf(Float32Array);
    expect(single.copyFactors("items").values).toBeInstanceOf(Float32Array);
    // Only a buffer of its own can be transferred to a worker.
    expect(model.userVector("bob").buffer.byteLength).toBe(16);
    expect(() => model.copyFactors("rows" as never)).toThrow('side must be "users" or "items"');
    expect(() => model.userVector("eve")).toThrow(expect.objectContaining({ code: "unknown-id" }));
    expect(() => model.itemVector("Dune")).toThrow(expect.objectContaining({ code: "unknown-id" }));
  });

  test("ratedItems gives what the model holds", () => {
    expect(model.ratedItems("ann")).toEqual([
      { item: "Alien", value: 4 },
      { item: "Casablanca", value: 5 },
    ]);
    expect(model.ratedItems("bob")).toEqual([{ item: "Brazil", value: 1 }]);
    const { history } = handMade();
    if (history.kind === "none") throw new Error("the fixture has a history");
    const { starts, columns } = history.byUser;
    const items = new Model(handMade({ history: { kind: "items", byUser: { starts, columns } } }));
    expect(items.history).toBe("items");
    expect(items.ratedItems("ann")).toEqual([{ item: "Alien" }, { item: "Casablanca" }]);
    const none = new Model(handMade({ history: { kind: "none" } }));
    expect(() => none.ratedItems("ann")).toThrow(expect.objectContaining({ code: "no-history" }));
    expect(() => none.ratedItems("eve")).toThrow(expect.objectContaining({ code: "unknown-id" }));
  });
});

describe("dispose", () => {
  const uses: Record<string, (model: Model<string, string>) => unknown> = {
    users: (model) => model.users,
    items: (model) => model.items,
    userCount: (model) => model.userCount,
    itemCount: (model) => model.itemCount,
    factors: (model) => model.factors,
    mean: (model) => model.mean,
    range: (model) => model.range,
    history: (model) => model.history,
    options: (model) => model.options,
    info: (model) => model.info,
    score: (model) => model.score(0, 0),
    predict: (model) => model.predict("ann", "Alien"),
    predictBlock: (model) => model.predictBlock([], []),
    recommend: (model) => model.recommend("ann"),
    audience: (model) => model.audience("Alien"),
    recommendFor: (model) => model.recommendFor(["Alien"]),
    filter: (model) => model.filter({}),
    popular: (model) => model.popular(),
    popularity: (model) => model.popularity(),
    similarItems: (model) => model.similarItems("Alien"),
    similarUsers: (model) => model.similarUsers("ann"),
    cosine: (model) => model.cosine({ user: "ann" }, { item: "Alien" }),
    factor: (model) => model.factor(0),
    userVector: (model) => model.userVector("ann"),
    itemVector: (model) => model.itemVector("Alien"),
    userBias: (model) => model.userBias("ann"),
    itemBias: (model) => model.itemBias("Alien"),
    copyFactors: (model) => model.copyFactors("users"),
    ratedItems: (model) => model.ratedItems("ann"),
    toBytes: (model) => model.toBytes(),
  };
  const asynchronous = [
    "prepare",
    "recommendMany",
    "recommendAll",
    "rankTargets",
    "svd",
    "canonical",
    "truncate",
    "inspect",
    "foldIn",
    "foldInItem",
    "forFoldIn",
    "live",
    "explain",
    "leaveOneOut",
    "estimateError",
  ];
  const names = new Set<string>();
  for (let of: object = Model.prototype; of !== Object.prototype; of = Object.getPrototypeOf(of))
    for (const name of Object.getOwnPropertyNames(of)) names.add(name);
  const members = [...names].filter((name) => !["constructor", "dispose", ...asynchronous].includes(name));

  test("the list below has every member", () => {
    expect(Object.keys(uses).sort()).toEqual(members.sort());
  });

  test.each(Object.keys(uses))("afterwards %s throws", (name) => {
    const model = new Model(handMade());
    uses[name]!(model);
    model.dispose();
    model.dispose();
    expect(() => uses[name]!(model)).toThrow(expect.objectContaining({ code: "disposed" }));
  });

  test("afterwards lists of many are refused", async () => {
    const model = new Model(handMade());
    model.dispose();
    const query: RankQuery = {
      users: Int32Array.of(0),
      targets: { starts: Float64Array.of(0, 1), columns: Int32Array.of(0) },
      ...{ exclude: "none", limit: 1, engine: undefined, signal: undefined, what: "a test" },
    };
    const all = [
      model.recommendMany(["ann"]),
      model.recommendAll().next(),
      model.rankTargets(query),
      model.svd(),
      model.canonical(),
      model.truncate(1),
      model.inspect(),
      model.foldIn([["Alien", 4]]),
      model.foldInItem([["ann", 4]]),
      model.forFoldIn(),
      model.live(Ratings.from([["ann", "Alien"]])),
      model.explain("ann", "Alien"),
      model.leaveOneOut("ann"),
      model.estimateError(),
    ];
    await Promise.all(all.map((one) => expect(one).rejects.toMatchObject({ code: "disposed" })));
  });

  test("afterwards prepare rejects", async () => {
    const model = new Model(handMade());
    model.dispose();
    await expect(model.prepare()).rejects.toMatchObject({ code: "disposed" });
  });

  test("is what Symbol.dispose calls, where there is one", () => {
    expect(typeof Symbol.dispose).toBe("symbol");
    const model = new Model(handMade());
    model[Symbol.dispose]();
    expect(() => model.info).toThrow(expect.objectContaining({ code: "disposed" }));
    expect(Object.keys(model)).toEqual([]);
    expect("undefined" in model).toBe(false);
  });
});

test("ids keep their types", () => {
  const parts = handMade();
  const model = new Model({ ...parts, items: new Vocabulary("number", [1, 2, 3]) });
  expectTypeOf(model).toEqualTypeOf<Model<string, number>>();
  expectTypeOf(model.predict).toEqualTypeOf<(user: string, item: number) => number | undefined>();
  expectTypeOf(model.recommend("ann")).toEqualTypeOf<ScoredItem<number>[]>();
  expectTypeOf(model.similarUsers("ann")).toEqualTypeOf<ScoredUser<string>[]>();
  expectTypeOf(model.factor(0).highest[0]!.item).toEqualTypeOf<number>();
  expectTypeOf(model.ratedItems("ann")[0]!.item).toEqualTypeOf<number>();
  expectTypeOf(model.predictBlock(["ann"], [1]).users).toEqualTypeOf<string[]>();
  expectTypeOf(model.predictBlock(["ann"], [1]).values).toEqualTypeOf<Float64Array<ArrayBuffer>>();
  expectTypeOf(model.users.index).parameters.toEqualTypeOf<[string]>();
  expectTypeOf(Model.fromBytes<string, number>).returns.resolves.toEqualTypeOf<Model<string, number>>();
  expectTypeOf(model.info).toEqualTypeOf<ModelInfo>();
  // @ts-expect-error an item id of the wrong type
  model.predict("ann", "Alien");
  // @ts-expect-error a user id of the wrong type
  expect(() => model.recommend(1)).toThrow();
});
