// npm run bench:wasm [-- --quick | --full]: the kernels against the machine's measured peak, and whole epochs against
// plain TypeScript. Prints tables and writes build/bench/wasm.json. --quick ends within a minute; --full adds epochs at
// MovieLens-20M's size.
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PRECISIONS } from "./arithmetic.js";
import { type EpochRow, type EpochTask, type PeakOf, timeEpochs, timeTogether } from "./epochs.js";
import { peakOf, timeKernels } from "./kernel-rows.js";
import { hasBuild } from "./kernels.js";
import { tellWhere } from "./machine.js";
import { BENCH_OUTPUT } from "./paths.js";
import { printEpochs, printKernels, printPeaks } from "./report.js";
import { generate, ONE_MILLION, progress, TWENTY_MILLION } from "./shapes.js";

const THREADS = availableParallelism();
const PLAIN_TASK = { arithmetic: "default", biases: "none", threads: 1, baselines: true } as const;
/** The fastest arithmetic that this process has: relaxed, but for a Node that lacks it. */
const HAS_RELAXED = await hasBuild("relaxed");
const FAST = HAS_RELAXED ? "relaxed" : "default";

function quickTasks(): EpochTask[] {
  return PRECISIONS.flatMap((precision): EpochTask[] => {
    const task = { ...PLAIN_TASK, factors: 64, precision, rounds: 1 };
    return [task, { ...task, threads: THREADS, baselines: false }];
  });
}

function usualTasks(): EpochTask[] {
  return [16, 32, 64, 128].flatMap((factors) =>
    PRECISIONS.flatMap((precision): EpochTask[] => {
      const own = { ...PLAIN_TASK, factors, precision, baselines: false, rounds: 3 };
      return [
        // At 128 factors a round takes the plain baseline most of a minute.
        { ...PLAIN_TASK, factors, precision, rounds: factors > 64 ? 1 : 3 },
        ...(HAS_RELAXED ? [{ ...own, arithmetic: "relaxed" } as const] : []),
        { ...own, biases: "full" },
        { ...own, threads: THREADS },
      ];
    }),
  );
}

/** Tasks that are timed in the same rounds, each group's first being what the others are compared with. */
function fullGroups(): { tasks: EpochTask[]; rounds: number }[] {
  const base: EpochTask = {
    ...{ factors: 64, precision: "float32", arithmetic: FAST, biases: "none", threads: THREADS },
    ...{ baselines: false, rounds: 0 },
  };
  const inDefault = { ...base, arithmetic: "default" } as const;
  return [
    { tasks: [base, { ...base, threads: 1 }, { ...base, biases: "full" }], rounds: 7 },
    { tasks: [inDefault, { ...inDefault, biases: "full" }], rounds: 5 },
    ...[
      { ...base, factors: 32 },
      { ...base, precision: "float64" } as const,
      { ...base, factors: 32, precision: "float64" } as const,
    ].map((task) => ({ tasks: [task, { ...task, arithmetic: "default" } as const], rounds: 3 })),
  ];
}

async function timeOneMillion(tasks: readonly EpochTask[], peakOf: PeakOf): Promise<EpochRow[]> {
  const ratings = await generate(ONE_MILLION);
  const rows: EpochRow[] = [];
  for (const task of tasks) {
    rows.push(await timeEpochs(ONE_MILLION.name, ratings, task, peakOf));
    progress(`${ONE_MILLION.name}, ${nameOf(task)}`);
  }
  return rows;
}

async function timeTwentyMillion(peakOf: PeakOf): Promise<EpochRow[]> {
  const ratings = await generate(TWENTY_MILLION);
  const rows: EpochRow[] = [];
  for (const { tasks, rounds } of fullGroups()) {
    rows.push(...(await timeTogether(TWENTY_MILLION.name, ratings, tasks, rounds, peakOf)));
    progress(`${TWENTY_MILLION.name}, ${tasks.map(nameOf).join("; ")}`);
  }
  return rows;
}

function nameOf({ factors, precision, arithmetic, biases, threads }: EpochTask): string {
  return `${factors} factors, ${precision}, ${arithmetic}, biases ${biases}, ${threads} thread${threads === 1 ? "" : "s"}`;
}

const { quick, full } = parseArgs({
  options: { quick: { type: "boolean", default: false }, full: { type: "boolean", default: false } },
}).values;
const { machine, commit } = tellWhere();

const { peaks, kernels } = await timeKernels(quick);
progress("kernels");
printPeaks(peaks);
printKernels(kernels);
const peakOfTask: PeakOf = ({ arithmetic, precision }) =>
  peakOf(peaks, arithmetic === "relaxed" ? "relaxed" : "simd", precision);
const epochs = await timeOneMillion(quick ? quickTasks() : usualTasks(), peakOfTask);
if (full) epochs.push(...(await timeTwentyMillion(peakOfTask)));
printEpochs(epochs);

mkdirSync(BENCH_OUTPUT, { recursive: true });
const path = join(BENCH_OUTPUT, "wasm.json");
writeFileSync(path, `${JSON.stringify({ machine, commit, peak: peaks, kernels, epochs }, null, 2)}\n`);
progress(`wrote ${path}`);

const impossible = [...kernels, ...epochs].filter((row) => row.shareOfPeak > 1);
if (impossible.length > 0) {
  console.error(
    `A share above 100 % means that the measured peak is wrong: ${impossible
      .map((row) => `${"kernel" in row ? row.kernel : row.shape} at ${row.factors} factors, ${row.precision}`)
      .join("; ")}. Run again on a quieter machine, or add a faster kernel to bench/peak/family.ts.`,
  );
  process.exitCode = 1;
}
