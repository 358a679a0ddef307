// npm run bench:peers-quality: ranking quality beside implicit (PyPI) at translated options, on the same splits by the same
// judge; tuned options of this package beside them. Likes (4 stars and more), a fifth of each user's held out, seeds 1–5:
// MovieLens ml-latest-small, where ALTERNANT_DATA names a folder that holds it, and a generated world. Writes
// build/bench/peers-quality.json.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AlsOptions } from "../../src/als/index.js";
import { readRatings } from "../../src/node/index.js";
import type { Ratings } from "../../src/ratings/index.js";
import { syntheticWorld } from "../../src/synthetic/index.js";
import { describeCommit, describeMachine } from "../machine.js";
import { BENCH_OUTPUT, ROOT } from "../paths.js";
import { fixed, printTable } from "../table.js";
import { mean } from "../timing.js";
import { Contender } from "./contender.js";
import { type DataSet, likesOf, writeDataSet } from "./data.js";
import { judge, POPULARITY, type Quality } from "./judge.js";
import { type Peers, preparePeers } from "./python.js";
import { commandOf, type Entrant, THREADS } from "./tasks.js";

const SEEDS = [1, 2, 3, 4, 5];
/** Random starts of each split: implicit's own move its recall by 1 %, so one alone says little. */
const STARTS = [1, 2, 3];
const HELD_OUT = 0.2;
const EPOCHS = 15;
const WORLD = { users: 2_000, items: 1_500, ratings: 200_000 };
/** implicit's defaults, and what serves these data better. */
const PARAMS = [
  { factors: 32, regularization: 0.01, alpha: 1 },
  { factors: 32, regularization: 10, alpha: 1 },
  { factors: 32, regularization: 10, alpha: 10 },
];
/** The best of each form on MovieLens in a sweep (npm run bench:implicit-quality). */
const TUNED: readonly (readonly [name: string, options: AlsOptions])[] = [
  ["tuned, weights of observed pairs", { confidence: { alpha: 1 }, scaling: 0.5, regularization: 3 }],
  [
    "tuned, weights of unobserved pairs",
    { unobservedWeight: 0.1, scaling: 0.5, scalingStar: 1, regularization: 0.03 },
  ],
];

interface Pair extends Omit<Entrant, "task"> {
  /** What it stands beside: both of a pair train the same. */
  readonly params: string;
  /** What it is started with for a random start. */
  readonly begin: (start: number) => object;
}

function entrants(): Pair[] {
  const pairs = PARAMS.flatMap((given) =>
    [false, true].flatMap((use_cg): Pair[] => {
      const params = { ...given, use_cg };
      const name = `α ${given.alpha}, λ ${given.regularization}, ${use_cg ? "3 CG steps" : "Cholesky"}`;
      return [
        {
          name: "implicit",
          library: "implicit",
          params: name,
          begin: (random_state) => ({ params: { ...params, random_state } }),
        },
        {
          name: "alternant",
          library: "alternant",
          params: name,
          begin: (random_state) => ({ library: "implicit", params: { ...params, random_state } }),
        },
      ];
    }),
  );
  const tuned = TUNED.map(
    ([name, options]): Pair => ({
      name: "alternant",
      library: "alternant",
      params: name,
      begin: (seed) => ({
        library: null,
        options: { feedback: "implicit", factors: 32, precision: "float32", seed, ...options },
      }),
    }),
  );
  return [...pairs, ...tuned];
}

/** Trains an entrant to the end. Resolves to the folder of its factors. */
async function trained(data: DataSet, entrant: Pair, start: number, peers: Peers): Promise<string> {
  const order = { library: entrant.library, data: data.folder, threads: THREADS, ...entrant.begin(start) };
  const contender = await Contender.start(commandOf(entrant, peers), order);
  const folder = join(ROOT, "build/peers/factors", data.name, entrant.params, entrant.name, String(start));
  await contender.train(EPOCHS);
  await contender.write(folder);
  await contender.end();
  return folder;
}

interface Row extends Quality {
  readonly data: string;
  readonly params: string;
  readonly entrant: string;
  /** This over implicit's at the same parameters. */
  readonly recallRatio: number | null;
  readonly ndcgRatio: number | null;
}

async function rowsOf(name: string, ratings: Ratings, peers: Peers): Promise<Row[]> {
  const all = entrants();
  const likes = likesOf(ratings);
  const results: Quality[][] = [];
  for (const seed of SEEDS) {
    const { train, test } = likes.leaveOut({ perUser: HELD_OUT, seed });
    const data = writeDataSet(`${name}-seed-${seed}`, train, test);
    for (const start of STARTS) {
      const folders: string[] = [];
      for (const entrant of all) folders.push(await trained(data, entrant, start, peers));
      results.push(judge(data, "ranking", [...folders, POPULARITY], peers));
    }
    console.error(`${name}: seed ${seed} done`);
  }
  const rows = [...all, { name: POPULARITY, params: "–" }].map(({ name: entrant, params }, i) => ({
    data: name,
    params,
    entrant,
    recall20: mean(results.map((one) => one[i]!.recall20!)),
    ndcg10: mean(results.map((one) => one[i]!.ndcg10!)),
  }));
  return rows.map((row) => {
    const theirs = rows.find(({ params, entrant }) => params === row.params && entrant === "implicit");
    const beside = row.entrant === "alternant" ? theirs : undefined;
    return {
      ...row,
      recallRatio: beside ? row.recall20 / beside.recall20 : null,
      ndcgRatio: beside ? row.ndcg10 / beside.ndcg10 : null,
    };
  });
}

async function main(): Promise<void> {
  const peers = preparePeers();
  if (typeof peers === "string") {
    console.log(`Skipped: ${peers}`);
    return;
  }
  const rows: Row[] = [];
  const { ALTERNANT_DATA: folder } = process.env;
  if (folder) {
    const ratings = await readRatings(join(folder, "ml-latest-small", "ratings.csv"));
    rows.push(...(await rowsOf("ml-latest-small", ratings, peers)));
  } else console.log("Without MovieLens: ALTERNANT_DATA names no folder.");
  rows.push(
    ...(await rowsOf("generated-2000", (await syntheticWorld({ ...WORLD, seed: 1 })).ratings, peers)),
  );
  printTable(
    `Ranking quality beside implicit, K = 32, ${EPOCHS} epochs, float32, means over splits ${SEEDS.join(", ")} and starts ${STARTS.join(", ")}`,
    rows,
    [
      { heading: "data", align: "left", cell: (row) => row.data },
      { heading: "parameters", align: "left", cell: (row) => row.params },
      { heading: "who", align: "left", cell: (row) => row.entrant },
      { heading: "Recall@20", cell: (row) => fixed(4, row.recall20) },
      { heading: "to implicit's", cell: (row) => fixed(3, row.recallRatio) },
      { heading: "NDCG@10", cell: (row) => fixed(4, row.ndcg10) },
      { heading: "to implicit's", cell: (row) => fixed(3, row.ndcgRatio) },
    ],
  );
  mkdirSync(BENCH_OUTPUT, { recursive: true });
  const facts = {
    machine: describeMachine(),
    commit: describeCommit() ?? null,
    versions: peers.versions,
    rows,
  };
  writeFileSync(join(BENCH_OUTPUT, "peers-quality.json"), `${JSON.stringify(facts, null, 1)}\n`);
}

await main();
