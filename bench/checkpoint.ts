// npm run bench:checkpoint [-- --quick]: what a checkpoint costs at MovieLens-20M's shape, on two threads: seconds of the first
// epoch.checkpoint() of a training, which looks at every rating for their hash, and of later ones; of saveCheckpoint, which syncs;
// of loadCheckpoint; and the bytes, beside the seconds of an epoch. Prints a table and writes build/bench/checkpoint.json.
// --quick takes a tenth of the ratings.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ALS } from "../src/als/index.js";
import { Engine } from "../src/kernel/index.js";
import { loadCheckpoint, saveCheckpoint } from "../src/node/checkpoints.js";
import { syntheticWorld } from "../src/synthetic/index.js";
import { tellWhere } from "./machine.js";
import { BENCH_OUTPUT } from "./paths.js";
import { progress } from "./shapes.js";
import { fixed, printTable } from "./table.js";
import { median, min } from "./timing.js";

const FULL = { users: 138_493, items: 26_744, ratings: 20_000_263 };
const QUICK = { users: 13_849, items: 8_000, ratings: 2_000_000 };
const THREADS = 2;
const EPOCHS = 6;
const TRAINING = [
  { factors: 32, precision: "float64" },
  { factors: 32, precision: "float32" },
  { factors: 64, precision: "float32" },
] as const;

interface CheckpointRow {
  readonly what: string;
  readonly bytes: number;
  readonly epochSeconds: number;
  /** `epoch.checkpoint()`: the first of the ratings' first training, then all others. */
  readonly firstSeconds: number;
  readonly laterSeconds: number;
  readonly saveSeconds: number;
  readonly loadSeconds: number;
}

const { quick } = parseArgs({ options: { quick: { type: "boolean", default: false } } }).values;
const shape = quick ? QUICK : FULL;
const { machine, commit } = tellWhere();
const load = loadavg()[0]!;
const engine = await Engine.create({ threads: THREADS });
const rows: CheckpointRow[] = [];
for (const { factors, precision } of TRAINING) {
  // Ratings of their own: those that have been hashed once are not hashed again.
  const { ratings } = await syntheticWorld({ ...shape, seed: 1 });
  progress(`generated for K = ${factors}, ${precision}`);
  const folder = mkdtempSync(join(BENCH_OUTPUT, "checkpoint-"));
  const epochs: number[] = [];
  const taken: number[] = [];
  const saved: number[] = [];
  let bytes = 0;
  const als = new ALS({ factors, precision, epochs: EPOCHS, history: "none" });
  await als.fit(ratings, {
    engine,
    onEpoch: async (event) => {
      epochs.push(event.seconds);
      const checkpoint = await timed(taken, () => event.checkpoint());
      bytes = checkpoint.length;
      await timed(saved, () => saveCheckpoint(checkpoint, folder));
    },
  });
  const loaded: number[] = [];
  await timed(loaded, () => loadCheckpoint(folder));
  rmSync(folder, { recursive: true });
  rows.push({
    what: `K = ${factors}, ${precision}`,
    bytes,
    epochSeconds: min(epochs),
    firstSeconds: taken[0]!,
    laterSeconds: median(taken.slice(1)),
    saveSeconds: median(saved),
    loadSeconds: loaded[0]!,
  });
}
await engine.dispose();

printTable(
  `Checkpoints, ${shape.ratings.toLocaleString("en-US")} ratings, ${THREADS} threads; load before: ${load.toFixed(1)}`,
  rows,
  [
    { heading: "model", align: "left", cell: (row) => row.what },
    { heading: "MB", cell: (row) => fixed(0, row.bytes / 1e6) },
    { heading: "epoch, s", cell: (row) => fixed(2, row.epochSeconds) },
    { heading: "first, s", cell: (row) => fixed(2, row.firstSeconds) },
    { heading: "later, s", cell: (row) => fixed(2, row.laterSeconds) },
    { heading: "saved, s", cell: (row) => fixed(2, row.saveSeconds) },
    { heading: "loaded, s", cell: (row) => fixed(2, row.loadSeconds) },
  ],
);
const path = join(BENCH_OUTPUT, "checkpoint.json");
writeFileSync(
  path,
  `${JSON.stringify({ machine, commit, load, ...shape, threads: THREADS, rows }, null, 2)}\n`,
);
console.log(`wrote ${path}`);

async function timed<T>(seconds: number[], run: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await run();
  seconds.push((performance.now() - began) / 1000);
  return result;
}
