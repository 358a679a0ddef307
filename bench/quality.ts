// The sweep that chose the defaults: test RMSE on MovieLens ml-latest-small over ν × λ × λ_b × epochs, on splits that no
// test uses. Needs ALTERNANT_DATA, a folder that holds ml-latest-small/ratings.csv (https://grouplens.org/datasets/movielens/).
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ALS } from "../src/als/index.js";
import { baselines, rmse } from "../src/metrics/index.js";
import { readRatings } from "../src/node/index.js";
import type { Ratings } from "../src/ratings/index.js";
import { describeCommit, describeMachine } from "./machine.js";
import { ROOT } from "./paths.js";
import { fixed, tableOf } from "./table.js";

const SPLITS = [11, 12, 13, 14, 15];
const FACTORS = 32;
const EPOCHS = [10, 15, 20, 30];
const BIAS_LAMBDAS = [2, 3, 5];
/** λ that are worth trying shrink as ν grows: the penalty of a row with n ratings is λ·n^ν. */
const LAMBDAS: readonly (readonly [scaling: number, lambdas: readonly number[]])[] = [
  [0, [2, 4, 6, 9]],
  [0.5, [0.7, 1, 1.5, 2]],
  [0.7, [0.3, 0.4, 0.55, 0.75, 1]],
  [1, [0.05, 0.08, 0.13, 0.2]],
];
/** Factors that are tried at the defaults. */
const FACTOR_COUNTS = [8, 16, 32, 64, 128];
const BASELINE_LAMBDAS = [1, 2, 3, 4, 5, 8];

interface Trial {
  readonly scaling: number;
  readonly lambda: number;
  readonly biasLambda: number;
  readonly epochs: number;
  /** Mean clipped test RMSE over the splits. */
  readonly rmse: number;
}

type Split = readonly [train: Ratings, test: Ratings];

const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;

/** Test RMSE of the default options with other numbers of factors. */
async function factorRows(splits: readonly Split[]) {
  const rows = [];
  for (const factors of FACTOR_COUNTS) {
    const results: number[] = [];
    for (const [train, test] of splits)
      results.push((await rmse(await new ALS({ factors }).fit(train), test)).rmse);
    rows.push({ factors, rmse: mean(results) });
  }
  return rows;
}

/** Test RMSE after each of EPOCHS, from one run. */
async function runOnce(
  [train, test]: Split,
  scaling: number,
  lambda: number,
  biasLambda: number,
): Promise<number[]> {
  const als = new ALS({
    factors: FACTORS,
    scaling,
    regularization: { users: lambda, items: lambda, biases: biasLambda },
    epochs: Math.max(...EPOCHS),
  });
  const results: number[] = [];
  for await (const epoch of als.train(train))
    if (EPOCHS.includes(epoch.epoch)) results.push((await rmse(epoch.snapshot(), test)).rmse);
  return results;
}

async function sweep(splits: readonly Split[]): Promise<Trial[]> {
  const trials: Trial[] = [];
  for (const [scaling, lambdas] of LAMBDAS) {
    for (const lambda of lambdas) {
      for (const biasLambda of BIAS_LAMBDAS) {
        const runs: number[][] = [];
        for (const split of splits) runs.push(await runOnce(split, scaling, lambda, biasLambda));
        EPOCHS.forEach((epochs, i) => {
          trials.push({ scaling, lambda, biasLambda, epochs, rmse: mean(runs.map((run) => run[i]!)) });
        });
      }
    }
    console.error(`ν = ${scaling} done`);
  }
  return trials.sort((a, b) => a.rmse - b.rmse);
}

async function baselineRows(splits: readonly Split[]) {
  const rows = [];
  for (const lambda of BASELINE_LAMBDAS) {
    const results: number[] = [];
    for (const [train, test] of splits) {
      const { biases } = await baselines(train, { regularization: lambda });
      results.push((await rmse(biases, test)).rmse);
    }
    rows.push({ lambda, rmse: mean(results) });
  }
  return rows;
}

const folder = process.env["ALTERNANT_DATA"];
if (!folder) {
  console.error("Set ALTERNANT_DATA to a folder that holds ml-latest-small/ratings.csv.");
  process.exit(2);
}
const began = performance.now();
const ratings = await readRatings(join(folder, "ml-latest-small", "ratings.csv"));
const splits = SPLITS.map((seed) => ratings.split({ test: 0.1, seed }));
const biasesAlone = await baselineRows(splits);
const trials = await sweep(splits);
const byFactors = await factorRows(splits);
const seconds = (performance.now() - began) / 1000;

const trialColumns = [
  { heading: "ν", cell: (row: Trial) => row.scaling },
  { heading: "λ", cell: (row: Trial) => row.lambda },
  { heading: "λ_b", cell: (row: Trial) => row.biasLambda },
  { heading: "epochs", cell: (row: Trial) => row.epochs },
  { heading: "test RMSE", cell: (row: Trial) => fixed(4, row.rmse) },
];
const tables = [
  tableOf("Biases alone", biasesAlone, [
    { heading: "λ_b", cell: (row) => row.lambda },
    { heading: "test RMSE", cell: (row) => fixed(4, row.rmse) },
  ]),
  tableOf(`ALS, K = ${FACTORS}: the best 24 of ${trials.length} trials`, trials.slice(0, 24), trialColumns),
  tableOf(
    "The best of each ν",
    LAMBDAS.map(([scaling]) => trials.find((trial) => trial.scaling === scaling)!),
    trialColumns,
  ),
  tableOf("The default options with other numbers of factors", byFactors, [
    { heading: "factors", cell: (row) => row.factors },
    { heading: "test RMSE", cell: (row) => fixed(4, row.rmse) },
  ]),
];
for (const table of tables) console.log(table.text);
const machine = describeMachine();
const commit = describeCommit();
mkdirSync(join(ROOT, "build/bench"), { recursive: true });
writeFileSync(
  join(ROOT, "build/bench/quality.json"),
  `${JSON.stringify({ machine, commit, seconds, splits: SPLITS, factors: FACTORS, biasesAlone, trials, byFactors }, null, 1)}\n`,
);
writeFileSync(
  join(ROOT, "build/bench/quality.md"),
  [
    "# Quality: the sweep behind the defaults",
    `\`npm run bench:quality\` on MovieLens ml-latest-small, 10 % held out, mean clipped test RMSE over the splits of seeds ${SPLITS.join(", ")}, which no test uses. ${machine.cpu}, Node ${machine.node}, commit ${commit}.`,
    ...tables.map((table) => table.markdown),
  ].join("\n\n"),
);
console.log(`\n${seconds.toFixed(0)} s; written to build/bench/quality.json and quality.md`);
