// The sweep behind the defaults of implicit feedback: Recall@20 and NDCG@10 over confidence × λ × ν × epochs, in both forms of
// the objective, then over K. Likes (4 stars and more) of MovieLens ml-latest-small, a fifth of each user's held out, on splits
// that no test uses, and on those of a generated world. Needs ALTERNANT_DATA, a folder that holds
// ml-latest-small/ratings.csv (https://grouplens.org/datasets/movielens/).
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ALS, type AlsOptions } from "../src/als/index.js";
import { popularity, type Ranker, rankingMetrics } from "../src/metrics/index.js";
import { readRatings } from "../src/node/index.js";
import type { LeftOut, Ratings } from "../src/ratings/index.js";
import { syntheticWorld } from "../src/synthetic/index.js";
import { describeCommit, describeMachine } from "./machine.js";
import { BENCH_OUTPUT } from "./paths.js";
import { likesOf } from "./peers/data.js";
import { fixed, type Report, tableOf } from "./table.js";
import { mean } from "./timing.js";

const SPLITS = [11, 12, 13, 14, 15];
const HELD_OUT = 0.2;
const FACTORS = 32;
const EPOCHS = 15;
/** Epochs that are tried with the best options. */
const MORE_EPOCHS = [5, 10, 20, 30];
const ALPHAS = [0.1, 0.3, 1, 3, 10];
const OBSERVED_LAMBDAS: readonly (readonly [scaling: number, lambdas: readonly number[]])[] = [
  [0, [3, 10, 30, 100]],
  [0.5, [0.3, 1, 3, 10, 30]],
  [1, [0.03, 0.1, 0.3, 1]],
];
const UNOBSERVED_WEIGHTS = [0.03, 0.1, 0.3, 1];
/** λ at ν* = 1: the same grid serves every ν. */
const UNOBSERVED_LAMBDAS = [0.003, 0.01, 0.03, 0.1];
const SCALINGS = [0, 0.5, 1];
const FACTOR_COUNTS = [16, 32, 64, 128];
const WORLD = { users: 2_000, items: 1_500, ratings: 200_000 };
const SHOWN = 15;

/** Means over users who have something held out. */
interface Ranking {
  readonly recall20: number;
  readonly ndcg10: number;
}

type Split = LeftOut<Ratings<number, number>>;

interface Trial extends Ranking {
  readonly form: "observed" | "unobserved";
  readonly options: AlsOptions;
  /** The same options on the generated world. */
  readonly world: Ranking;
}

/** Recall@20 = hits / held out, NDCG@10 with gain 1. */
async function rank(ranker: Ranker<number, number>, test: Ratings<number, number>): Promise<Ranking> {
  const { at } = await rankingMetrics(ranker, test, { k: [10, 20], auc: false });
  return { recall20: at[1]!.recall, ndcg10: at[0]!.ndcg };
}

/** Recall and NDCG after each of `epochs`, from one run. */
async function judge(
  { train, test }: Split,
  options: AlsOptions,
  epochs: readonly number[],
): Promise<Ranking[]> {
  const als = new ALS({
    ...options,
    feedback: "implicit",
    epochs: Math.max(...epochs),
    precision: "float32",
  });
  const results: Ranking[] = [];
  for await (const epoch of als.train(train))
    if (epochs.includes(epoch.epoch)) results.push(await rank(epoch.snapshot(), test));
  return results;
}

/** Means over splits, an entry for each of `epochs`. */
async function average(
  splits: readonly Split[],
  options: AlsOptions,
  epochs: readonly number[],
): Promise<Ranking[]> {
  const runs: Ranking[][] = [];
  for (const split of splits) runs.push(await judge(split, options, epochs));
  return epochs.map((_, i) => meansOf(runs.map((run) => run[i]!)));
}

