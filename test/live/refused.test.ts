import { describe, expect, it } from "vitest";
import { ALS, type Live, Ratings, SVD } from "../../src/index.js";
import { drawRatings } from "../model/fold-in-problems.js";

async function open(): Promise<Live<string, string>> {
  const ratings = drawRatings({ seed: 7 });
  return (await new ALS({ factors: 5, epochs: 2, history: "ratings" }).fit(ratings)).live(ratings);
}

describe("what cannot be set", () => {
  const good = { user: "user 1", item: "item 1", value: 3 };
  it.each<[string, unknown, string]>([
    ["nothing", undefined, "Live.set takes { user, item, value?, weight? }, not undefined"],
    [
      "a triple",
      ["user 1", "item 1", 3],
      "Live.set takes { user, item, value?, weight? }, not an array of 3",
    ],
    ["a misspelt key", { ...good, wieght: 2 }, 'Live.set: unknown key "wieght"; did you mean "weight"?'],
    ["no user", { item: "item 1" }, "Live.set: user must be a string or an integer, not undefined"],
    ["an empty id", { ...good, user: "" }, "Live.set: user is an empty string"],
    [
      "an id of the other kind",
      { ...good, item: 7 },
      "Live.set: item 7 is a number, but this model's item ids are strings",
    ],
    [
      "NaN",
      { ...good, value: Number.NaN },
      "Live.set: the value must be a finite number from -1e15 to 1e15, not NaN",
    ],
    ["Infinity", { ...good, value: -Infinity }, "not -Infinity"],
    ["a value left undefined", { ...good, value: undefined }, "not undefined"],
    ["a string", { ...good, value: "3" }, 'not "3"'],
    ["a weight of 0", { ...good, weight: 0 }, "Live.set: the weight must be a finite number above 0, not 0"],
    ["a negative weight", { ...good, weight: -1 }, "not -1"],
  ])("%s", async (_, rating, message) => {
    const live = await open();
    const before = live.snapshot().toBytes();
    expect(() => live.set(rating as never)).toThrow(message);
    expect(live.snapshot().toBytes()).toEqual(before);
    expect(live.state).toMatchObject({ changes: 0, users: 24, items: 18 });
  });

  it("values that implicit feedback does not have", async () => {
    const ratings = drawRatings({ seed: 7, values: "plays" });
    const pair = { user: "user 1", item: "item 1" };
    const open = async (options: object): Promise<Live<string, string>> =>
      (await new ALS({ factors: 3, epochs: 1, feedback: "implicit", ...options }).fit(ratings)).live(ratings);
    const plain = await open({});
    expect(() => plain.set({ ...pair, value: 0 })).toThrow(
      'Live.set: the rating of user "user 1", item "item 1" is 0: the model was trained on values above 0',
    );
    const dropping = await open({ zeros: "drop" });
    expect(() => dropping.set({ ...pair, value: 0 })).toThrow("Take the pair away with remove().");
    const log = await open({ confidence: { form: "log" } });
    expect(() => log.set({ ...pair, value: -1 })).toThrow("log(1 + r) says nothing of a dislike");
    const steep = await open({ confidence: { alpha: 1e15 } });
    expect(() => steep.set({ ...pair, value: 1e15, weight: 1e300 })).toThrow(
      "its confidence of Infinity must be finite",
    );
  });

  it("what λ = 0 leaves undetermined: nothing of it happens, new ids are forgotten", async () => {
    const ratings = drawRatings({ seed: 7, density: 1 });
    const model = await new ALS({
      factors: 4,
      epochs: 2,
      regularization: { users: 0, items: 0, biases: 0 },
      history: "ratings",
    }).fit(ratings);
    const live = await model.live(ratings);
    const before = live.snapshot().toBytes();
    expect(() => live.set({ user: "somebody new", item: "item 1", value: 2 })).toThrow(
      'Live.set: user "somebody new": the normal equations are not positive definite (1 rating, 4 factors, λ = 0)',
    );
    expect(live.snapshot().toBytes()).toEqual(before);
    expect(live.state).toMatchObject({ changes: 0, users: 24, solvedUsers: 0, solvedItems: 0 });
    expect([...live.ratings()]).toEqual([...ratings]);
  });
});

