import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Engine } from "../../src/kernel/index.js";
import { arrange } from "../../src/kernel/lists/arrange.js";
import { Model, type ModelParts, type ScoredItem } from "../../src/model/index.js";
import type { Id } from "../../src/ratings/index.js";
import { runNow } from "../../src/ratings/slices.js";
import { watchedEngine } from "../als/leases.js";
import { CAN_SHARE } from "../support/sharing.js";
import { bigModel } from "./big.js";
import { type FixtureOptions, handMade, randomModel, randomParts } from "./fixtures.js";

const THREADS = CAN_SHARE ? [1, 2, 3] : [1];
let engines: Engine[];
beforeAll(async () => {
  engines = await Promise.all(THREADS.map((threads) => Engine.create({ threads })));
});
afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.dispose()));
});

/** All scores of a user sorted, those that it rated left out: what a list is by definition. */
function sorted(model: Model, user: Id, count: number, exclude: "rated" | "none"): ScoredItem[] {
  const rated = new Set(exclude === "none" ? [] : model.ratedItems(user).map(({ item }) => item));
  const row = model.users.index(user)!;
  return [...model.items]
    .map((item, index) => ({ item, index, score: model.score(row, index) }))
    .filter(({ item }) => !rated.has(item))
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, count)
    .map(({ item, score }) => ({ item, score }));
}

async function expectExact(model: Model, count: number, exclude: "rated" | "none"): Promise<void> {
  const users = [...model.users];
  const expected = users.map((user) => sorted(model, user, count, exclude));
  for (const engine of engines)
    expect(await model.recommendMany(users, { count, exclude, engine }), `${engine.threads} threads`).toEqual(
      expected,
    );
}

