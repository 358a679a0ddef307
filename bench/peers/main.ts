// npm run bench:peers [-- --quick]: this package beside implicit and cmfrec (PyPI) on the same data, split, factors and
// threads, in the same run, taking turns; the best items of all users beside implicit's, from the same factors; and its SVD beside
// SciPy's and scikit-learn's, to the same residual. Prints a table and writes build/bench/peers.json. --quick takes small data;
// --data TEXT and --task TEXT only those whose name has the text.
// MovieLens ml-latest-small is measured too where ALTERNANT_DATA names a folder that holds it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readRatings } from "../../src/node/index.js";
import type { Ratings } from "../../src/ratings/index.js";
import { syntheticWorld } from "../../src/synthetic/index.js";
import { describeCommit, describeMachine } from "../machine.js";
import { BENCH_OUTPUT, ROOT } from "../paths.js";
import { fixed, printTable } from "../table.js";
import { median, min } from "../timing.js";
import { Contender } from "./contender.js";
import { type DataSet, likesOf, writeDataSet } from "./data.js";
import { judge, POPULARITY, type Quality } from "./judge.js";
import { type Peers, preparePeers } from "./python.js";
import {
  commandOf,
  type Entrant,
  listsTask,
  SVD_TOLERANCE,
  svdTask,
  type Task,
  THREADS,
  tasksFor,
} from "./tasks.js";

const MB = 1e6;
/** So many ratings that MovieLens-20M's number is left to train on. */
const FULL = { name: "20m", users: 138_493, items: 26_744, ratings: 22_222_514 };
const MIDDLE = { name: "1m", users: 6_040, items: 3_706, ratings: 1_111_111 };
const QUICK = { name: "100k", users: 1_000, items: 1_500, ratings: 111_111 };
const TEST = 0.1;
/** The share of a generated world's ratings that are likes: so many more are generated for implicit feedback. */
const LIKES = 0.4276;

/** What an entrant came to, by epoch, or by decomposition or lists of all users where the task is that. Seconds are the fastest of all rounds, the ratio is the median of the rounds' quotients. */
interface Row extends Quality {
  readonly data: string;
  readonly train: number;
  readonly factors: number;
  readonly precision: "float32";
  readonly threads: number;
  readonly task: string;
  readonly entrant: string;
  readonly secondsPerEpoch: number | null;
  readonly medianSecondsPerEpoch: number | null;
  /** This package's seconds ÷ this entrant's. */
  readonly oursToThis: number | null;
  readonly epochs: number | null;
  readonly peakMB: number | null;
}

interface Run {
  readonly entrant: Entrant;
  readonly seconds: readonly number[];
  readonly peak: number;
  readonly folder: string;
}

/** Trains a task's entrants in turns. */
async function compete(data: DataSet, task: Task, peers: Peers): Promise<Run[]> {
  const entrants = task.entrants.filter(
    ({ library }) => library === "alternant" || peers.versions[library] !== undefined,
  );
  const started: { entrant: Entrant; contender: Contender; seconds: number[] }[] = [];
  for (const entrant of entrants) {
    const order = { library: entrant.library, data: data.folder, threads: THREADS, ...entrant.task };
    started.push({
      entrant,
      contender: await Contender.start(commandOf(entrant, peers), order),
      seconds: [],
    });
  }
  for (let round = 0; round <= task.rounds; round++) {
    for (const { contender, seconds } of started) {
      const epochs = await contender.train(1);
      if (round > 0) seconds.push(...epochs);
    }
    console.error(`${data.name}, ${task.name}: round ${round} of ${task.rounds}`);
  }
  const runs: Run[] = [];
  for (const { entrant, contender, seconds } of started) {
    const folder = join(ROOT, "build/peers/factors", data.name, task.name, entrant.name);
    await contender.write(folder);
    runs.push({ entrant, seconds, peak: await contender.end(), folder });
  }
  return runs;
}

