// The figures of docs/why-it-works.md and the numbers in it, from seeded runs; the same bytes each time.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ALS, type AlsOptions } from "../src/als/index.js";
import { chartSvg } from "../src/cli/charts/chart.js";
import { baselines } from "../src/metrics/index.js";
import { SVD } from "../src/svd/index.js";
import { syntheticWorld } from "../src/synthetic/index.js";
import { errorOverAll, type FullMatrix, fullMatrix, knownShare } from "./full-matrix.js";
import { LEADING, largestFirst, matchGenres } from "./genres.js";
import { ROOT } from "./paths.js";
import { modelOfTruth } from "./svd-genres.js";
import { fixed, type Report, tableOf } from "./table.js";
import { mean } from "./timing.js";

const FOLDER = join(ROOT, "docs/figures");
const SEED = 1;
const USERS = 1_000;
const ITEMS = 600;
/** So tight that nothing in the figures hangs on it. */
const TOLERANCE = 1e-12;
const RANKS = [1, 2, 3, 4, 6, 8, 10, 11, 12, 13, 14, 16, 20, 24, 32, 40];
/** The rank of the truth: biases make two dimensions, twelve tastes with a mean of 0 eleven. */
const TRUE_RANK = 13;
/** λ of the figure, the best of those in the table at 80 to 95 %; not scaled, because rows have about as many ratings each. */
const LAMBDA = 8;
const LAMBDAS = [1, 2, 4, 8, 16];
const HIDDEN = [0, 20, 40, 60, 80, 90, 95, 98];
/** Factors of the model whose axes are looked at. */
const FACTORS = 32;
/** MovieLens-20M. */
const LARGE = { users: 138_493, items: 26_744, ratings: 20_000_263 };
const FACTOR_COUNTS = [16, 32, 64, 128];
const SIZE = `${USERS.toLocaleString("en")} users × ${ITEMS} items, generated`;

interface RankError {
  readonly rank: number;
  readonly toRatings: number;
  readonly toTruth: number;
}

/** Error of the best approximation of each rank to a matrix of which all is known. */
async function errorsByRank(full: FullMatrix): Promise<RankError[]> {
  const model = await new SVD({
    center: "none",
    factors: Math.max(...RANKS),
    tolerance: TOLERANCE,
    seed: SEED,
  }).fit(knownShare(full, 1, SEED));
  const rows: RankError[] = [];
  for (const rank of RANKS) {
    const cut = await model.truncate(rank);
    rows.push({
      rank,
      toRatings: errorOverAll(full, full.ratings, cut),
      toTruth: errorOverAll(full, full.truth, cut),
    });
  }
  return rows;
}

interface HiddenError {
  /** Percent of the pairs. */
  readonly hidden: number;
  readonly ratings: number;
  readonly zeros: number;
  readonly means: number;
  readonly centred: number;
  readonly biases: number;
  readonly als: number;
  readonly alsDefaults: number;
  /** One for each of {@link LAMBDAS}. */
  readonly alsByLambda: readonly number[];
}

/** Error to the truth over all pairs as more and more of the ratings are hidden. */
async function errorsByHidden(full: FullMatrix): Promise<HiddenError[]> {
  const rows: HiddenError[] = [];
  for (const hidden of HIDDEN) {
    const ratings = knownShare(full, 1 - hidden / 100, SEED);
    const svd = async (center: "none" | "mean" | "biases"): Promise<number> =>
      errorOverAll(
        full,
        full.truth,
        await new SVD({ center, factors: TRUE_RANK, tolerance: TOLERANCE, seed: SEED }).fit(ratings),
      );
    const als = async (options: AlsOptions): Promise<number> =>
      errorOverAll(
        full,
        full.truth,
        await new ALS({ ...options, factors: TRUE_RANK, seed: SEED }).fit(ratings),
      );
    const alsByLambda: number[] = [];
    for (const regularization of LAMBDAS) alsByLambda.push(await als({ scaling: 0, regularization }));
    rows.push({
      hidden,
      ratings: ratings.count,
      zeros: await svd("none"),
      means: await svd("mean"),
      centred: await svd("biases"),
      biases: errorOverAll(full, full.truth, (await baselines(ratings)).biases),
      als: alsByLambda[LAMBDAS.indexOf(LAMBDA)]!,
      alsDefaults: await als({}),
      alsByLambda,
    });
  }
  return rows;
}