describe("recommendMany", () => {
  it.each<FixtureOptions>([
    { users: 40, items: 300, factors: 16, precision: "float32" },
    { users: 101, items: 77, factors: 5, precision: "float32", biases: false },
    { users: 101, items: 77, factors: 7, precision: "float64" },
    { users: 13, items: 1200, factors: 3, precision: "float64", biases: false },
    { users: 13, items: 2500, factors: 33, precision: "float32", coarse: true },
  ])("gives what sorting every score gives: %o", async (shape) => {
    const model = randomModel(shape);
    for (const count of [1, 10, 5000]) await expectExact(model, count, "rated");
    await expectExact(model, 25, "none");
  });

  it("does so for any model: ties, equal factors, huge and tiny numbers", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.integer({ min: 0, max: 1e6 }),
          users: fc.integer({ min: 1, max: 20 }),
          items: fc.integer({ min: 1, max: 70 }),
          factors: fc.integer({ min: 1, max: 9 }),
          precision: fc.constantFrom("float32", "float64"),
          biases: fc.boolean(),
          coarse: fc.boolean(),
        }),
        fc.record({
          scale: fc.constantFrom(0, 1e-30, 1e-20, 1e-3, 1, 1e6, 1e18, 1e19, 3e37),
          bias: fc.constantFrom(0, 1e-40, 1, 1e8, 1e39),
          copies: fc.integer({ min: 1, max: 5 }),
        }),
        fc.constantFrom(1, 2, 7, 100),
        fc.constantFrom("rated", "none"),
        async (shape, change, count, exclude) => {
          await expectExact(new Model(changed(randomParts(shape), change)), count, exclude);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("finds an item whose sum overflows float32 on the way, and no further", async () => {
    const parts = randomParts({ users: 1, items: 9, factors: 4, precision: "float32", biases: false });
    const low = [-1e19, 0, 0, 0];
    const model = new Model({
      ...parts,
      userFactors: Float32Array.of(1e19, 1e19, 1e19, 1e19),
      // Eight scores of −1e38, then one of 0 by way of −4e38.
      itemFactors: Float32Array.from(
        [low, low, low, low, low, low, low, low, [-2e19, -2e19, 2e19, 2e19]].flat(),
      ),
    });
    for (const engine of engines) {
      const options = { count: 1, exclude: "none", engine } as const;
      expect(await model.recommendMany(["user 0"], options)).toEqual([[{ item: "item 8", score: 0 }]]);
    }
  });

  it("answers in the order asked, each user as often as it is named, by its defaults as recommend does", async () => {
    const model = randomModel({ users: 9, items: 30 });
    const users = ["user 5", "user 0", "user 5"];
    expect(await model.recommendMany(users)).toEqual(users.map((user) => model.recommend(user)));
    expect(await model.recommendMany([])).toEqual([]);
  });

  it("gives an empty list to who rated everything", async () => {
    const parts = handMade();
    const starts = Float64Array.of(0, 3, 3);
    const columns = Int32Array.of(0, 1, 2);
    const model = new Model({ ...parts, history: { kind: "items", byUser: { starts, columns } } });
    for (const engine of engines) {
      const [ann, bob] = await model.recommendMany(["ann", "bob"], { engine });
      expect(ann).toEqual([]);
      expect(bob).toEqual(model.recommend("bob"));
      expect(bob).toHaveLength(3);
    }
  });

  it("refuses unknown users by name, and a model without history", async () => {
    const model = new Model(handMade());
    await expect(model.recommendMany(["eve", "ann", 7 as never])).rejects.toMatchObject({
      code: "unknown-id",
      message:
        'recommendMany: this model does not know users "eve", 7: its user ids are strings, and 7 is a number. Leave them out, or ask for popular() in their place; the ids it knows are in model.users.',
    });
    const bare = new Model(handMade({ history: { kind: "none" } }));
    await expect(bare.recommendMany(["ann"])).rejects.toMatchObject({ code: "no-history" });
    expect(await bare.recommendMany(["ann"], { exclude: "none" })).toEqual([
      bare.recommend("ann", { exclude: "none" }),
    ]);
  });

  it("gives it too where bounds on axes rule most items out", async () => {
    const shape = { users: 12_000, items: 6000, factors: 32, decay: 0.8 };
    const model = bigModel(shape);
    const source = {
      factors: shape.factors,
      userFactors: model.copyFactors("users").values,
      itemFactors: model.copyFactors("items").values,
      ...{ mean: 0, userBiases: undefined, itemBiases: undefined },
    };
    expect(runNow(arrange(source, undefined, shape.items, shape.users)).axes?.count).toBeLessThan(20);
    for (const engine of engines) {
      const lists = await model.recommendMany([...model.users], { engine });
      for (let user = 7; user < shape.users; user += 211)
        expect(lists[user], `${engine.threads} threads`).toEqual(sorted(model, user, 10, "rated"));
    }
  });

  it("lists what a filter lets through and what scores enough, and nothing where nothing does", async () => {
    const model = randomModel({ users: 30, items: 200, factors: 6 });
    const users = [...model.users];
    const filter = model.filter({ where: (item) => model.items.index(item)! % 3 === 0 });
    const nothing = model.filter({ allow: [] });
    for (const engine of engines) {
      expect(await model.recommendMany(users, { filter, minScore: 3.4, engine })).toEqual(
        users.map((user) => model.recommend(user, { filter, minScore: 3.4 })),
      );
      expect(await model.recommendMany(users, { filter: nothing, engine })).toEqual(users.map(() => []));
      expect(await model.recommendMany(users, { minScore: 1e6, engine })).toEqual(users.map(() => []));
      for await (const block of model.recommendAll({ filter: nothing, engine }))
        expect([block.from, block.to, block.count, block.items.length]).toEqual([0, 30, 0, 0]);
    }
    const other = randomModel({ users: 30, items: 200, factors: 6 });
    await expect(other.recommendMany(users, { filter })).rejects.toThrow(
      /^filter was made by a model of other/,
    );
  });

  it("refuses what is no array, no engine, no signal, and unknown options", async () => {
    const model = new Model(handMade());
    const reject = (users: unknown, options?: object) =>
      model.recommendMany(users as string[], options).then(
        () => expect.fail("it should have rejected"),
        ({ name, message }: Error) => `${name}: ${message}`,
      );
    expect(await reject("ann")).toBe('TypeError: recommendMany needs an array of user ids, not "ann"');
    expect(await reject(["ann"], { engine: {} })).toBe(
      "TypeError: engine must be an Engine, made by Engine.create(), not an object (Object)",
    );
    expect(await reject(["ann"], { signal: new AbortController() })).toMatch(/^TypeError: signal must be/);
    expect(await reject(["ann"], { count: 0 })).toMatch(/^RangeError: count must be/);
    expect(await reject(["ann"], { offset: 5 })).toMatch(
      /^RangeError: recommendMany: unknown option "offset"/,
    );
    expect(await reject(["ann"], { minScore: Number.NaN })).toMatch(/^RangeError: minScore must be/);
    expect(await reject(["ann"], { filter: {} })).toMatch(/^TypeError: filter must be made by model\.filter/);
    expect(await reject(["ann"], { cuont: 5 })).toMatch(/^RangeError: recommendMany: unknown option "cuont"/);
  });
});

