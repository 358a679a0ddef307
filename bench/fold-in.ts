// npm run bench:fold-in [-- --quick]: one person folded in, with 50 ratings at K = 64, and recommended to, into models of
// MovieLens-20M's size; what the first call takes; and reasons; in Node and in a page of Chromium. Prints a table and writes
// build/bench/fold-in.json. --quick takes MovieLens-1M's size.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { tellWhere } from "./machine.js";
import { BENCH_OUTPUT } from "./paths.js";
import { timeInChromium } from "./people/chromium.js";
import { CALLS, FACTORS, RATINGS, timeFoldIns, WARM_UP } from "./people/fold-ins.js";
import { fixed, printTable } from "./table.js";

function progress(what: string): void {
  console.error(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${what}`);
}

const { quick } = parseArgs({ options: { quick: { type: "boolean", default: false } } }).values;
const { machine, commit } = tellWhere();
const shape = quick ? "1m" : "20m";
const node = (await timeFoldIns(shape)).map((row) => ({ host: "Node", ...row }));
progress("timed in Node");
const { rows: inPage, version: chromium } = await timeInChromium(shape);
const rows = [...node, ...inPage.map((row) => ({ host: "Chromium", ...row }))];
progress(`timed in Chromium ${chromium}`);
printTable(
  `A person of ${RATINGS} ratings folded in, ${FACTORS} factors (milliseconds; ${CALLS} calls after ${WARM_UP})`,
  rows,
  [
    { heading: "host", align: "left", cell: (row) => row.host },
    { heading: "shape", align: "left", cell: (row) => row.shape },
    { heading: "feedback", align: "left", cell: (row) => row.feedback },
    { heading: "biases", align: "left", cell: (row) => row.biases },
    { heading: "precision", align: "left", cell: (row) => row.precision },
    { heading: "arithmetic", align: "left", cell: (row) => row.arithmetic },
    { heading: "first call", cell: (row) => fixed(1, row.first) },
    { heading: "p50", cell: (row) => fixed(4, row.p50) },
    { heading: "p99", cell: (row) => fixed(4, row.p99) },
    { heading: "with 10 best", cell: (row) => fixed(2, row.recommend) },
    { heading: "explain", cell: (row) => fixed(2, row.explain) },
  ],
);
mkdirSync(BENCH_OUTPUT, { recursive: true });
const path = join(BENCH_OUTPUT, "fold-in.json");
writeFileSync(
  path,
  `${JSON.stringify({ machine, chromium, commit, factors: FACTORS, ratings: RATINGS, calls: CALLS, foldIns: rows }, null, 2)}\n`,
);
progress(`wrote ${path}`);