/** Singular values and genres found by ALS on the ratings of a generated world, beside what they were made of. */
async function findGenres() {
  const world = await syntheticWorld({ seed: SEED });
  const { ratings, truth } = world;
  const model = await new ALS({ factors: FACTORS, seed: SEED }).fit(ratings);
  const hidden = await modelOfTruth(world, model).svd();
  const canonical = await model.canonical();
  const raw = largestFirst(model.copyFactors("users"), model.copyFactors("items"));
  const { values } = await model.svd();
  return {
    genres: truth.genres,
    raw: matchGenres(raw, truth),
    canonical: matchGenres(canonical.copyFactors("items"), truth),
    values: [...values],
    trueValues: [...hidden.values],
    trueRank: hidden.rank,
    count: ratings.count,
  };
}

/** Writes a figure. */
function draw(name: string, chart: Parameters<typeof chartSvg>[0]): void {
  writeFileSync(join(FOLDER, `${name}.svg`), chartSvg(chart));
}

const full = await fullMatrix(USERS, ITEMS, SEED);
const byRank = await errorsByRank(full);
const byHidden = await errorsByHidden(full);
const found = await findGenres();
mkdirSync(FOLDER, { recursive: true });

draw("rank", {
  title: "The best approximation of each rank to a full matrix",
  subtitle: `${SIZE}: what users think of items, and their ratings, which have noise beside it`,
  x: { label: "rank k", min: 0 },
  y: { label: "RMSE over all pairs (stars)" },
  series: [
    { name: "to the ratings", kind: "line", points: byRank.map((row) => [row.rank, row.toRatings]) },
    { name: "to the truth", kind: "line", points: byRank.map((row) => [row.rank, row.toTruth]) },
  ],
});
const hiddenLine = (name: string, value: (row: HiddenError) => number) => ({
  name,
  kind: "line" as const,
  points: byHidden.map((row): [string, number] => [`${row.hidden} %`, value(row)]),
});
draw("hidden", {
  title: "Error as more and more of the matrix is hidden",
  subtitle: `${SIZE}; rank ${TRUE_RANK}; error to the truth`,
  x: { label: "hidden pairs", scale: "category" },
  y: { label: "RMSE over all pairs (stars)", scale: "log", min: 0.1, max: 4 },
  series: [
    hiddenLine("SVD, zeros", (row) => row.zeros),
    hiddenLine("SVD, mean", (row) => row.means),
    hiddenLine("SVD, biases", (row) => row.centred),
    hiddenLine("biases alone", (row) => row.biases),
    hiddenLine("ALS", (row) => row.als),
  ],
});
draw("values", {
  title: "Eleven tastes stand out of 32 factors",
  subtitle: `Singular values of ALS on ${found.count.toLocaleString("en")} generated ratings, and of the hidden tastes they were made of`,
  x: { label: "axis", scale: "category" },
  y: { label: "singular value" },
  series: [
    { name: "ALS", kind: "bar", points: found.values.map((value, k) => [k + 1, value]) },
    {
      name: "hidden tastes",
      kind: "line",
      points: found.trueValues.slice(0, found.trueRank).map((value, k) => [k + 1, value]),
    },
  ],
});
draw("genres", {
  title: "Hidden genres in single features",
  subtitle: `|correlation| of a genre with the feature it is matched to, among the leading ${LEADING} of ${FACTORS}: raw factors, and canonical axes`,
  width: 1000,
  x: { label: "hidden genre", scale: "category" },
  y: { label: "|correlation|", min: 0, max: 1 },
  series: (["raw", "canonical"] as const).map((kind) => ({
    name: kind,
    kind: "bar",
    points: found.genres.map((genre, g): [string, number] => [genre, found[kind].leading[g]!]),
  })),
});

