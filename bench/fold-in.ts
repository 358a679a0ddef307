// npm run bench:fold-in [-- --quick]: one person folded in, with 50 ratings at K = 64, and recommended to, into models of
// MovieLens-20M's size; what the first call takes; and reasons. Prints a table and writes build/bench/fold-in.json. --quick takes
// MovieLens-1M's size.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ALS, type AlsOptions } from "../src/als/index.js";
import { Engine } from "../src/kernel/index.js";
import type { Model } from "../src/model/index.js";
import { seededRandom } from "../src/random.js";
import type { Id, Ratings } from "../src/ratings/index.js";
import { syntheticWorld } from "../src/synthetic/index.js";
import { hasBuild } from "./kernels.js";
import { describeCommit, describeMachine } from "./machine.js";
import { BENCH_OUTPUT } from "./paths.js";
import { fixed, printTable } from "./table.js";

const SHAPES = {
  "1m": { users: 6_040, items: 3_706, ratings: 1_000_000 },
  // As many items and users as MovieLens-20M has; what is rated beside them changes no fold-in.
  "20m": { users: 138_493, items: 26_744, ratings: 2_000_000 },
} as const;
const FACTORS = 64;
const RATINGS = 50;
/** Calls before those that count: compilers have done what they do. */
const WARM_UP = 2_000;
const CALLS = 5_000;
const EXPLAINED = 200;

interface FoldInRow {
  readonly shape: string;
  readonly feedback: string;
  readonly biases: string;
  readonly precision: string;
  readonly arithmetic: string;
  /** Milliseconds of the first call, which copies item factors and sums them where unrated pairs count. */
  readonly first: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** The same of a fold-in and its 10 best items. */
  readonly recommend: number;
  /** Milliseconds of what one prediction is made of. */
  readonly explain: number;
}

interface Case extends Pick<AlsOptions, "feedback" | "biases" | "precision"> {
  readonly arithmetic: "default" | "relaxed";
}

const CASES: readonly Case[] = [
  { feedback: "explicit", biases: "full", precision: "float32", arithmetic: "default" },
  { feedback: "explicit", biases: "full", precision: "float32", arithmetic: "relaxed" },
  { feedback: "explicit", biases: "full", precision: "float64", arithmetic: "default" },
  { feedback: "implicit", biases: "none", precision: "float32", arithmetic: "default" },
];

async function time(shape: keyof typeof SHAPES, ratings: Ratings<Id, Id>, one: Case): Promise<FoldInRow> {
  const { arithmetic, ...options } = one;
  const engine = await Engine.create({ arithmetic });
  const whole: Model<Id, Id> = await new ALS({
    ...options,
    factors: FACTORS,
    epochs: 1,
    history: "none",
  }).fit(ratings, { engine });
  await engine.dispose();
  const model = await whole.forFoldIn();
  const random = seededRandom(1, "test");
  const people = Array.from({ length: 500 }, () => {
    const items = new Set<number>();
    while (items.size < RATINGS) items.add(random.integer(model.itemCount));
    return Array.from(items, (item) => [model.items.id(item), 1 + random.integer(5)] as const);
  });
  let began = performance.now();
  await model.foldIn(people[0]!);
  const first = performance.now() - began;
  const folds: number[] = [];
  for (let call = -WARM_UP; call < CALLS; call++) {
    const rows = people[Math.abs(call) % people.length]!;
    began = performance.now();
    await model.foldIn(rows);
    if (call >= 0) folds.push(performance.now() - began);
  }
  const recommends: number[] = [];
  for (let call = -50; call < EXPLAINED; call++) {
    began = performance.now();
    (await model.foldIn(people[Math.abs(call)]!)).recommend({ count: 10 });
    if (call >= 0) recommends.push(performance.now() - began);
  }
  const folded = await model.foldIn(people[1]!);
  const explains: number[] = [];
  for (let call = -50; call < EXPLAINED; call++) {
    began = performance.now();
    await folded.explain(model.items.id(Math.abs(call)));
    if (call >= 0) explains.push(performance.now() - began);
  }
  return {
    shape,
    feedback: options.feedback!,
    biases: options.biases!,
    precision: options.precision!,
    arithmetic,
    first,
    p50: quantile(folds, 0.5),
    p99: quantile(folds, 0.99),
    recommend: quantile(recommends, 0.5),
    explain: quantile(explains, 0.5),
  };
}

function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

function progress(what: string): void {
  console.error(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${what}`);
}

const { quick } = parseArgs({ options: { quick: { type: "boolean", default: false } } }).values;
const machine = describeMachine();
const commit = describeCommit() ?? null;
console.log(
  `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.os}, commit ${commit ?? "unknown"}`,
);
const shape = quick ? "1m" : "20m";
const { ratings } = await syntheticWorld({ ...SHAPES[shape], seed: 1 });
progress(`generated ${shape}`);
const relaxed = await hasBuild("relaxed");
const rows: FoldInRow[] = [];
for (const one of CASES) {
  if (one.arithmetic === "relaxed" && !relaxed) continue;
  rows.push(await time(shape, ratings, one));
  progress(`${one.feedback}, ${one.precision}, ${one.arithmetic}`);
}
printTable(
  `A person of ${RATINGS} ratings folded in, ${FACTORS} factors (milliseconds; ${CALLS} calls after ${WARM_UP})`,
  rows,
  [
    { heading: "shape", align: "left", cell: (row) => row.shape },
    { heading: "feedback", align: "left", cell: (row) => row.feedback },
    { heading: "biases", align: "left", cell: (row) => row.biases },
    { heading: "precision", align: "left", cell: (row) => row.precision },
    { heading: "arithmetic", align: "left", cell: (row) => row.arithmetic },
    { heading: "first call", cell: (row) => fixed(1, row.first) },
    { heading: "p50", cell: (row) => fixed(4, row.p50) },
    { heading: "p99", cell: (row) => fixed(4, row.p99) },
    { heading: "with 10 best", cell: (row) => fixed(2, row.recommend) },
    { heading: "explain", cell: (row) => fixed(2, row.explain) },
  ],
);
mkdirSync(BENCH_OUTPUT, { recursive: true });
const path = join(BENCH_OUTPUT, "fold-in.json");
writeFileSync(
  path,
  `${JSON.stringify({ machine, commit, factors: FACTORS, ratings: RATINGS, calls: CALLS, foldIns: rows }, null, 2)}\n`,
);
progress(`wrote ${path}`);
