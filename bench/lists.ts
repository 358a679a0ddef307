// npm run bench:lists [-- --quick]: the best items of all users, and ranking metrics of all users at four k, at
// MovieLens-20M's size, all cores; single questions, on trained and on random factors, beside scoring every item; and what their
// index costs. Prints tables and writes build/bench/lists.json. --quick takes MovieLens-1M's size.
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ALS } from "../src/als/index.js";
import { Engine } from "../src/kernel/index.js";
import { rankingMetrics } from "../src/metrics/index.js";
import { type Model, trainedModel } from "../src/model/index.js";
import { seededRandom } from "../src/random.js";
import type { Id, Ratings } from "../src/ratings/index.js";
import { syntheticWorld } from "../src/synthetic/index.js";
import { type IndexRow, printIndexes, timeIndexes } from "./index-parts.js";
import { hasBuild } from "./kernels.js";
import { tellWhere } from "./machine.js";
import { BENCH_OUTPUT } from "./paths.js";
import { printQuestions, type QuestionRow, timeQuestions } from "./questions.js";
import { fixed, printTable } from "./table.js";
import { type Candidate, interleave, median, min } from "./timing.js";

const SHAPES = {
  "1m": { users: 6_040, items: 3_706, ratings: 1_000_000 },
  "20m": { users: 138_493, items: 26_744, ratings: 20_000_000 },
} as const;
const FACTORS = 64;
const CUTOFFS = [5, 10, 20, 50];
const ROUNDS = 3;
/** Epochs: after two, biases say most; after six, factors do. */
const EPOCHS = 6;
/** Of one user and one item: as many multiply-adds as factors. */
const GIGA = 1e9;

interface ListRow {
  readonly shape: string;
  readonly job: string;
  /** Whether a model's factors were trained, or are random numbers: of those none can be ruled out. */
  readonly factors: string;
  readonly biases: string;
  readonly arithmetic: string;
  readonly threads: number;
  readonly seconds: number;
  readonly medianSeconds: number;
  /** What scoring every pair once would come to, by the fastest round. */
  readonly gflops: number;
}

type Job = (model: Model<Id, Id>, test: Ratings<Id, Id>, engine: Engine) => Promise<void>;

const JOBS: Readonly<Record<string, Job>> = {
  "top 10": async (model, _, engine) => {
    for await (const { from, to, items } of model.recommendAll({ count: 10, engine }))
      if (items.length !== (to - from) * 10)
        throw new Error("a block of lists has another size than asked for");
  },
  "metrics at 4 k": async (model, test, engine) => {
    await rankingMetrics(model, test, { k: CUTOFFS, auc: false, engine });
  },
  "metrics at 4 k, AUC": async (model, test, engine) => {
    await rankingMetrics(model, test, { k: CUTOFFS, engine });
  },
};

