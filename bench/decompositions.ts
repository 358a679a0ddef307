// npm run bench:decompositions [-- --quick]: seconds of model.svd() and model.canonical(), and of SVD by centring, precision and
// tolerance, at MovieLens-20M's size and K = 64, all cores, taking turns. Prints a table and writes
// build/bench/decompositions.json. --quick takes MovieLens-1M's size. What peers take for SVD is bench:peers's business.
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ALS } from "../src/als/index.js";
import { Engine } from "../src/kernel/index.js";
import { SVD, type SvdOptions } from "../src/svd/index.js";
import { hasBuild } from "./kernels.js";
import { describeCommit, describeMachine } from "./machine.js";
import { BENCH_OUTPUT } from "./paths.js";
import { generate, ONE_MILLION, progress, TWENTY_MILLION } from "./shapes.js";
import { fixed, printTable } from "./table.js";
import { type Candidate, interleave, median, min } from "./timing.js";

const FACTORS = 64;
const ROUNDS = 5;
const SVDS: readonly SvdOptions[] = [
  { center: "none", precision: "float32", tolerance: 1e-3 },
  { center: "none", precision: "float32", tolerance: 1e-5 },
  { center: "none", precision: "float64", tolerance: 1e-3 },
  { center: "biases", precision: "float32", tolerance: 1e-3 },
];

interface DecompositionRow {
  readonly shape: string;
  readonly job: string;
  /** Of factors and, for SVD, of products with ratings. */
  readonly precision: string;
  readonly arithmetic: string;
  readonly threads: number;
  readonly seconds: number;
  readonly medianSeconds: number;
  /** Largest residual of an axis, as a share of σ₁; of SVD. */
  readonly residual: number | null;
  /** Blocks of vectors that were multiplied. */
  readonly iterations: number | null;
}

async function main(): Promise<void> {
  const { quick } = parseArgs({ options: { quick: { type: "boolean", default: false } } }).values;
  const machine = describeMachine();
  const commit = describeCommit() ?? null;
  const threads = availableParallelism();
  const shape = quick ? ONE_MILLION : TWENTY_MILLION;
  console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, commit ${commit}`);
  const ratings = await generate(shape);
  const arithmetics = (await hasBuild("relaxed"))
    ? (["relaxed", "default"] as const)
    : (["default"] as const);
  const engines = await Promise.all(arithmetics.map((arithmetic) => Engine.create({ threads, arithmetic })));
  const model = await new ALS({ factors: FACTORS, epochs: 1, precision: "float32" }).fit(ratings, {
    engine: engines[0]!,
  });
  progress("trained one epoch");
  const rows: DecompositionRow[] = [];
  for (const [a, arithmetic] of arithmetics.entries()) {
    const engine = engines[a]!;
    const outcomes = new Map<string, { residual: number; iterations: number }>();
    const task = (job: string, precision: string, run: () => Promise<unknown>) => ({
      job,
      precision,
      run: async () => void (await run()),
    });
    const tasks = [
      task("model.svd()", "float64", () => model.svd({ engine })),
      task("model.canonical()", "float64", () => model.canonical({ engine })),
      ...SVDS.map((options) => {
        const job = `SVD, center "${options.center}", tolerance ${options.tolerance}, ${options.precision}`;
        return task(job, options.precision!, async () => {
          const { info } = await new SVD({ ...options, factors: FACTORS }).fit(ratings, { engine });
          outcomes.set(job, { residual: info.run.svd!.residual, iterations: info.run.epochs });
        });
      }),
    ];
    const candidates: Candidate[] = tasks.map(({ job, run }) => ({ name: job, run }));
    const timings = await interleave(candidates, { warmUps: 1, rounds: ROUNDS });
    progress(`measured ${arithmetic} arithmetic`);
    for (const [at, { job, precision }] of tasks.entries()) {
      const { seconds } = timings[at]!;
      rows.push({
        shape: shape.name,
        job,
        precision,
        arithmetic,
        threads,
        seconds: min(seconds),
        medianSeconds: median(seconds),
        residual: outcomes.get(job)?.residual ?? null,
        iterations: outcomes.get(job)?.iterations ?? null,
      });
    }
  }
  await Promise.all(engines.map((engine) => engine.dispose()));
  printTable(`Decompositions, K = ${FACTORS}, ${threads} threads (fastest of ${ROUNDS} rounds)`, rows, [
    { heading: "shape", align: "left", cell: (row) => row.shape },
    { heading: "job", align: "left", cell: (row) => row.job },
    { heading: "arithmetic", align: "left", cell: (row) => row.arithmetic },
    { heading: "seconds", cell: (row) => fixed(3, row.seconds) },
    { heading: "median", cell: (row) => fixed(3, row.medianSeconds) },
    { heading: "residual ÷ σ₁", cell: (row) => row.residual?.toExponential(1) },
    { heading: "blocks", cell: (row) => row.iterations ?? undefined },
  ]);
  const path = join(BENCH_OUTPUT, "decompositions.json");
  mkdirSync(BENCH_OUTPUT, { recursive: true });
  writeFileSync(path, `${JSON.stringify({ machine, commit, rows }, null, 1)}\n`);
  console.log(`\nWritten to ${path}`);
}

await main();