function grid(): Pick<Trial, "form" | "options">[] {
  const observed = ALPHAS.flatMap((alpha) =>
    OBSERVED_LAMBDAS.flatMap(([scaling, lambdas]) =>
      lambdas.map((regularization) => ({
        form: "observed" as const,
        options: { confidence: { alpha }, scaling, regularization },
      })),
    ),
  );
  const unobserved = UNOBSERVED_WEIGHTS.flatMap((unobservedWeight) =>
    SCALINGS.flatMap((scaling) =>
      UNOBSERVED_LAMBDAS.map((regularization) => ({
        form: "unobserved" as const,
        options: { unobservedWeight, scaling, scalingStar: 1, regularization },
      })),
    ),
  );
  return [...observed, ...unobserved];
}

async function sweep(splits: readonly Split[], worlds: readonly Split[]): Promise<Trial[]> {
  const trials: Trial[] = [];
  const points = grid();
  for (const [i, { form, options }] of points.entries()) {
    const point = { ...options, factors: FACTORS };
    const [result] = await average(splits, point, [EPOCHS]);
    const [world] = await average(worlds, point, [EPOCHS]);
    trials.push({ form, options, ...result!, world: world! });
    if (i % 10 === 9) console.error(`${i + 1} of ${points.length} done`);
  }
  return trials.sort((a, b) => b.ndcg10 - a.ndcg10);
}

async function popularityOf(splits: readonly Split[]): Promise<Ranking> {
  const all: Ranking[] = [];
  for (const { train, test } of splits) all.push(await rank(popularity(train), test));
  return meansOf(all);
}

function meansOf(all: readonly Ranking[]): Ranking {
  return { recall20: mean(all.map((one) => one.recall20)), ndcg10: mean(all.map((one) => one.ndcg10)) };
}

function splitsOf(ratings: Ratings): Split[] {
  const likes = likesOf(ratings);
  return SPLITS.map((seed) => likes.leaveOut({ perUser: HELD_OUT, seed }));
}

function trialTable(title: string, trials: readonly Trial[]): Report {
  return tableOf(title, trials, [
    { heading: "α", cell: ({ options }) => options.confidence?.alpha },
    { heading: "α₀", cell: ({ options }) => options.unobservedWeight },
    { heading: "ν", cell: ({ options }) => String(options.scaling) },
    { heading: "λ", cell: ({ options }) => String(options.regularization) },
    { heading: "Recall@20", cell: ({ recall20 }) => fixed(4, recall20) },
    { heading: "NDCG@10", cell: ({ ndcg10 }) => fixed(4, ndcg10) },
    { heading: "world's Recall@20", cell: ({ world }) => fixed(4, world.recall20) },
    { heading: "world's NDCG@10", cell: ({ world }) => fixed(4, world.ndcg10) },
  ]);
}

interface NamedRanking extends Ranking {
  readonly name: string;
}

function namedTable(title: string, heading: string, rows: readonly NamedRanking[]): Report {
  return tableOf(title, rows, [
    { heading, align: "left", cell: ({ name }) => name },
    { heading: "Recall@20", cell: ({ recall20 }) => fixed(4, recall20) },
    { heading: "NDCG@10", cell: ({ ndcg10 }) => fixed(4, ndcg10) },
  ]);
}

