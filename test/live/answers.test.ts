import { describe, expect, it } from "vitest";
import { ALS, type Live, Model, Ratings } from "../../src/index.js";
import { seededRandom } from "../../src/random.js";
import { drawRatings, OBJECTIVES } from "../model/fold-in-problems.js";
import { change, Twin } from "./changes.js";

const SMALL = { factors: 5, epochs: 3 } as const;

async function changed(
  objective: (typeof OBJECTIVES)[string],
  changes: number,
): Promise<{ live: Live<string, string>; twin: Twin; model: Model<string, string> }> {
  const { options, drawn } = objective;
  const ratings = drawRatings({ seed: 7, ...drawn });
  const model = await new ALS({ ...SMALL, ...options, history: "ratings" }).fit(ratings);
  const live = await model.live(ratings);
  const twin = new Twin(live);
  const random = seededRandom(4, "test");
  for (let n = 0; n < changes; n++)
    change(twin, { random, value: () => 1 + random.integer(9), weights: drawn?.weights ?? false });
  return { live, twin, model };
}

describe.each(Object.entries(OBJECTIVES))("%s:", (_, objective) => {
  it.each([0, 1, 40])(
    "answers are those of the snapshot after %i changes, and of what was saved of it",
    async (changes) => {
      const { live, twin } = await changed(objective, changes);
      const snapshot = live.snapshot();
      const loaded = await Model.fromBytes<string, string>(snapshot.toBytes());
      const even = (item: string): boolean => Number(item.at(-1)) % 2 === 0;
      const [liveFilter, filter] = [live.filter({ where: even }), snapshot.filter({ where: even })];
      for (const user of live.users) {
        for (const item of live.items) {
          expect(live.predict(user, item)).toBe(snapshot.predict(user, item));
          expect(live.get(user, item)).toBe(twin.rated.get(user)?.get(item)?.value);
        }
        for (const options of [
          {},
          { exclude: "none" },
          { count: 3, offset: 2 },
          { count: 100, minScore: 0.1 },
        ] as const)
          expect(live.recommend(user, options)).toEqual(snapshot.recommend(user, options));
        expect(live.recommend(user, { filter: liveFilter })).toEqual(snapshot.recommend(user, { filter }));
        expect(loaded.recommend(user)).toEqual(snapshot.recommend(user));
        expect(loaded.ratedItems(user)).toEqual(snapshot.ratedItems(user));
        if (snapshot.ratedItems(user).length > 0)
          expect((await loaded.foldIn(loaded.ratedItems(user))).vector).toEqual(
            (await snapshot.foldIn(snapshot.ratedItems(user))).vector,
          );
      }
      expect(loaded.info).toEqual(snapshot.info);
      expect(loaded.options).toEqual(snapshot.options);
    },
  );
});

it("is the model itself before anything changes, and leaves it as it is", async () => {
  const { live, model } = await changed({ options: {} }, 0);
  const bytes = model.toBytes();
  expect(live.snapshot().toBytes()).toEqual(bytes);
  live.set({ user: "user 1", item: "item 1", value: 5 });
  expect(model.toBytes()).toEqual(bytes);
  const snapshot = live.snapshot();
  const before = snapshot.toBytes();
  live.set({ user: "user 1", item: "item 2", value: 1 });
  expect(snapshot.toBytes()).toEqual(before);
  model.dispose();
  snapshot.dispose();
  expect(live.predict("user 1", "item 2")).toBeTypeOf("number");
});

it("tells what is exact, and what is stale", async () => {
  const { live } = await changed({ options: {} }, 0);
  const rated = [...live.ratings()].filter(({ user }) => user === "user 2").map(({ item }) => item);
  const users = [...live.ratings()].filter(({ item }) => item === rated[0]).map(({ user }) => user);
  expect(live.stateOf({ user: "user 2" })).toEqual({ ratings: rated.length, solved: false, stale: 0 });
  live.set({ user: "somebody new", item: rated[0]!, value: 4 });
  expect(live.stateOf({ user: "somebody new" })).toEqual({ ratings: 1, solved: true, stale: 1 });
  expect(live.stateOf({ item: rated[0]! })).toEqual({ ratings: users.length + 1, solved: true, stale: 1 });
  expect(live.stateOf({ user: "user 2" })).toEqual({ ratings: rated.length, solved: false, stale: 1 });
  expect(live.state).toMatchObject({ changes: 1, solvedUsers: 1, solvedItems: 1, refreshes: 0, users: 25 });
  await live.refresh();
  expect(live.stateOf({ user: "user 2" })).toEqual({ ratings: rated.length, solved: false, stale: 0 });
});

it("somebody new is recommended at once what is folded in, and can rate what nobody has rated", async () => {
  const { live, model } = await changed({ options: {} }, 0);
  const rows = [
    ["item 1", 5],
    ["item 4", 1.5],
  ] as const;
  for (const [item, value] of rows) live.set({ user: "somebody new", item, value });
  const folded = await model.foldIn(rows);
  const others = live
    .recommend("somebody new", { count: 100 })
    .filter(({ item }) => item !== "item 1" && item !== "item 4");
  // All but the two items that were solved anew are as they were.
  for (const { item, score } of others) expect(score).toBeCloseTo(folded.predict(item)!, 10);
  expect(others.length).toBe(model.itemCount - 2);
  live.set({ user: "somebody new", item: "an item of theirs", value: 5 });
  expect(live.items.index("an item of theirs")).toBe(model.itemCount);
  expect(live.recommend("user 1", { count: 100 }).map(({ item }) => item)).toContain("an item of theirs");
});

