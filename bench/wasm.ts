// npm run bench:wasm [-- --quick | --full]: the kernels against the machine's measured peak, and whole epochs against
// plain TypeScript. Prints tables and writes build/bench/wasm.json. --quick ends within a minute; --full adds epochs at
// MovieLens-20M's size.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { syntheticWorld } from "../src/synthetic/index.js";
import { PRECISIONS } from "./arithmetic.js";
import { type EpochRow, type EpochTask, timeEpochs } from "./epochs.js";
import { peakOf, timeKernels } from "./kernel-rows.js";
import { hasBuild } from "./kernels.js";
import { describeCommit, describeMachine } from "./machine.js";
import { BENCH_OUTPUT } from "./paths.js";
import type { Peak } from "./peak/measure.js";
import { printEpochs, printKernels, printPeaks } from "./report.js";

interface Shape {
  readonly name: string;
  readonly users: number;
  readonly items: number;
  readonly ratings: number;
}

/** MovieLens-1M's shape, and MovieLens-20M's with a tenth of the ratings held out. */
const ONE_MILLION: Shape = { name: "1m", users: 6_040, items: 3_706, ratings: 1_000_000 };
const TWENTY_MILLION: Shape = { name: "20m", users: 138_493, items: 26_744, ratings: 18_000_000 };

const PLAIN_TASK = { arithmetic: "default", biases: "none", baselines: true } as const;

function quickTasks(): EpochTask[] {
  return PRECISIONS.map((precision) => ({ ...PLAIN_TASK, factors: 64, precision, rounds: 1 }));
}

function usualTasks(): EpochTask[] {
  return [16, 32, 64, 128].flatMap((factors) =>
    PRECISIONS.flatMap((precision): EpochTask[] => {
      const own = { ...PLAIN_TASK, factors, precision, baselines: false, rounds: 3 };
      return [
        // At 128 factors a round takes the plain baseline most of a minute.
        { ...PLAIN_TASK, factors, precision, rounds: factors > 64 ? 1 : 3 },
        ...(hasBuild("relaxed") ? [{ ...own, arithmetic: "relaxed" } as const] : []),
        { ...own, biases: "full" },
      ];
    }),
  );
}

function fullTasks(): EpochTask[] {
  return [32, 64].flatMap((factors) =>
    PRECISIONS.map((precision) => ({
      factors,
      precision,
      arithmetic: "default",
      biases: "full",
      baselines: false,
      rounds: 2,
    })),
  );
}

async function timeShape(
  shape: Shape,
  tasks: readonly EpochTask[],
  peaks: readonly Peak[],
): Promise<EpochRow[]> {
  const { name, ...size } = shape;
  const { ratings } = await syntheticWorld({ ...size, seed: 1 });
  progress(`generated ${name}`);
  const rows: EpochRow[] = [];
  for (const task of tasks) {
    const build = task.arithmetic === "relaxed" ? "relaxed" : "simd";
    rows.push(await timeEpochs(name, ratings, task, peakOf(peaks, build, task.precision)));
    progress(
      `${name}, ${task.factors} factors, ${task.precision}, ${task.arithmetic}, biases ${task.biases}`,
    );
  }
  return rows;
}

function progress(what: string): void {
  console.error(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${what}`);
}

const { quick, full } = parseArgs({
  options: { quick: { type: "boolean", default: false }, full: { type: "boolean", default: false } },
}).values;
const machine = describeMachine();
const commit = describeCommit() ?? null;
console.log(
  `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.os}, commit ${commit ?? "unknown"}`,
);

const { peaks, kernels } = await timeKernels(quick);
progress("kernels");
printPeaks(peaks);
printKernels(kernels);
const epochs = await timeShape(ONE_MILLION, quick ? quickTasks() : usualTasks(), peaks);
if (full) epochs.push(...(await timeShape(TWENTY_MILLION, fullTasks(), peaks)));
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