const tables: Report[] = [
  tableOf("rank.svg", byRank, [
    { heading: "rank", cell: (row) => row.rank },
    { heading: "RMSE to the ratings", cell: (row) => fixed(4, row.toRatings) },
    { heading: "to the truth", cell: (row) => fixed(4, row.toTruth) },
  ]),
  tableOf("hidden.svg", byHidden, [
    { heading: "hidden %", cell: (row) => row.hidden },
    { heading: "ratings", cell: (row) => row.ratings },
    { heading: "SVD, zeros", cell: (row) => fixed(4, row.zeros) },
    { heading: "SVD, mean", cell: (row) => fixed(4, row.means) },
    { heading: "SVD, biases", cell: (row) => fixed(4, row.centred) },
    { heading: "biases alone", cell: (row) => fixed(4, row.biases) },
    { heading: "ALS", cell: (row) => fixed(4, row.als) },
  ]),
  tableOf("hidden.svg: what ALS comes to with other λ (ν = 0), and with its default λ and ν", byHidden, [
    { heading: "hidden %", cell: (row) => row.hidden },
    ...LAMBDAS.map((lambda, i) => ({
      heading: `λ = ${lambda}`,
      cell: (row: HiddenError) => fixed(4, row.alsByLambda[i]),
    })),
    { heading: "defaults", cell: (row) => fixed(4, row.alsDefaults) },
  ]),
  tableOf(
    "values.svg",
    found.values.map((value, k) => ({ axis: k + 1, value, hidden: found.trueValues[k] })),
    [
      { heading: "axis", cell: (row) => row.axis },
      { heading: "ALS", cell: (row) => fixed(1, row.value) },
      { heading: "hidden tastes", cell: (row) => fixed(1, row.hidden) },
    ],
  ),
  tableOf(
    "genres.svg",
    [
      ...found.genres.map((genre, g) => ({
        genre,
        raw: found.raw.leading[g]!,
        canonical: found.canonical.leading[g]!,
      })),
      { genre: "mean", raw: mean(found.raw.leading), canonical: mean(found.canonical.leading) },
    ],
    [
      { heading: "genre", align: "left", cell: (row) => row.genre },
      { heading: "raw", cell: (row) => fixed(3, row.raw) },
      { heading: "canonical", cell: (row) => fixed(3, row.canonical) },
    ],
  ),
  tableOf(
    `Two skinny matrices for ${LARGE.users.toLocaleString("en")} × ${LARGE.items.toLocaleString("en")} = ${(LARGE.users * LARGE.items).toLocaleString("en")} pairs, of which ${LARGE.ratings.toLocaleString("en")} are rated`,
    FACTOR_COUNTS.map((factors) => ({ factors, numbers: (LARGE.users + LARGE.items) * factors })),
    [
      { heading: "K", cell: (row) => row.factors },
      { heading: "N·K + M·K", cell: (row) => row.numbers.toLocaleString("en") },
      {
        heading: "of N·M",
        cell: (row) => `${((100 * row.numbers) / (LARGE.users * LARGE.items)).toFixed(3)} %`,
      },
      { heading: "a rating", cell: (row) => fixed(2, row.numbers / LARGE.ratings) },
    ],
  ),
];
for (const table of tables) console.log(table.text);
writeFileSync(
  join(FOLDER, "README.md"),
  `${[
    "# The numbers of the figures",
    "Written with the figures by `npm run docs:figures`; what they show is said in [why it works](../why-it-works.md).",
    ...tables.map((table) => table.markdown),
  ].join("\n\n")}\n`,
);
console.log("\nwritten to docs/figures");