it("vocabularies that were taken stay as they were", async () => {
  const { live, model } = await changed({ options: {} }, 0);
  live.set({ user: "one", item: "item 1", value: 3 });
  const users = live.users;
  live.set({ user: "two", item: "item 1", value: 3 });
  expect([users.size, live.users.size]).toEqual([model.userCount + 1, model.userCount + 2]);
  expect([...users]).toEqual([...model.users, "one"]);
  expect([...live.users].slice(-2)).toEqual(["one", "two"]);
  expect([users.index("one"), users.index("two"), live.users.index("two")]).toEqual([24, undefined, 25]);
  expect([users.id(0), users.id(24), live.users.id(25)]).toEqual([model.users.id(0), "one", "two"]);
  for (const index of [25, -1, 0.5]) expect(() => users.id(index)).toThrow(RangeError);
});

it("a snapshot after changes does not explain what it does not hold", async () => {
  const { live } = await changed({ options: {} }, 3);
  const snapshot = live.snapshot();
  const loaded = await Model.fromBytes<string, string>(snapshot.toBytes());
  for (const one of [snapshot, loaded])
    for (const asked of [one.explain("user 1", "item 1"), one.leaveOneOut("user 1"), one.estimateError()])
      await expect(asked).rejects.toMatchObject({
        code: "not-supported",
        message: expect.stringContaining("this is a snapshot after 3 changes of a live model"),
      });
  const folded = await snapshot.foldIn(snapshot.ratedItems("user 1"));
  const { score, base, reasons } = await folded.explain("item 1");
  expect(reasons.reduce((sum, { contribution }) => sum + contribution, base)).toBeCloseTo(score, 9);
  await live.refresh();
  const after = live.snapshot();
  const why = await after.explain("user 1", "item 1");
  expect(why.reasons.reduce((sum, { contribution }) => sum + contribution, why.base)).toBeCloseTo(
    why.score,
    9,
  );
  expect(why.score).toBe(after.predict("user 1", "item 1"));
});

it("weights that are taken back are gone", async () => {
  const { live, model } = await changed({ options: {} }, 0);
  const { user, item, value } = [...live.ratings()][0]!;
  live.set({ user, item, value, weight: 2 });
  expect(live.ratings().byUser.weights).toBeDefined();
  live.set({ user, item, value });
  expect(live.ratings().byUser.weights).toBeUndefined();
  expect(live.snapshot().toBytes().length).toBeLessThan(model.toBytes().length + 100);
});

it("keeps ratings in double precision, weights and ids that are numbers", async () => {
  const ratings = Ratings.from([
    [1, 10, 1],
    [2, 20, 2],
    [1, 20, 3],
    [3, 10, 4],
  ]);
  const model = await new ALS({ factors: 2, epochs: 2, history: "ratings" }).fit(ratings);
  const live = await model.live(ratings);
  live.set({ user: 3, item: 30, value: 0.1 });
  live.set({ user: 1, item: 10, value: 2, weight: 3 });
  expect([...live.ratings()]).toEqual([
    { user: 1, item: 10, value: 2, weight: 3 },
    { user: 1, item: 20, value: 3, weight: 1 },
    { user: 2, item: 20, value: 2, weight: 1 },
    { user: 3, item: 10, value: 4, weight: 1 },
    { user: 3, item: 30, value: 0.1, weight: 1 },
  ]);
  expect(live.snapshot().ratedItems(3)).toEqual([
    { item: 10, value: 4, weight: 1 },
    { item: 30, value: 0.1, weight: 1 },
  ]);
  live.remove({ user: 3, item: 30 });
  live.set({ user: 1, item: 10, value: 2 });
  expect(live.ratings().byUser.values).toBeInstanceOf(Float32Array);
  expect(live.snapshot().info.data).toMatchObject({
    users: 3,
    items: 3,
    ratings: 4,
    mean: 2.75,
    itemsWithoutRatings: 1,
  });
  expect(live.snapshot().range).toEqual([2, 4]);
});

it("takes the training ratings in another order, with other ids among them that are not rated", async () => {
  const ratings = drawRatings({ seed: 7 });
  const model = await new ALS({ ...SMALL, history: "ratings" }).fit(ratings);
  const rows = [...ratings].reverse();
  const live = await model.live(Ratings.from(rows));
  expect(live.snapshot().toBytes()).toEqual(model.toBytes());
  const loaded = await Model.fromBytes<string, string>(model.toBytes());
  expect((await loaded.live(Ratings.from(rows))).snapshot().toBytes()).toEqual(model.toBytes());
});

it("drops the zeros that training dropped", async () => {
  const ratings = Ratings.from([
    ["a", "x", 1],
    ["a", "y", 0],
    ["b", "y", 3],
  ]);
  const model = await new ALS({ factors: 2, feedback: "implicit", zeros: "drop" }).fit(ratings);
  const live = await model.live(ratings);
  expect(live.state.ratings).toBe(2);
  expect(live.get("a", "y")).toBeUndefined();
});
