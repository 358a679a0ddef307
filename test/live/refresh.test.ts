import { describe, expect, it } from "vitest";
import { ALS, type AlsOptions, Engine, type Live, type LiveRating, type Model } from "../../src/index.js";
import { SummedSide } from "../../src/kernel/summed-side.js";
import { freeze } from "../../src/live/frozen.js";
import { LiveRatings } from "../../src/live/live-ratings.js";
import { refreshed } from "../../src/live/refresh.js";
import { SumsCache } from "../../src/live/sums-cache.js";
import { stateOf } from "../../src/model/stored-model.js";
import { seededRandom } from "../../src/random.js";
import { createYielder } from "../../src/yield.js";
import { drawRatings, OBJECTIVES } from "../model/fold-in-problems.js";
import { near, type RowRating, solvedRow } from "../model/row-reference.js";
import { sha256 } from "../support/bytes.js";
import { longestGap } from "../support/longest-gap.js";
import { CAN_SHARE } from "../support/sharing.js";
import { soon } from "../support/turns.js";
import { change, Twin } from "./changes.js";
import { epochOf } from "./epoch.js";

const SMALL = { factors: 5, epochs: 3, history: "ratings" } as const;

/** A live model after some changes, new users and items among them. */
async function changed(
  options: AlsOptions,
  drawn: (typeof OBJECTIVES)[string]["drawn"] = {},
  seed: number = 3,
): Promise<{ live: Live<string, string>; twin: Twin }> {
  const ratings = drawRatings({ seed: 7, ...drawn });
  const model = await new ALS({ ...SMALL, ...options }).fit(ratings);
  const live = await model.live(ratings);
  const twin = new Twin(live);
  const random = seededRandom(seed, "test");
  for (let n = 0; n < 60; n++)
    change(twin, { random, value: () => 1 + random.integer(9) / 2, weights: drawn.weights ?? false });
  return { live, twin };
}

/** Both orientations hold the same ratings. */
function checkOrientations(live: Live<string, string>): void {
  const { byUser, byItem } = live.ratings();
  const pairs = ({ starts, columns, values }: typeof byUser, name: (row: number, column: number) => string) =>
    Array.from(columns, (column, at) => {
      const row = starts.findLastIndex((start) => start <= at);
      return `${name(row, column)} ${values[at]}`;
    }).sort();
  expect(pairs(byItem, (item, user) => `${user} ${item}`)).toEqual(
    pairs(byUser, (user, item) => `${user} ${item}`),
  );
}

/** All numbers of a model. */
function bitsOf(model: Model<string, string>): Promise<string> {
  const biases = [
    Float64Array.from(model.users, (id) => model.userBias(id)),
    Float64Array.from(model.items, (id) => model.itemBias(id)),
    Float64Array.of(model.mean),
  ];
  return sha256(model.copyFactors("users").values, model.copyFactors("items").values, ...biases);
}

/** Ratings as lines of text, in an order of their own. */
function sorted(ratings: Iterable<LiveRating<string, string>>): string[] {
  return Array.from(
    ratings,
    ({ user, item, value, weight }) => `${user} ${item} ${value} ${weight ?? 1}`,
  ).sort();
}

const SOLVERS: Record<string, (typeof OBJECTIVES)[string]> = {
  ...OBJECTIVES,
  "conjugate gradient": { options: { solver: "cg" } },
  "conjugate gradient, not finished": { options: { solver: "cg", finish: "none", precision: "float32" } },
  "ials++": { options: { solver: "ials++", blockSize: 2, feedback: "implicit" }, drawn: { values: "plays" } },
  "factors ≥ 0": { options: { solver: "nonnegative" } },
};

describe.each(Object.entries(SOLVERS))("a refresh, %s:", (_, { options, drawn }) => {
  it("has the bits of one epoch from the snapshot, in one batch", async () => {
    const { live, twin } = await changed(options, drawn);
    const before = live.snapshot();
    const batch = live.ratings();
    expect(sorted(batch)).toEqual(sorted(twin.all));
    await live.refresh();
    expect(live.state).toMatchObject({ changes: 0, solvedUsers: 0, solvedItems: 0, refreshes: 1 });
    const after = live.snapshot();
    const wanted = await epochOf(before, batch, { ...SMALL, ...options });
    expect(await bitsOf(after)).toBe(await bitsOf(wanted));
    // Where μ is 0 anyway, estimators say the same.
    if (before.mean === 0) {
      const fitted = await new ALS({ ...SMALL, ...options, epochs: 1 }).fit(batch, { initial: before });
      expect(await bitsOf(after)).toBe(await bitsOf(fitted));
    }
  });
});

