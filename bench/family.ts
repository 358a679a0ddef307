// npm run bench:family [-- --quick]: epochs of each solver and kind of feedback, timed in the same rounds, and what the loss
// of blocks (iALS++) comes to in the time of an exact epoch. Prints tables and writes build/bench/family.json. --quick takes
// small ratings.
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ALS, type AlsOptions } from "../src/als/index.js";
import { Session } from "../src/als/session.js";
import { chooseMethod } from "../src/als/solver.js";
import { Engine } from "../src/kernel/index.js";
import type { Ratings } from "../src/ratings/index.js";
import { hasBuild } from "./kernels.js";
import { tellWhere } from "./machine.js";
import { BENCH_OUTPUT } from "./paths.js";
import { generate, ONE_MILLION, progress, type Shape, TWENTY_MILLION } from "./shapes.js";
import { fixed, printTable } from "./table.js";
import { interleave, median, min } from "./timing.js";

const THREADS = availableParallelism();
/** The fastest arithmetic that this process has: relaxed, but for a Node that lacks it. */
const FASTEST = (await hasBuild("relaxed")) ? "relaxed" : "default";
const IMPLICIT: AlsOptions = { feedback: "implicit", confidence: { alpha: 1 }, regularization: 0.1 };

interface Task {
  readonly name: string;
  readonly options: AlsOptions;
}

interface Row {
  readonly shape: string;
  readonly ratings: number;
  readonly factors: number;
  readonly task: string;
  readonly precision: "float32" | "float64";
  readonly arithmetic: string;
  readonly threads: number;
  readonly itemsSeconds: number;
  readonly usersSeconds: number;
  readonly secondsPerEpoch: number;
  readonly medianSecondsPerEpoch: number;
  /** This row's seconds ÷ the first row's, the median of the rounds' quotients. */
  readonly ratioToFirst: number;
}

interface LossRow {
  readonly task: string;
  readonly seconds: number;
  readonly loss: number;
}

const MANY: readonly Task[] = [
  { name: "explicit, exact", options: { biases: "none" } },
  { name: "implicit, exact", options: { ...IMPLICIT, solver: "cholesky" } },
  { name: "implicit, CG 3 steps", options: { ...IMPLICIT, solver: "cg" } },
  { name: "implicit, iALS++", options: { ...IMPLICIT, solver: "ials++" } },
];
const LARGE: readonly Task[] = [
  { name: "implicit, exact", options: { ...IMPLICIT, solver: "cholesky" } },
  { name: "implicit, iALS++", options: { ...IMPLICIT, solver: "ials++" } },
  { name: "implicit, CG 3 steps", options: { ...IMPLICIT, solver: "cg" } },
];

function open(ratings: Ratings, engine: Engine, task: Task, factors: number): Promise<Session> {
  const { options } = new ALS({ factors, precision: "float32", ...task.options });
  const source = { ratings, kept: ratings };
  const { method } = chooseMethod(options, ratings);
  return Session.open(engine, { options, source, mean: 0, method, what: "bench" }, undefined);
}

/** Times tasks in turn; each goes on from where its last epoch ended. */
async function time(
  shape: Shape,
  ratings: Ratings,
  tasks: readonly Task[],
  factors: number,
  rounds: number,
): Promise<Row[]> {
  const engine = await Engine.create({ threads: THREADS, arithmetic: FASTEST });
  const sessions: Session[] = [];
  try {
    for (const task of tasks) sessions.push(await open(ratings, engine, task, factors));
    const candidates = tasks.flatMap(({ name }, i) => [
      { name: `${name} items`, run: async () => void (await sessions[i]!.solveItems()) },
      { name: `${name} users`, run: async () => void (await sessions[i]!.solveUsers()) },
    ]);
    const timings = await interleave(candidates, { warmUps: 1, rounds });
    const epochs = tasks.map((_, i) =>
      timings[2 * i]!.seconds.map((seconds, round) => seconds + timings[2 * i + 1]!.seconds[round]!),
    );
    progress(`${shape.name}, K = ${factors}`);
    return tasks.map(({ name }, i) => ({
      shape: shape.name,
      ratings: ratings.count,
      factors,
      task: name,
      precision: "float32",
      arithmetic: engine.build.arithmetic,
      threads: engine.threads,
      itemsSeconds: min(timings[2 * i]!.seconds),
      usersSeconds: min(timings[2 * i + 1]!.seconds),
      secondsPerEpoch: min(epochs[i]!),
      medianSecondsPerEpoch: median(epochs[i]!),
      ratioToFirst: median(epochs[i]!.map((seconds, round) => seconds / epochs[0]![round]!)),
    }));
  } finally {
    for (const session of sessions) session.close();
    await engine.dispose();
  }
}

