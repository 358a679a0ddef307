// npm run bench:live [-- --quick]: one rating set in a live model at K = 64, of a user and an item with about 145 ratings each and of
// pairs as they are rated, with both rows' sums kept and with neither; snapshots and refreshes. Prints a table and writes
// build/bench/live.json. --quick takes MovieLens-1M's shape alone.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ALS, type AlsOptions } from "../src/als/index.js";
import { Engine } from "../src/kernel/index.js";
import type { Live } from "../src/live/index.js";
import { seededRandom } from "../src/random.js";
import type { Id, Ratings } from "../src/ratings/index.js";
import { tellWhere } from "./machine.js";
import { BENCH_OUTPUT } from "./paths.js";
import { generate, ONE_MILLION, progress, type Shape, TWENTY_MILLION } from "./shapes.js";
import { fixed, printTable } from "./table.js";
import { type Quantiles, quantiles } from "./timing.js";

const FACTORS = 64;
/** Ratings of a user of MovieLens-20M on average. */
const RATINGS = 145;
const CALLS = 5_000;
const WARM_UP = 2_000;

const CASES: readonly Pick<AlsOptions, "feedback" | "biases" | "precision">[] = [
  { feedback: "explicit", biases: "full", precision: "float64" },
  { feedback: "explicit", biases: "full", precision: "float32" },
  { feedback: "implicit", biases: "none", precision: "float32" },
];

interface LiveRow {
  readonly shape: string;
  readonly feedback: string;
  readonly biases: string;
  readonly precision: string;
  /** Milliseconds of `model.live`. */
  readonly open: number;
  /** Milliseconds of `set`, users and items of about {@link RATINGS} ratings. */
  readonly cached: Quantiles;
  readonly uncached: Quantiles;
  /** The same of pairs drawn among those that are rated: items that many rated come often. */
  readonly drawnCached: Quantiles;
  readonly drawnUncached: Quantiles;
  /** Milliseconds of `recommend` with 10 entries, after those. */
  readonly recommend: Quantiles;
  /** Milliseconds. */
  readonly snapshot: number;
  readonly refresh: number;
}

type Pair = readonly [user: Id, item: Id];

/** Rows with about so many ratings. */
function typical(side: "byUser" | "byItem", ratings: Ratings<Id, Id>): number[] {
  const { starts, rowCount } = ratings[side];
  const off = (row: number): number => Math.abs(starts[row + 1]! - starts[row]! - RATINGS);
  return Array.from({ length: rowCount }, (_, row) => row)
    .sort((a, b) => off(a) - off(b))
    .slice(0, 100);
}

/** Pairs that are rated, each as often as any other. */
function drawn({ users, items, byUser, count }: Ratings<Id, Id>): Pair[] {
  const random = seededRandom(3, "test");
  return Array.from({ length: 1_000 }, () => {
    const at = random.integer(count);
    let [low, high] = [0, byUser.rowCount];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (byUser.starts[middle]! <= at) low = middle;
      else high = middle;
    }
    return [users.id(low), items.id(byUser.columns[at]!)] as const;
  });
}

function timeSets(live: Live<Id, Id>, pairs: readonly Pair[]): Quantiles {
  const times: number[] = [];
  for (let call = -WARM_UP; call < CALLS; call++) {
    const [user, item] = pairs[(call + WARM_UP) % pairs.length]!;
    const rating = { user, item, value: 1 + ((call + WARM_UP) % 9) / 2 };
    const began = performance.now();
    live.set(rating);
    if (call >= 0) times.push(performance.now() - began);
  }
  return quantiles(times);
}

async function time(
  shape: Shape,
  ratings: Ratings<Id, Id>,
  options: (typeof CASES)[number],
): Promise<LiveRow> {
  const engine = await Engine.create();
  const als = new ALS({ ...options, factors: FACTORS, epochs: 1, history: "items" });
  const model = await als.fit(ratings, { engine });
  const [users, items] = [typical("byUser", ratings), typical("byItem", ratings)];
  // 100 · 100 rows in turn: by the time that one comes again, a small cache has long forgotten it.
  const even = users.flatMap((user, at) =>
    [0, 37].map((off): Pair => [model.users.id(user), model.items.id(items[(at + off) % items.length]!)]),
  );
  const rated = drawn(ratings);
  let began = performance.now();
  const large = await model.live(ratings, { cacheBytes: 2 ** 28 });
  const open = performance.now() - began;
  const cached = timeSets(large, even);
  const drawnCached = timeSets(large, rated);
  const recommends: number[] = [];
  for (const [user] of rated.slice(0, 500)) {
    began = performance.now();
    large.recommend(user, { count: 10 });
    recommends.push(performance.now() - began);
  }
  began = performance.now();
  large.snapshot();
  const snapshot = performance.now() - began;
  began = performance.now();
  await large.refresh({ engine });
  const refresh = performance.now() - began;
  large.dispose();
  const small = await model.live(ratings, { cacheBytes: 2 ** 16 });
  const uncached = timeSets(small, even);
  const drawnUncached = timeSets(small, rated);
  small.dispose();
  await engine.dispose();
  const { feedback, biases, precision } = options;
  return {
    shape: shape.name,
    feedback: feedback!,
    biases: biases!,
    precision: precision!,
    open,
    cached,
    uncached,
    drawnCached,
    drawnUncached,
    recommend: quantiles(recommends.slice(100)),
    snapshot,
    refresh,
  };
}

const { quick } = parseArgs({ options: { quick: { type: "boolean", default: false } } }).values;
const { machine, commit } = tellWhere();
const rows: LiveRow[] = [];
for (const shape of quick ? [ONE_MILLION] : [ONE_MILLION, TWENTY_MILLION]) {
  const ratings = (await generate(shape)) as Ratings<Id, Id>;
  for (const one of CASES) {
    rows.push(await time(shape, ratings, one));
    progress(`${shape.name}, ${one.feedback}, ${one.precision}`);
  }
}
const both = ({ p50, p99 }: Quantiles): string => `${fixed(3, p50)} ${fixed(3, p99)}`;
printTable(
  `A rating set in a live model, ${FACTORS} factors (milliseconds, p50 and p99 of ${CALLS} calls after ${WARM_UP})`,
  rows,
  [
    { heading: "shape", align: "left", cell: (row) => row.shape },
    { heading: "feedback", align: "left", cell: (row) => row.feedback },
    { heading: "biases", align: "left", cell: (row) => row.biases },
    { heading: "precision", align: "left", cell: (row) => row.precision },
    { heading: "open", cell: (row) => fixed(0, row.open) },
    { heading: `${RATINGS} ratings, kept`, cell: (row) => both(row.cached) },
    { heading: "not kept", cell: (row) => both(row.uncached) },
    { heading: "rated pairs, kept", cell: (row) => both(row.drawnCached) },
    { heading: "not kept", cell: (row) => both(row.drawnUncached) },
    { heading: "recommend 10", cell: (row) => both(row.recommend) },
    { heading: "snapshot", cell: (row) => fixed(0, row.snapshot) },
    { heading: "refresh", cell: (row) => fixed(0, row.refresh) },
  ],
);
mkdirSync(BENCH_OUTPUT, { recursive: true });
const path = join(BENCH_OUTPUT, "live.json");
writeFileSync(
  path,
  `${JSON.stringify({ machine, commit, factors: FACTORS, ratings: RATINGS, calls: CALLS, live: rows }, null, 2)}\n`,
);
progress(`wrote ${path}`);