it("is an epoch by the formulas too: items for the users before it, users for those items", async () => {
  const { live, twin } = await changed({ regularization: 0.3 });
  const before = live.snapshot();
  await live.refresh();
  const after = live.snapshot();
  const rowsOf = (which: "user" | "item", id: string): RowRating[] =>
    twin.all
      .filter((rating) => rating[which] === id)
      .map(({ user, item, value }) => ({
        other: which === "user" ? live.items.index(item)! : live.users.index(user)!,
        value: value!,
      }));
  for (const item of live.items) {
    const wanted = solvedRow(before, "items", rowsOf("item", item));
    near(after.itemVector(item), wanted.factors, 1e-9);
    near([after.itemBias(item)], [wanted.bias], 1e-9);
  }
  for (const user of live.users) {
    const wanted = solvedRow(after, "users", rowsOf("user", user));
    near(after.userVector(user), wanted.factors, 1e-9);
    near([after.userBias(user)], [wanted.bias], 1e-9);
  }
});

it("makes a new index of items where there was one", async () => {
  const ratings = drawRatings({ seed: 7 });
  const engine = await Engine.create({ threads: 1 });
  const guard = { what: "a test", signal: undefined, check: () => undefined };
  const solved = { users: new Map(), items: new Map() };
  for (const prepared of [false, true]) {
    const model = await new ALS(SMALL).fit(ratings);
    if (prepared) await model.prepare({ side: "items" });
    const { parts, answers } = stateOf(model);
    const cache = new SumsCache(10_000, SummedSide.lengthOf(SMALL.factors));
    const frozen = await freeze(parts, answers, cache, guard, createYielder());
    const start = { frozen, solved, ratings: new LiveRatings(ratings).freeze() };
    expect((await refreshed(start, engine, guard)).frozen.answers.items.isPrepared).toBe(prepared);
  }
  await engine.dispose();
});

it("tells in info what it has done", async () => {
  const { live } = await changed({});
  expect(live.snapshot().info.live).toEqual({ changes: 60 });
  await live.refresh();
  const { info } = live.snapshot();
  expect(info.live).toBeUndefined();
  expect(info.run.epochs).toBe(4);
  const residuals = [...live.ratings()].map(
    ({ user, item, value }) => (value - live.predict(user, item)!) ** 2,
  );
  const rmse = Math.sqrt(residuals.reduce((sum, square) => sum + square, 0) / residuals.length);
  expect(info.run.rmse).toBeCloseTo(rmse, 9);
  live.set({ user: "user 1", item: "item 1", value: 3 });
  expect(live.snapshot().info.live).toEqual({ changes: 1 });
});

describe.runIf(CAN_SHARE)("on lanes", () => {
  it("has the same bits for any number of threads, and lets the event loop run", async () => {
    const found = new Set<string>();
    for (const threads of [1, 2, 3]) {
      const { live } = await changed({});
      const engine = await Engine.create({ threads });
      const { turns } = await longestGap(() => live.refresh({ engine }));
      expect(turns).toBeGreaterThan(1);
      found.add(await bitsOf(live.snapshot()));
      await engine.dispose();
    }
    expect(found.size).toBe(1);
  });
});

