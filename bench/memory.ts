// npm run bench:memory [-- --quick]: the peak resident memory of `alternant train` on a CSV file of MovieLens-20M's shape
// with string ids, and the time that reading takes, each in a process of its own. Prints a table and writes
// build/bench/memory.json; ends with 1 where a limit is exceeded. --quick takes a tenth of the ratings.
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { tellWhere } from "./machine.js";
import { measured } from "./measured.js";
import { BENCH_OUTPUT } from "./paths.js";
import { ratingsFile } from "./ratings-file.js";
import { fixed, printTable } from "./table.js";

const MB = 1e6;
/** What is promised: 40 bytes a rating and 250 MB for all else. */
const BYTES_PER_RATING = 40;
const REST_BYTES = 250 * MB;
const READING_SECONDS_20M = 25;

const FULL = { users: 138_493, items: 26_744, ratings: 20_000_263 };
const QUICK = { users: 13_849, items: 8_000, ratings: 2_000_000 };

const TRAINING: readonly { factors: number; precision: string; test: number | null }[] = [
  { factors: 32, precision: "float64", test: 0.1 },
  { factors: 32, precision: "float64", test: null },
  { factors: 64, precision: "float32", test: 0.1 },
  { factors: 64, precision: "float64", test: 0.1 },
];

interface MemoryRow {
  /** "read", or "train" and its options. */
  readonly what: string;
  readonly peakMB: number;
  /** All of the peak, divided by the ratings. */
  readonly bytesPerRating: number;
}

const { quick } = parseArgs({ options: { quick: { type: "boolean", default: false } } }).values;
const shape = quick ? QUICK : FULL;
const { ratings } = shape;
const { machine, commit } = tellWhere();
const file = await ratingsFile(shape);
const rowOf = (what: string, peak: number): MemoryRow => ({
  what,
  peakMB: peak / MB,
  bytesPerRating: peak / ratings,
});

const reading = await measured(["bench/memory-read.mjs", file]);
const readingSeconds = Number(reading.stdout);
const rows = [rowOf("read", reading.peak)];
for (const { factors, precision, test } of TRAINING) {
  const options = [
    "--factors",
    String(factors),
    "--precision",
    precision,
    ...(test ? ["--test", String(test)] : []),
  ];
  const out = ["--epochs", "1", "--out", join(BENCH_OUTPUT, "memory.safetensors"), "--json"];
  const { peak } = await measured(["build/lib/cli.js", "train", file, ...options, ...out]);
  rows.push(rowOf(`train ${options.join(" ")}`, peak));
}

const limitMB = (BYTES_PER_RATING * ratings + REST_BYTES) / MB;
const fileBytes = statSync(file).size;
printTable(
  `Peak resident memory, ${ratings.toLocaleString("en-US")} ratings, ${(fileBytes / MB).toFixed(0)} MB of CSV, read in ${readingSeconds.toFixed(1)} s; limit ${limitMB.toFixed(0)} MB`,
  rows,
  [
    { heading: "process", align: "left", cell: (row) => row.what },
    { heading: "peak MB", cell: (row) => fixed(0, row.peakMB) },
    { heading: "bytes a rating", cell: (row) => fixed(1, row.bytesPerRating) },
  ],
);
mkdirSync(BENCH_OUTPUT, { recursive: true });
const path = join(BENCH_OUTPUT, "memory.json");
writeFileSync(
  path,
  `${JSON.stringify({ machine, commit, ...shape, fileBytes, readingSeconds, limitMB, rows }, null, 2)}\n`,
);
console.log(`wrote ${path}`);

const over = rows.filter((row) => row.peakMB > limitMB).map((row) => row.what);
const slow = readingSeconds > (READING_SECONDS_20M * ratings) / FULL.ratings;
if (over.length > 0 || slow) {
  for (const what of over) console.error(`${what}: more than ${limitMB.toFixed(0)} MB`);
  if (slow) console.error(`read: more than ${READING_SECONDS_20M} s for 20 million ratings`);
  process.exitCode = 1;
}