describe("recommendAll", () => {
  it("tells all users' lists as numbers, nothing behind their ends", async () => {
    const model = randomModel({ users: 50, items: 20, factors: 4 });
    for (const engine of engines) {
      let next = 0;
      for await (const { from, to, count, items, scores } of model.recommendAll({ count: 15, engine })) {
        expect(from).toBe(next);
        next = to;
        for (let user = from; user < to; user++) {
          const expected = model.recommend(model.users.id(user), { count: 15 });
          const at = (user - from) * count;
          const row = Array.from(items.subarray(at, at + count));
          expect(row.slice(0, expected.length).map((item) => model.items.id(item))).toEqual(
            expected.map(({ item }) => item),
          );
          expect(row.slice(expected.length).every((item) => item === -1)).toBe(true);
          expect(Array.from(scores.subarray(at, at + expected.length))).toEqual(
            expected.map(({ score }) => score),
          );
          expect(scores.subarray(at + expected.length, at + count).every(Number.isNaN)).toBe(true);
        }
      }
      expect(next).toBe(50);
    }
  });

  it("gives its memory back at its end, where its loop is left, and after an abort", async () => {
    const model = randomModel({ users: 50, items: 20, factors: 4 });
    for (const threads of THREADS) {
      const { engine, lent, returned } = await watchedEngine(threads);
      for await (const _ of model.recommendAll({ engine })) break;
      expect([lent(), returned()]).toEqual([1, 1]);
      const controller = new AbortController();
      const reason = new Error("enough");
      const all = (async () => {
        for await (const _ of model.recommendAll({ engine, signal: controller.signal }))
          controller.abort(reason);
      })();
      await expect(all).rejects.toMatchObject({ code: "aborted", cause: reason });
      await expect(all).rejects.toThrow("recommendAll was aborted");
      expect([lent(), returned()]).toEqual([2, 2]);
      await engine.dispose();
    }
  });
});

/** The model with larger or smaller numbers, and with so many equal items in a row. */
function changed(
  parts: ModelParts,
  { scale, bias, copies }: { scale: number; bias: number; copies: number },
): ModelParts {
  const { factors, itemFactors, userFactors, itemBiases } = parts;
  const original = (item: number): number => item - (item % copies);
  return {
    ...parts,
    userFactors: userFactors.map((value) => value * Math.sqrt(scale)),
    itemFactors: itemFactors.map(
      (_, at) => itemFactors[original(Math.floor(at / factors)) * factors + (at % factors)]! * scale,
    ),
    itemBiases: itemBiases?.map((_, item) => itemBiases[original(item)]! * bias),
  };
}
