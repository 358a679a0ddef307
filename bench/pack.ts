// npm run bench:pack [-- --quick]: 100 million ratings packed by `alternant pack`, and epochs at K = 32 in float32 on the packed
// file and on the same ratings in memory, in turn, each in a process of its own: seconds, and all that the process had resident
// at its peak. Prints a table and writes build/bench/pack.json; ends with 1 where a limit is missed. --quick takes a tenth of the
// ratings. Asks for the free disk first.
import { mkdirSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { logFile } from "./log-file.js";
import { tellWhere } from "./machine.js";
import { measured } from "./measured.js";
import { BENCH_OUTPUT } from "./paths.js";
import { fixed, printTable } from "./table.js";
import { median, min } from "./timing.js";

const FULL = { users: 480_189, items: 17_770, ratings: 100_480_507 };
const QUICK = { users: 48_019, items: 17_770, ratings: 10_048_051 };
/** Text, packed file, and what packing has on disk for a while. */
const DISK_BYTES_PER_RATING = 20 + 17 + 44;
const RESIDENT_LIMIT = 1.5 * 2 ** 30;
const RATIO_LIMIT = 1.3;
const PACKED_PER_SECOND = 1e6;
const FACTORS = 32;
const EPOCHS = 2;
const ROUNDS = 3;
const MB = 1e6;

interface PackRow {
  readonly what: string;
  readonly seconds: number;
  readonly ratingsPerSecond: number;
  readonly peakMB: number;
}

const { quick } = parseArgs({ options: { quick: { type: "boolean", default: false } } }).values;
const shape = quick ? QUICK : FULL;
const { ratings } = shape;
const { machine, commit } = tellWhere();
mkdirSync(BENCH_OUTPUT, { recursive: true });
const { bavail, bsize } = statfsSync(BENCH_OUTPUT);
const [free, wanted] = [bavail * bsize, DISK_BYTES_PER_RATING * ratings];
if (free < wanted) {
  console.error(
    `${(wanted / 1e9).toFixed(1)} GB of disk are needed under ${BENCH_OUTPUT}, and ${(free / 1e9).toFixed(1)} GB are free: not run.`,
  );
  process.exit(1);
}
const csv = await logFile(shape);
const out = join(BENCH_OUTPUT, `packed-${ratings}.safetensors`);
const load = loadavg()[0]!;

const packing = await measured(["build/lib/cli.js", "pack", csv, "--out", out, "--json"]);
const { seconds: packSeconds } = JSON.parse(packing.stdout) as { seconds: number };
const rowOf = (what: string, seconds: number, peak: number): PackRow => ({
  what,
  seconds,
  ratingsPerSecond: ratings / seconds,
  peakMB: peak / MB,
});
const rows = [rowOf("alternant pack", packSeconds, packing.peak)];

const epochs: Record<"file" | "memory", { readonly seconds: number; readonly peak: number }[]> = {
  file: [],
  memory: [],
};
let threads = 0;
for (let round = 0; round < ROUNDS; round++)
  for (const where of ["file", "memory"] as const) {
    const args = ["bench/pack-train.mjs", out, where, String(FACTORS), String(EPOCHS)];
    const { stdout, peak } = await measured(args);
    const run = JSON.parse(stdout) as { seconds: number[]; threads: number };
    threads = run.threads;
    epochs[where].push({ seconds: min(run.seconds), peak });
  }
for (const where of ["file", "memory"] as const) {
  const seconds = min(epochs[where].map((run) => run.seconds));
  const peak = Math.max(...epochs[where].map((run) => run.peak));
  rows.push(rowOf(`epoch, K = ${FACTORS}, float32, ${threads} threads, from ${where}`, seconds, peak));
}
/** Medians of quotients of neighbours in time. */
const ratio = median(epochs.file.map(({ seconds }, round) => seconds / epochs.memory[round]!.seconds));

printTable(
  `${ratings.toLocaleString("en-US")} ratings, ${(statSync(csv).size / MB).toFixed(0)} MB of CSV in the order of time, ${(statSync(out).size / MB).toFixed(0)} MB packed; an epoch from the file takes ${ratio.toFixed(2)}× that in memory; load before: ${load.toFixed(1)}`,
  rows,
  [
    { heading: "what", align: "left", cell: (row) => row.what },
    { heading: "seconds", cell: (row) => fixed(2, row.seconds) },
    { heading: "M ratings/s", cell: (row) => fixed(2, row.ratingsPerSecond / 1e6) },
    { heading: "peak MB", cell: (row) => fixed(0, row.peakMB) },
  ],
);
const path = join(BENCH_OUTPUT, "pack.json");
writeFileSync(
  path,
  `${JSON.stringify({ machine, commit, load, ...shape, csvBytes: statSync(csv).size, packedBytes: statSync(out).size, threads, ratio, rows, epochs }, null, 2)}\n`,
);
console.log(`wrote ${path}`);

const missed = [
  ...rows
    .slice(0, 2)
    .flatMap(({ what, peakMB }) =>
      peakMB * MB > RESIDENT_LIMIT ? [`${what}: ${peakMB.toFixed(0)} MB resident`] : [],
    ),
  ...(rows[0]!.ratingsPerSecond < PACKED_PER_SECOND
    ? [`pack: ${rows[0]!.ratingsPerSecond.toFixed(0)} ratings a second`]
    : []),
  ...(ratio > RATIO_LIMIT ? [`an epoch from the file takes ${ratio.toFixed(2)}× that in memory`] : []),
];
for (const what of missed) console.error(`missed: ${what}`);
if (missed.length > 0) process.exitCode = 1;
