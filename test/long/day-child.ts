// A day of traffic on a live model, in a process of its own with --expose-gc: day-of-traffic.test.ts builds and starts it, and judges
// what it prints.
import { createHash } from "node:crypto";
import { ALS, AlternantError, Model, syntheticWorld } from "../../src/index.js";
import { seededRandom } from "../../src/random.js";
import { epochOf } from "../live/epoch.js";

const SHAPE = { users: 6_040, items: 3_706, ratings: 1_000_000, seed: 1 } as const;
const OPERATIONS = 200_000;
const CACHE = 2 ** 24;
const OPTIONS = { factors: 32, epochs: 2, history: "ratings", precision: "float32" } as const;
/** Operations between two turns of the event loop. */
const AT_ONCE = 50;

const random = seededRandom(2, "test");
const pick = (below: number): number => random.integer(below);
const { ratings } = await syntheticWorld(SHAPE);
const als = new ALS(OPTIONS);
const model = await als.fit(ratings);
const live = await model.live(ratings, { cacheBytes: CACHE });

const keyOf = (user: string, item: string): string => `${user}\t${item}`;

/** What should be rated, by user and item. */
const rated = new Map<string, number>();
const pairs: string[] = [];
for (const { user, item, value } of ratings) {
  rated.set(keyOf(user, item), value);
  pairs.push(keyOf(user, item));
}
const counts: Record<string, number> = {};
const surprises: string[] = [];
let cacheMost = 0;
let refreshing: Promise<void> | undefined;
const saved: Uint8Array[] = [];

const anyUser = (): string =>
  pick(200) === 0 ? `somebody new ${pick(500)}` : live.users.id(pick(live.state.users));
const anyItem = (): string =>
  pick(500) === 0 ? `something new ${pick(100)}` : live.items.id(pick(live.state.items));
const aRatedPair = (): [string, string] => {
  for (;;) {
    const key = pairs[pick(pairs.length)]!;
    if (rated.has(key)) return key.split("\t") as [string, string];
  }
};

/** Bad calls, each with what it must end with. */
const BAD: [string, () => unknown][] = [
  ["RangeError", () => live.set({ user: anyUser(), item: anyItem(), value: Number.NaN })],
  ["TypeError", () => live.set({ user: 7 as never, item: anyItem(), value: 3 })],
  ["RangeError", () => live.set({ user: anyUser(), item: anyItem(), value: 3, weight: 0 })],
  ["RangeError", () => live.set({ user: anyUser(), item: anyItem(), valeu: 3 } as never)],
  ["unknown-id", () => live.remove({ user: "nobody", item: anyItem() })],
  [
    "not-rated",
    () => {
      for (;;) {
        const [user, item] = [live.users.id(pick(SHAPE.users)), live.items.id(pick(SHAPE.items))];
        if (!rated.has(keyOf(user, item))) return live.remove({ user, item });
      }
    },
  ],
  ["unknown-id", () => live.recommend("nobody")],
  ["RangeError", () => live.recommend(live.users.id(0), { count: 0 })],
  ["unknown-id", () => model.foldIn([["nothing", 3]])],
  ["no-ratings", () => model.foldIn([])],
  [
    "duplicate-rating",
    () =>
      model.foldIn([
        [live.items.id(0), 3],
        [live.items.id(0), 2],
      ]),
  ],
];

