// The curves of docs/choosing.md: error by λ and by K, from seeded runs on generated ratings and, where ALTERNANT_DATA names a
// folder with ml-latest-small, on MovieLens. The same bytes each time.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ALS, type AlsOptions } from "../src/als/index.js";
import { chartSvg } from "../src/cli/charts/chart.js";
import { baselines, rmse } from "../src/metrics/index.js";
import { readRatings } from "../src/node/index.js";
import type { Ratings } from "../src/ratings/index.js";
import { syntheticWorld } from "../src/synthetic/index.js";
import { ROOT } from "./paths.js";
import { fixed, tableOf } from "./table.js";
import { mean } from "./timing.js";

const FOLDER = join(ROOT, "docs/figures");
/** Splits that no test uses. */
const SPLITS = [11, 12, 13];
const TEST_SHARE = 0.1;
const DEFAULTS = new ALS().options;
const LAMBDAS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.55, 0.8, 1.6, 3.2];
const FACTOR_COUNTS = [2, 4, 8, 16, 32, 64];
/** λ that the curves by K are drawn for: two below the default, it, and one above. */
const FEW_LAMBDAS = [0.1, 0.3, 0.55, 0.8];
/** The hidden genres of the generated world span eleven dimensions. */
const WORLD = { users: 2_000, items: 1_000, ratings: 100_000, seed: 1 };

type Split = readonly [train: Ratings, test: Ratings];

interface Errors {
  readonly train: number;
  readonly test: number;
}

/** Mean RMSE over the splits, of ratings trained on and of those held out. */
async function errorsOf(splits: readonly Split[], options: AlsOptions): Promise<Errors> {
  const errors: Errors[] = [];
  for (const [train, test] of splits) {
    const model = await new ALS(options).fit(train);
    errors.push({ train: (await rmse(model, train)).rmse, test: (await rmse(model, test)).rmse });
  }
  return { train: mean(errors.map((one) => one.train)), test: mean(errors.map((one) => one.test)) };
}

/** λ of users and items; that of biases stays at its default. */
function lambda(value: number): AlsOptions {
  return { regularization: { users: value, items: value, biases: DEFAULTS.regularization.biases } };
}

/** Draws the curves of one data set and writes the table of their numbers. */
async function curves(ratings: Ratings, suffix: string, title: string): Promise<void> {
  const splits = SPLITS.map((seed): Split => ratings.split({ test: TEST_SHARE, seed }));
  const biases: number[] = [];
  for (const [train, test] of splits) biases.push((await rmse((await baselines(train)).biases, test)).rmse);
  const byLambda: ({ lambda: number } & Errors)[] = [];
  for (const value of LAMBDAS) byLambda.push({ lambda: value, ...(await errorsOf(splits, lambda(value))) });
  const byFactors: { factors: number; tests: number[] }[] = [];
  for (const factors of FACTOR_COUNTS) {
    const tests: number[] = [];
    for (const value of FEW_LAMBDAS) tests.push((await errorsOf(splits, { factors, ...lambda(value) })).test);
    byFactors.push({ factors, tests });
  }
  const size = `${title}, ${ratings.count.toLocaleString("en")} ratings, ${100 * TEST_SHARE} % held out; ${SPLITS.length} splits`;
  const baseline = mean(biases);
  const draw = (name: string, chart: Parameters<typeof chartSvg>[0]): void =>
    writeFileSync(join(FOLDER, `${name}${suffix}.svg`), chartSvg(chart));
  draw("lambda", {
    title: `Error by λ, K = ${DEFAULTS.factors}`,
    subtitle: size,
    x: { label: "λ of users and items", scale: "category" },
    y: { label: "RMSE (stars)" },
    series: [
      { name: "ratings held out", kind: "line", points: byLambda.map((row) => [`${row.lambda}`, row.test]) },
      {
        name: "ratings trained on",
        kind: "line",
        points: byLambda.map((row) => [`${row.lambda}`, row.train]),
      },
      {
        name: "biases alone, held out",
        kind: "line",
        points: byLambda.map((row) => [`${row.lambda}`, baseline]),
      },
    ],
  });
  draw("factors", {
    title: "Error on ratings held out, by K",
    subtitle: size,
    x: { label: "factors K", scale: "category" },
    y: { label: "RMSE (stars)", min: 0.81, max: 0.99 },
    series: [
      ...FEW_LAMBDAS.map((value, i) => ({
        name: `λ = ${value}`,
        kind: "line" as const,
        points: byFactors.map((row): [string, number] => [`${row.factors}`, row.tests[i]!]),
      })),
      {
        name: "biases alone",
        kind: "line",
        points: byFactors.map((row) => [`${row.factors}`, baseline]),
      },
    ],
  });
  const tables = [
    tableOf(`lambda${suffix}.svg`, byLambda, [
      { heading: "λ", cell: (row) => row.lambda },
      { heading: "RMSE, held out", cell: (row) => fixed(4, row.test) },
      { heading: "trained on", cell: (row) => fixed(4, row.train) },
    ]),
    tableOf(`factors${suffix}.svg`, byFactors, [
      { heading: "K", cell: (row) => row.factors },
      ...FEW_LAMBDAS.map((value, i) => ({
        heading: `λ = ${value}`,
        cell: (row: { tests: number[] }) => fixed(4, row.tests[i]),
      })),
    ]),
  ];
  for (const table of tables) console.log(table.text);
  console.log(`\nbiases alone: ${baseline.toFixed(4)}`);
  writeFileSync(
    join(FOLDER, `choosing${suffix}.md`),
    `${[
      `# The numbers of the curves: ${title}`,
      `Written with the figures by \`npm run docs:choosing\`; what they show is said in [choosing λ and K](../choosing.md).`,
      `${size} (seeds ${SPLITS.join(", ")}). Biases alone have an RMSE of ${baseline.toFixed(4)} on ratings held out.`,
      ...tables.map((table) => table.markdown),
    ].join("\n\n")}\n`,
  );
}

mkdirSync(FOLDER, { recursive: true });
const { ratings } = await syntheticWorld(WORLD);
await curves(ratings, "", "a generated world of twelve genres");
const { ALTERNANT_DATA: folder } = process.env;
if (folder === undefined)
  console.log("\nALTERNANT_DATA is not set: the curves of MovieLens stay as they are.");
else
  await curves(
    await readRatings(join(folder, "ml-latest-small/ratings.csv")),
    "-movielens",
    "MovieLens ml-latest-small",
  );