describe("while a refresh is under way", () => {
  it("changes go on, and are solved for what it came to", async () => {
    const { live, twin } = await changed({});
    const running = live.refresh();
    await new Promise<void>((resolve) => soon(resolve));
    live.set({ user: "user 3", item: "a new item", value: 5 });
    twin.rated.get("user 3")!.set("a new item", { user: "user 3", item: "a new item", value: 5 });
    const during = live.predict("user 3", "a new item");
    expect(during).toBeGreaterThan(3);
    live.remove({ user: "user 3", item: twinItem(twin, "user 3") });
    twin.rated.get("user 3")!.delete(twinItem(twin, "user 3"));
    await running;
    expect(live.state).toMatchObject({ changes: 2, solvedUsers: 1, solvedItems: 2, refreshes: 1 });
    const { live: other } = await changed({});
    await other.refresh();
    const frozen = other.snapshot();
    // What is solved for what the refresh came to is what changes after it would have given.
    const rows = [...twin.rated.get("user 3")!.values()].map(
      ({ item, value }): RowRating => ({
        other: frozen.items.index(item) ?? frozen.itemCount,
        value: value!,
      }),
    );
    const wanted = solvedRow(frozen, "users", rows);
    near(live.snapshot().userVector("user 3"), wanted.factors, 1e-9);
    await live.refresh();
    expect(live.state).toMatchObject({ changes: 0, refreshes: 2, items: other.state.items + 1 });
    expect(live.get("user 3", "a new item")).toBe(5);
    checkOrientations(live);
  });

  it("changes that are refused leave nothing behind, of new ids and old ones", async () => {
    const ratings = drawRatings({ seed: 7, density: 1 });
    const regularization = { users: 0, items: 0, biases: 0 };
    const model = await new ALS({ factors: 4, epochs: 2, regularization, history: "ratings" }).fit(ratings);
    const [live, other] = [await model.live(ratings), await model.live(ratings)];
    const running = live.refresh();
    await new Promise<void>((resolve) => soon(resolve));
    for (const refused of [
      { user: "somebody new", item: "item 1", value: 2 },
      { user: "user 1", item: "something new", value: 2 },
      { user: "user 1", item: "item 1", value: 1e15, weight: 1e300 },
    ])
      expect(() => live.set(refused)).toThrow(expect.objectContaining({ name: "AlternantError" }));
    await running;
    await other.refresh();
    expect(live.state).toEqual(other.state);
    const { data, parameters } = other.snapshot().info;
    expect(live.snapshot().info).toMatchObject({ data, parameters });
    expect(await bitsOf(live.snapshot())).toBe(await bitsOf(other.snapshot()));
    expect(live.ratings().byUser.weights).toBeUndefined();
    await live.refresh();
    await other.refresh();
    expect(await bitsOf(live.snapshot())).toBe(await bitsOf(other.snapshot()));
    live.set({ user: "user 1", item: "item 1", value: 3 });
    expect(live.recommend("user 1", { exclude: "none", count: 100 }).map(({ item }) => item)).not.toContain(
      undefined,
    );
  });

  it("many changes are solved with turns for the event loop, those made in these turns too", async () => {
    const { live } = await changed({});
    const { live: other } = await changed({});
    let running = true;
    const refreshed = live.refresh().finally(() => {
      running = false;
    });
    let changes = 0;
    await new Promise<void>((resolve) => soon(resolve));
    while (running) {
      const change = {
        user: `user ${changes % 24}`,
        item: `late ${changes % 7}`,
        value: 1 + (changes % 9) / 2,
      };
      if (changes < 400) live.set(change);
      changes++;
      await new Promise<void>((resolve) => soon(resolve));
    }
    await refreshed;
    checkOrientations(live);
    // Whatever was changed when, all of it is solved beside what the refresh came to.
    const snapshot = live.snapshot();
    const { solvedUsers, solvedItems } = live.state;
    await other.refresh();
    const frozen = other.snapshot();
    let users = 0;
    for (const user of live.users) {
      if (!live.stateOf({ user }).solved) continue;
      users++;
      const rows = snapshot.ratedItems(user).map(
        ({ item, value }): RowRating => ({
          other: frozen.items.index(item) ?? frozen.itemCount,
          value: value!,
        }),
      );
      near(snapshot.userVector(user), solvedRow(frozen, "users", rows).factors, 1e-9);
    }
    expect(users).toBe(solvedUsers);
    expect(solvedItems).toBeLessThanOrEqual(7);
  });

  it("another one waits its turn", async () => {
    const { live } = await changed({});
    const { live: other } = await changed({});
    await Promise.all([live.refresh(), live.refresh()]);
    await other.refresh();
    await other.refresh();
    expect(live.state.refreshes).toBe(2);
    expect(await bitsOf(live.snapshot())).toBe(await bitsOf(other.snapshot()));
  });

  it("an abort leaves everything as it was, and changes made meanwhile in their places", async () => {
    const { live } = await changed({});
    const { live: other } = await changed({});
    const controller = new AbortController();
    const running = live.refresh({ signal: controller.signal });
    const rating = { user: "user 3", item: "a new item", value: 5 };
    live.set(rating);
    controller.abort("enough");
    await expect(running).rejects.toMatchObject({
      code: "aborted",
      cause: "enough",
      message: "Live.refresh was aborted",
    });
    other.set(rating);
    expect(await bitsOf(live.snapshot())).toBe(await bitsOf(other.snapshot()));
    expect([...live.ratings()]).toEqual([...other.ratings()]);
    checkOrientations(live);
    await live.refresh();
    await other.refresh();
    expect(await bitsOf(live.snapshot())).toBe(await bitsOf(other.snapshot()));
  });

  it("an engine that is disposed of ends it, and leaves everything as it was", async () => {
    const { live } = await changed({});
    const before = await bitsOf(live.snapshot());
    const engine = await Engine.create({ threads: 1 });
    const running = live.refresh({ engine });
    const disposed = engine.dispose();
    await expect(running).rejects.toMatchObject({ code: "disposed" });
    await disposed;
    expect(await bitsOf(live.snapshot())).toBe(before);
  });

  it("disposing of the live model ends it", async () => {
    const { live } = await changed({});
    const running = live.refresh();
    live.dispose();
    await expect(running).rejects.toMatchObject({ code: "disposed" });
    expect(() => live.state).toThrow("disposed");
  });
});

function twinItem(twin: Twin, user: string): string {
  return [...twin.rated.get(user)!.keys()].find((item) => item.startsWith("item "))!;
}
