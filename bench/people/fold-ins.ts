// What `bench:fold-in` times: the same in Node and in a page.
import { ALS, type AlsOptions } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import type { Model } from "../../src/model/index.js";
import { seededRandom } from "../../src/random.js";
import type { Id, Ratings } from "../../src/ratings/index.js";
import { syntheticWorld } from "../../src/synthetic/index.js";
import { hasBuild } from "../kernels.js";
import { median, quantiles } from "../timing.js";

const SHAPES = {
  "1m": { users: 6_040, items: 3_706, ratings: 1_000_000 },
  // As many items and users as MovieLens-20M has; what is rated beside them changes no fold-in.
  "20m": { users: 138_493, items: 26_744, ratings: 2_000_000 },
} as const;
export type Shape = keyof typeof SHAPES;
export const FACTORS = 64;
export const RATINGS = 50;
/** Calls before those that count: compilers have done what they do. */
export const WARM_UP = 2_000;
export const CALLS = 5_000;
const EXPLAINED = 200;

export interface FoldInRow {
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

async function time(shape: Shape, ratings: Ratings<Id, Id>, one: Case): Promise<FoldInRow> {
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
    ...quantiles(folds),
    recommend: median(recommends),
    explain: median(explains),
  };
}

/** Times all cases in the process or the page that it runs in, on models that it trains itself. */
export async function timeFoldIns(shape: Shape): Promise<FoldInRow[]> {
  const { ratings } = await syntheticWorld({ ...SHAPES[shape], seed: 1 });
  const relaxed = await hasBuild("relaxed");
  const rows: FoldInRow[] = [];
  for (const one of CASES) {
    if (one.arithmetic === "relaxed" && !relaxed) continue;
    rows.push(await time(shape, ratings, one));
    console.error(`timed ${one.feedback}, ${one.precision}, ${one.arithmetic}`);
  }
  return rows;
}