async function rowsOf(data: DataSet, factors: number, task: Task, peers: Peers): Promise<Row[]> {
  const runs = await compete(data, task, peers);
  const popularity = task.judge === "ranking" ? [POPULARITY] : [];
  const qualities = judge(data, task.judge, [...runs.map(({ folder }) => folder), ...popularity], peers);
  const ours = runs[0]!.seconds;
  const shared = {
    data: data.name,
    train: data.train,
    factors,
    precision: "float32",
    threads: THREADS,
  } as const;
  const rows = runs.map(({ entrant, seconds, peak }, i): Row => {
    const quotients = seconds.map((own, round) => ours[round]! / own);
    return {
      ...shared,
      task: task.name,
      entrant: entrant.name,
      secondsPerEpoch: min(seconds),
      medianSecondsPerEpoch: median(seconds),
      oursToThis: i === 0 ? null : median(quotients),
      epochs: task.rounds + 1,
      peakMB: peak / MB,
      ...qualities[i]!,
    };
  });
  const nothing = {
    secondsPerEpoch: null,
    medianSecondsPerEpoch: null,
    oursToThis: null,
    epochs: null,
    peakMB: null,
  };
  const last = popularity.map(
    (entrant): Row => ({ ...shared, task: task.name, entrant, ...nothing, ...qualities.at(-1)! }),
  );
  return [...rows, ...last];
}

/** A generated world's ratings, or as many likes. Taste shows in who likes what, not in who rates what. */
async function generated(
  name: string,
  { users, items, ratings: count }: typeof FULL,
  likes: boolean,
): Promise<DataSet> {
  const shape = { users, items, ratings: likes ? Math.round(count / LIKES) : count };
  const { ratings } = await syntheticWorld({ ...shape, seed: 1 });
  return written(name, ratings, likes);
}

async function movieLens(folder: string, likes: boolean): Promise<DataSet> {
  return written("ml-latest-small", await readRatings(join(folder, "ml-latest-small", "ratings.csv")), likes);
}

function written(name: string, ratings: Ratings, likes: boolean): DataSet {
  const [train, test] = (likes ? likesOf(ratings) : ratings).split({ test: TEST, seed: 1 });
  return writeDataSet(`${name}-${likes ? "likes" : "ratings"}`, train, test);
}

function report(rows: readonly Row[]): void {
  const how = `float32, ${THREADS} threads (fastest round; ratio: median of the rounds' quotients)`;
  const epochs = rows.filter(({ residual, listed }) => residual === undefined && listed === undefined);
  if (epochs.length > 0)
    printTable(`Epochs beside peers, ${how}`, epochs, [
      { heading: "data", align: "left", cell: (row) => row.data },
      { heading: "task", align: "left", cell: (row) => row.task },
      { heading: "factors", cell: (row) => row.factors },
      { heading: "who", align: "left", cell: (row) => row.entrant },
      { heading: "epoch s", cell: (row) => fixed(3, row.secondsPerEpoch) },
      { heading: "median", cell: (row) => fixed(3, row.medianSecondsPerEpoch) },
      { heading: "ours ÷ this", cell: (row) => fixed(2, row.oursToThis) },
      { heading: "epochs", cell: (row) => row.epochs ?? undefined },
      { heading: "Recall@20", cell: (row) => fixed(4, row.recall20) },
      { heading: "NDCG@10", cell: (row) => fixed(4, row.ndcg10) },
      { heading: "RMSE", cell: (row) => fixed(4, row.rmse) },
      { heading: "peak MB", cell: (row) => fixed(0, row.peakMB) },
    ]);
  const lists = rows.filter(({ listed }) => listed !== undefined);
  if (lists.length > 0)
    printTable(`Lists of all users beside peers, from the same factors, ${how}`, lists, [
      { heading: "data", align: "left", cell: (row) => row.data },
      { heading: "task", align: "left", cell: (row) => row.task },
      { heading: "factors", cell: (row) => row.factors },
      { heading: "who", align: "left", cell: (row) => row.entrant },
      { heading: "seconds", cell: (row) => fixed(2, row.secondsPerEpoch) },
      { heading: "median", cell: (row) => fixed(2, row.medianSecondsPerEpoch) },
      { heading: "ours ÷ this", cell: (row) => fixed(2, row.oursToThis) },
      { heading: "of the exact best", cell: (row) => fixed(5, row.listed) },
      { heading: "peak MB", cell: (row) => fixed(0, row.peakMB) },
    ]);
  const decompositions = rows.filter(({ residual }) => residual !== undefined);
  if (decompositions.length > 0)
    printTable(
      `Truncated SVDs beside peers, residuals of at most ${SVD_TOLERANCE} of σ₁, ${how}`,
      decompositions,
      [
        { heading: "data", align: "left", cell: (row) => row.data },
        { heading: "factors", cell: (row) => row.factors },
        { heading: "who", align: "left", cell: (row) => row.entrant },
        { heading: "seconds", cell: (row) => fixed(2, row.secondsPerEpoch) },
        { heading: "median", cell: (row) => fixed(2, row.medianSecondsPerEpoch) },
        { heading: "ours ÷ this", cell: (row) => fixed(2, row.oursToThis) },
        { heading: "residual ÷ σ₁", cell: (row) => row.residual?.toExponential(1) },
        { heading: "PᵀP − I", cell: (row) => row.apart?.toExponential(0) },
        { heading: "peak MB", cell: (row) => fixed(0, row.peakMB) },
      ],
    );
}