async function time(
  name: keyof typeof SHAPES,
  threads: number,
): Promise<{ lists: ListRow[]; questions: QuestionRow[]; indexes: IndexRow[] }> {
  const shape = SHAPES[name];
  const { ratings } = await syntheticWorld({ ...shape, seed: 1 });
  const [train, test] = ratings.split({ test: 0.1, seed: 1 });
  progress(`generated ${name}: ${test.count} ratings to test on`);
  const arithmetics = (await hasBuild("relaxed"))
    ? (["relaxed", "default"] as const)
    : (["default"] as const);
  const engines = await Promise.all(arithmetics.map((arithmetic) => Engine.create({ threads, arithmetic })));
  const options = { factors: FACTORS, epochs: EPOCHS, precision: "float32", biases: "full" } as const;
  const model: Model<Id, Id> = await new ALS(options).fit(train, { engine: engines[0]! });
  progress(`trained ${EPOCHS} epochs`);
  const random = randomTwin(model, train);
  const tasks = arithmetics.flatMap((arithmetic, a) => [
    ...Object.entries(JOBS).map(([job, run]) => ({
      ...{ arithmetic, job, factors: "trained" },
      run: () => run(model, test, engines[a]!),
    })),
    {
      ...{ arithmetic, job: "top 10", factors: "random" },
      run: () => JOBS["top 10"]!(random, test, engines[a]!),
    },
  ]);
  const candidates: Candidate[] = tasks.map(({ arithmetic, job, factors, run }) => ({
    name: `${job}, ${factors} factors, ${arithmetic}`,
    run,
  }));
  const timings = await interleave(candidates, { warmUps: 1, rounds: ROUNDS });
  await Promise.all(engines.map((engine) => engine.dispose()));
  progress("timed lists of all users");
  const questions = [
    ...(await timeQuestions(name, "trained", model, true)),
    ...(await timeQuestions(name, "random", random, false)),
  ];
  progress("timed single questions");
  const builders = await Promise.all([1, threads].map((count) => Engine.create({ threads: count })));
  const pair = [builders[0]!, builders[1]!] as const;
  const indexes = [
    ...(await timeIndexes("trained", model, pair)),
    ...(await timeIndexes("random", random, pair)),
  ];
  await Promise.all(builders.map((engine) => engine.dispose()));
  const lists = tasks.map(({ arithmetic, job, factors }, at): ListRow => {
    const { seconds } = timings[at]!;
    return {
      shape: name,
      job,
      factors,
      biases: factors === "random" ? "none" : options.biases,
      arithmetic,
      threads,
      seconds: min(seconds),
      medianSeconds: median(seconds),
      gflops: (2 * shape.users * shape.items * FACTORS) / min(seconds) / GIGA,
    };
  });
  return { lists, questions, indexes };
}

/** The same model with factors that nothing can be known of beforehand: all directions alike, all lengths nearly. */
function randomTwin(model: Model<Id, Id>, train: Ratings): Model<Id, Id> {
  const random = seededRandom(1, "benchmark");
  const side = (rows: number): Float32Array<ArrayBuffer> =>
    new Float32Array(rows * FACTORS).map(() => random.unit() - 0.5);
  return trainedModel<Id, Id>(train, {
    factors: FACTORS,
    userFactors: side(train.userCount),
    itemFactors: side(train.itemCount),
    mean: 0,
    userBiases: undefined,
    itemBiases: undefined,
    options: {},
    history: "items",
    run: model.info.run,
  });
}

function progress(what: string): void {
  console.error(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${what}`);
}

const { quick } = parseArgs({ options: { quick: { type: "boolean", default: false } } }).values;
const { machine, commit } = tellWhere();
const { lists: rows, questions, indexes } = await time(quick ? "1m" : "20m", availableParallelism());
printTable(
  `Lists of all users, ${FACTORS} factors, float32, exact scores (fastest of ${ROUNDS} rounds)`,
  rows,
  [
    { heading: "shape", align: "left", cell: (row) => row.shape },
    { heading: "job", align: "left", cell: (row) => row.job },
    { heading: "factors", align: "left", cell: (row) => row.factors },
    { heading: "biases", align: "left", cell: (row) => row.biases },
    { heading: "arithmetic", align: "left", cell: (row) => row.arithmetic },
    { heading: "threads", cell: (row) => row.threads },
    { heading: "seconds", cell: (row) => fixed(2, row.seconds) },
    { heading: "median", cell: (row) => fixed(2, row.medianSeconds) },
    { heading: "GFLOP/s", cell: (row) => fixed(1, row.gflops) },
  ],
);
printQuestions(questions);
printIndexes(indexes);
mkdirSync(BENCH_OUTPUT, { recursive: true });
const path = join(BENCH_OUTPUT, "lists.json");
writeFileSync(
  path,
  `${JSON.stringify({ machine, commit, factors: FACTORS, cutoffs: CUTOFFS, lists: rows, questions, indexes }, null, 2)}\n`,
);
progress(`wrote ${path}`);