/** The loss of each task after epochs that together took about as long, beginning with one epoch of the first. */
async function lossAfterEqualTime(
  ratings: Ratings,
  tasks: readonly Task[],
  factors: number,
): Promise<LossRow[]> {
  const engine = await Engine.create({ threads: THREADS, arithmetic: FASTEST });
  const rows: LossRow[] = [];
  try {
    let budget = 0;
    for (const task of tasks) {
      const session = await open(ratings, engine, task, factors);
      try {
        let seconds = 0;
        let loss = Number.NaN;
        for (let epoch = 0; budget === 0 ? epoch < 2 : seconds < budget; epoch++) {
          const began = performance.now();
          await session.solveItems();
          const { squaredError, userPenalty, itemPenalty } = await session.solveUsers();
          seconds += (performance.now() - began) / 1000;
          loss = squaredError + userPenalty + itemPenalty;
          rows.push({ task: task.name, seconds, loss });
        }
        budget = Math.max(budget, seconds);
      } finally {
        session.close();
      }
    }
  } finally {
    await engine.dispose();
  }
  progress("loss after equal time");
  return rows;
}

const { quick } = parseArgs({ options: { quick: { type: "boolean", default: false } } }).values;
const { machine, commit } = tellWhere();
const small = await generate(ONE_MILLION);
const rows: Row[] = [];
if (quick) rows.push(...(await time(ONE_MILLION, small, MANY, 64, 3)));
else rows.push(...(await time(TWENTY_MILLION, await generate(TWENTY_MILLION), MANY, 64, 7)));
rows.push(...(await time(ONE_MILLION, small, LARGE, quick ? 128 : 512, 3)));
const losses = await lossAfterEqualTime(small, LARGE, quick ? 128 : 512);
printTable("Seconds per epoch, float32, fastest rounds", rows, [
  { heading: "shape", align: "left", cell: (row) => row.shape },
  { heading: "K", cell: (row) => row.factors },
  { heading: "task", align: "left", cell: (row) => row.task },
  { heading: "arithmetic", align: "left", cell: (row) => row.arithmetic },
  { heading: "threads", cell: (row) => row.threads },
  { heading: "items", cell: (row) => fixed(3, row.itemsSeconds) },
  { heading: "users", cell: (row) => fixed(3, row.usersSeconds) },
  { heading: "epoch", cell: (row) => fixed(3, row.secondsPerEpoch) },
  { heading: "median", cell: (row) => fixed(3, row.medianSecondsPerEpoch) },
  { heading: "× first", cell: (row) => fixed(2, row.ratioToFirst) },
]);
printTable("Loss after so many seconds of epochs", losses, [
  { heading: "task", align: "left", cell: (row) => row.task },
  { heading: "seconds", cell: (row) => fixed(2, row.seconds) },
  { heading: "loss", cell: (row) => fixed(1, row.loss) },
]);
mkdirSync(BENCH_OUTPUT, { recursive: true });
const path = join(BENCH_OUTPUT, "family.json");
writeFileSync(path, `${JSON.stringify({ machine, commit, epochs: rows, losses }, null, 2)}\n`);
progress(`wrote ${path}`);