async function main(): Promise<void> {
  const {
    quick,
    data: onlyData,
    task: onlyTask,
  } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      data: { type: "string", default: "" },
      task: { type: "string", default: "" },
    },
  }).values;
  const peers = preparePeers();
  if (typeof peers === "string") {
    console.log(`Skipped: ${peers}`);
    return;
  }
  const machine = describeMachine();
  const commit = describeCommit() ?? null;
  const versions = Object.entries(peers.versions).map(([name, version]) => `${name} ${version}`);
  console.log(
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${versions.join(", ")}, commit ${commit}`,
  );
  if (peers.versions["cmfrec"] === undefined) console.log("Skipped: cmfrec is not installed.");
  const { ALTERNANT_DATA: folder } = process.env;
  const shapes = quick
    ? [{ ...QUICK, factors: 32, rounds: 3 }]
    : [
        { ...MIDDLE, factors: 64, rounds: 9 },
        { ...FULL, factors: 64, rounds: 4 },
      ];
  const plan = [
    ...(folder
      ? [
          {
            name: "ml-latest-small",
            data: (likes: boolean) => movieLens(folder, likes),
            factors: 32,
            rounds: 9,
          },
        ]
      : []),
    ...shapes.map(({ factors, rounds, ...shape }) => {
      const name = `generated-${shape.name}`;
      return { name, data: (likes: boolean) => generated(name, shape, likes), factors, rounds };
    }),
  ].filter(({ name }) => name.includes(onlyData));
  const rows: Row[] = [];
  const path = join(BENCH_OUTPUT, "peers.json");
  mkdirSync(BENCH_OUTPUT, { recursive: true });
  for (const { name: dataName, data, factors, rounds } of plan) {
    const tasks = [
      ...tasksFor(factors, rounds),
      listsTask(factors, Math.max(3, Math.ceil(rounds / 2))),
      svdTask(factors, Math.ceil(rounds / 2), dataName),
    ].filter(({ name }) => name.includes(onlyTask));
    for (const likes of [true, false]) {
      const chosen = tasks.filter(({ judge }) => (judge === "ranking") === likes);
      if (chosen.length === 0) continue;
      const set = await data(likes);
      for (const task of chosen) {
        rows.push(...(await rowsOf(set, factors, task, peers)));
        // A run that is cut off after an hour leaves what it has measured.
        writeFileSync(
          path,
          `${JSON.stringify({ machine, commit, versions: peers.versions, rows }, null, 1)}\n`,
        );
      }
    }
  }
  report(rows);
  console.log(`\nWritten to ${path}`);
}

await main();