describe("what cannot be removed", () => {
  it.each<[string, unknown, object]>([
    ["a pair that is not rated", { user: "user 1", item: "nothing" }, { code: "unknown-id" }],
    ["an unknown user", { user: "nobody", item: "item 1" }, { code: "unknown-id" }],
    ["more than a pair", { user: "user 1", item: "item 1", value: 3 }, { name: "RangeError" }],
    ["nothing", undefined, { name: "TypeError", message: "Live.remove takes { user, item }, not undefined" }],
  ])("%s", async (_, pair, error) => {
    const live = await open();
    const before = live.snapshot().toBytes();
    expect(() => live.remove(pair as never)).toThrow(expect.objectContaining(error));
    expect(live.snapshot().toBytes()).toEqual(before);
  });

  it("a pair of known ids that is not rated, or not any more", async () => {
    const live = await open();
    const { user, item } = [...live.ratings()][0]!;
    live.remove({ user, item });
    expect(() => live.remove({ user, item })).toThrow(
      expect.objectContaining({
        code: "not-rated",
        message: `Live.remove: user "${user}" has not rated item "${item}", so there is nothing to remove. live.get(user, item) tells what is rated.`,
      }),
    );
    expect(live.state.changes).toBe(1);
  });

  it("the last rating of all", async () => {
    const ratings = Ratings.from([["a", "x", 3]]);
    const live = await (await new ALS({ factors: 1, epochs: 1 }).fit(ratings)).live(ratings);
    expect(() => live.remove({ user: "a", item: "x" })).toThrow(
      expect.objectContaining({ code: "no-ratings" }),
    );
    live.set({ user: "b", item: "x", value: 2 });
    live.remove({ user: "a", item: "x" });
    expect([...live.ratings()]).toEqual([{ user: "b", item: "x", value: 2 }]);
    expect([...live.snapshot().userVector("a")]).toEqual([0]);
  });
});

describe("models and ratings that do not go together", () => {
  it("a cache that no row fits into", async () => {
    const ratings = drawRatings({ seed: 7 });
    const model = await new ALS({ factors: 5, epochs: 1 }).fit(ratings);
    await expect(model.live(ratings, { cacheBytes: 479 })).rejects.toThrow(
      new RangeError(
        "cacheBytes must be at least 480, what the sums of one row of 5 factors take, not 479. Leave it out for 67108864.",
      ),
    );
    for (const cacheBytes of [-1, Number.NaN, 1.5, "1" as never])
      await expect(model.live(ratings, { cacheBytes })).rejects.toThrow("cacheBytes must be");
    await expect(model.live(ratings, { cacheByte: 1 } as never)).rejects.toThrow(
      'did you mean "cacheBytes"?',
    );
    expect((await model.live(ratings, { cacheBytes: 480 })).state.cache.limit).toBe(480);
  });

  it("ratings that the model was not trained on", async () => {
    const ratings = drawRatings({ seed: 7 });
    const model = await new ALS({ factors: 3, epochs: 1 }).fit(ratings);
    await expect(model.live(drawRatings({ seed: 8 }))).rejects.toThrow(
      /^Model\.live needs the ratings that the model was trained on: user "user \d+" has \d+ in these and had \d+ in training\. Pass those, and put newer ones in with set\(\)\.$/,
    );
    const others = Ratings.from([...ratings].map((rating) => ({ ...rating, value: rating.value + 0.5 })));
    await expect(model.live(others)).rejects.toThrow(/their mean is [\d.]+, and was [\d.]+ in training/);
    const more = ratings.concat(Ratings.from([["somebody new", "item 1", 3]]));
    await expect(model.live(more)).rejects.toThrow('it does not know user "somebody new"');
    await expect(model.live([...ratings] as never)).rejects.toThrow("Model.live needs Ratings, not an array");
  });

  it("models whose rows are not solved by ALS", async () => {
    const ratings = drawRatings({ seed: 7 });
    const model = await new ALS({ factors: 3, epochs: 1 }).fit(ratings);
    await expect((await model.canonical()).live(ratings)).rejects.toMatchObject({ code: "not-supported" });
    await expect((await new SVD({ factors: 2 }).fit(ratings)).live(ratings)).rejects.toMatchObject({
      code: "not-supported",
    });
    await expect((await model.forFoldIn()).live(ratings)).rejects.toMatchObject({ code: "no-users" });
    model.dispose();
    await expect(model.live(ratings)).rejects.toMatchObject({ code: "disposed" });
  });
});

it("unknown ids, keys and filters in questions", async () => {
  const live = await open();
  expect(live.predict("nobody", "item 1")).toBeUndefined();
  expect(() => live.recommend("nobody")).toThrow(
    'recommend: user "nobody" is unknown, in the model and in what was set since. The ids that are known are in live.users.',
  );
  expect(() => live.stateOf({ item: "nothing" })).toThrow(expect.objectContaining({ code: "unknown-id" }));
  expect(() => live.stateOf({} as never)).toThrow("stateOf must be { user: id } or { item: id }, not empty");
  const filter = live.filter({ deny: ["item 1"] });
  expect(live.recommend("user 1", { filter }).length).toBeGreaterThan(0);
  live.set({ user: "user 1", item: "a new one", value: 3 });
  expect(() => live.recommend("user 1", { filter })).toThrow(RangeError);
  for (const count of [0, -1, 1.5])
    expect(() => live.recommend("user 1", { count })).toThrow("count must be");
  expect(live.recommend("user 1", { offset: 1000 })).toEqual([]);
  await expect(live.refresh({ signal: 3 as never })).rejects.toThrow("signal must be an AbortSignal");
  await expect(live.refresh({ engine: {} as never })).rejects.toThrow("engine must be an Engine");
  expect(live.state.refreshes).toBe(0);
});