const OPERATION: Record<string, () => unknown> = {
  set: () => {
    const [user, item, value] = [anyUser(), anyItem(), 1 + pick(9) / 2];
    live.set({ user, item, value });
    rated.set(keyOf(user, item), value);
    pairs.push(keyOf(user, item));
  },
  replace: () => {
    const [user, item] = aRatedPair();
    const value = 1 + pick(9) / 2;
    live.set({ user, item, value });
    rated.set(keyOf(user, item), value);
  },
  remove: () => {
    const [user, item] = aRatedPair();
    live.remove({ user, item });
    rated.delete(keyOf(user, item));
  },
  foldIn: async () => {
    const items = new Set(Array.from({ length: 1 + pick(50) }, () => pick(SHAPE.items)));
    const folded = await model.foldIn(
      Array.from(items, (item) => [model.items.id(item), 1 + pick(9) / 2] as const),
    );
    if (folded.recommend({ count: 3 }).length !== 3) throw new Error("a list too short");
  },
  recommend: () => {
    const user = live.users.id(pick(live.state.users));
    const list = live.recommend(user, { count: 10 });
    if (list.length !== 10) throw new Error(`a list of ${list.length}`);
    for (const { item, score } of list)
      if (rated.has(keyOf(user, item)) || live.predict(user, item) !== score)
        throw new Error("a wrong entry");
  },
  snapshot: () => {
    const snapshot = live.snapshot();
    const [user, item] = aRatedPair();
    if (snapshot.predict(user, item) !== live.predict(user, item)) throw new Error("a stale snapshot");
    if (saved.length === 0) saved.push(snapshot.toBytes());
  },
};
/** How often each comes, in thousandths; the rest are bad calls. */
const SHARES: readonly (readonly [string, number])[] = [
  ["set", 400],
  ["replace", 150],
  ["remove", 100],
  ["foldIn", 99.5],
  ["recommend", 200],
  ["snapshot", 0.5],
];

async function one(): Promise<void> {
  let at = random.unit() * 1000;
  for (const [name, share] of SHARES) {
    at -= share;
    if (at >= 0) continue;
    counts[name] = (counts[name] ?? 0) + 1;
    try {
      await OPERATION[name]!();
    } catch (error) {
      surprises.push(`${name}: ${(error as Error).message}`);
    }
    return;
  }
  const [expected, call] = BAD[pick(BAD.length)]!;
  counts["bad"] = (counts["bad"] ?? 0) + 1;
  try {
    await call();
    surprises.push(`${expected} did not come`);
  } catch (error) {
    const found = error instanceof AlternantError ? error.code : (error as Error).name;
    if (found !== expected) surprises.push(`${expected} expected, ${found}: ${(error as Error).message}`);
  }
}

async function resident(): Promise<number> {
  for (let i = 0; i < 5; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return process.memoryUsage().rss;
}

function bitsOf(of: Model<string, string>): string {
  const hash = createHash("sha256");
  for (const side of ["users", "items"] as const)
    hash.update(new Uint8Array(of.copyFactors(side).values.buffer));
  hash.update(new Uint8Array(Float64Array.from(of.users, (id) => of.userBias(id)).buffer));
  hash.update(new Uint8Array(Float64Array.from(of.items, (id) => of.itemBias(id)).buffer));
  return hash.digest("hex");
}

const atFirst = await resident();
let atNoon = 0;
for (let operation = 0; operation < OPERATIONS; operation++) {
  await one();
  cacheMost = Math.max(cacheMost, live.state.cache.bytes);
  // Twice a day, with traffic going on.
  if (operation === 70_000 || operation === 140_000) refreshing = live.refresh();
  if (operation === OPERATIONS / 2) {
    await refreshing;
    atNoon = await resident();
  }
  if (operation % AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
}
await refreshing;
const { state } = live;
const atLast = await resident();

/** The ratings as they are, against what they should be. */
const final = live.ratings();
let wrong = Math.abs(final.count - rated.size);
for (const { user, item, value } of final) if (rated.get(keyOf(user, item)) !== value) wrong++;

// The day's end in one batch: an epoch from the snapshot over the ratings, μ as it is.
const before = live.snapshot();
await live.refresh();
const batch = await epochOf(before, final, OPTIONS);
const after = live.snapshot();
const first = await Model.fromBytes<string, string>(saved[0]!);

console.log(
  JSON.stringify({
    counts,
    surprises: surprises.slice(0, 20),
    surprising: surprises.length,
    cacheLimit: CACHE,
    cacheMost,
    refreshes: state.refreshes,
    newUsers: state.users - SHAPE.users,
    newItems: state.items - SHAPE.items,
    hits: state.cache.hits,
    atFirst,
    atNoon,
    atLast,
    wrong,
    rated: rated.size,
    sameBits: bitsOf(after) === bitsOf(batch),
    moved: bitsOf(after) !== bitsOf(before),
    savedUsers: first.userCount,
  }),
);