async function main(folder: string): Promise<void> {
  const began = performance.now();
  const ratings = await readRatings(join(folder, "ml-latest-small", "ratings.csv"));
  const splits = splitsOf(ratings);
  const { ratings: world } = await syntheticWorld({ ...WORLD, seed: 1 });
  const worlds = splitsOf(world);
  const trials = await sweep(splits, worlds);
  const forms = ["observed", "unobserved"] as const;
  const onBoth = trials.toSorted((a, b) => b.ndcg10 * b.world.ndcg10 - a.ndcg10 * a.world.ndcg10);
  const candidates: { readonly name: string; readonly options: AlsOptions }[] = [
    { name: "the defaults", options: {} },
    ...forms.flatMap((form) => [
      {
        name: `the best here, weights of ${form} pairs`,
        options: trials.find((trial) => trial.form === form)!.options,
      },
      {
        name: `the best of both, weights of ${form} pairs`,
        options: onBoth.find((trial) => trial.form === form)!.options,
      },
    ]),
  ];
  const here: NamedRanking[] = [{ name: "popularity", ...(await popularityOf(splits)) }];
  const elsewhere: NamedRanking[] = [{ name: "popularity", ...(await popularityOf(worlds)) }];
  const byFactors: NamedRanking[] = [];
  const byEpochs: NamedRanking[] = [];
  for (const { name, options } of candidates) {
    const point = { ...options, factors: FACTORS };
    here.push({ name, ...(await average(splits, point, [EPOCHS]))[0]! });
    elsewhere.push({ name, ...(await average(worlds, point, [EPOCHS]))[0]! });
    for (const [at, ranking] of (await average(splits, point, MORE_EPOCHS)).entries())
      byEpochs.push({ name: `${name}, ${MORE_EPOCHS[at]} epochs`, ...ranking });
    for (const factors of FACTOR_COUNTS)
      byFactors.push({
        name: `${name}, K = ${factors}`,
        ...(await average(splits, { ...options, factors }, [EPOCHS]))[0]!,
      });
  }
  const bestOf = (key: (trial: Trial) => unknown, form: Trial["form"]): Trial[] => {
    const found = new Map<unknown, Trial>();
    for (const trial of onBoth)
      if (trial.form === form && !found.has(key(trial))) found.set(key(trial), trial);
    return [...found.values()];
  };
  const tables = [
    namedTable("MovieLens ml-latest-small, likes", "options", here),
    ...forms.map((form) =>
      trialTable(
        `Weights of ${form} pairs: the best ${SHOWN} by NDCG@10, K = ${FACTORS}`,
        trials.filter((trial) => trial.form === form).slice(0, SHOWN),
      ),
    ),
    trialTable(`The best ${SHOWN} on both, by the product of NDCG@10`, onBoth.slice(0, SHOWN)),
    trialTable(
      "The best of each α on both",
      bestOf(({ options }) => options.confidence?.alpha, "observed"),
    ),
    trialTable(
      "The best of each α₀ on both",
      bestOf(({ options }) => options.unobservedWeight, "unobserved"),
    ),
    ...forms.map((form) =>
      trialTable(
        `The best of each ν on both, weights of ${form} pairs`,
        bestOf(({ options }) => options.scaling, form),
      ),
    ),
    namedTable("By the number of epochs", "options", byEpochs),
    namedTable("By the number of factors", "options", byFactors),
    namedTable("A generated world's likes (2,000 users, 1,500 items)", "options", elsewhere),
  ];
  for (const table of tables) console.log(table.text);
  const seconds = (performance.now() - began) / 1000;
  const machine = describeMachine();
  const commit = describeCommit() ?? null;
  mkdirSync(BENCH_OUTPUT, { recursive: true });
  const facts = {
    machine,
    commit,
    seconds,
    splits: SPLITS,
    factors: FACTORS,
    here,
    trials,
    byFactors,
    elsewhere,
  };
  writeFileSync(join(BENCH_OUTPUT, "implicit-quality.json"), `${JSON.stringify(facts, null, 1)}\n`);
  writeFileSync(
    join(BENCH_OUTPUT, "implicit-quality.md"),
    [
      "# Quality of implicit feedback: the sweep behind the defaults",
      `\`npm run bench:implicit-quality\` on the likes (4 stars and more) of MovieLens ml-latest-small, a fifth of each user's held out, means over the splits of seeds ${SPLITS.join(", ")}, which no test uses. Recall@20 = hits / held out, NDCG@10 with gain 1. ${machine.cpu}, Node ${machine.node}, commit ${commit}.`,
      ...tables.map((table) => table.markdown),
    ].join("\n\n"),
  );
  console.log(
    `\n${seconds.toFixed(0)} s; written to build/bench/implicit-quality.json and implicit-quality.md`,
  );
}

const { ALTERNANT_DATA: folder } = process.env;
if (folder) await main(folder);
else {
  console.error("Set ALTERNANT_DATA to a folder that holds ml-latest-small/ratings.csv.");
  process.exitCode = 2;
}
