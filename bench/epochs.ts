import { ALS, type BiasMode } from "../src/als/index.js";
import { Session } from "../src/als/session.js";
import { type Arithmetic, Engine, type Precision } from "../src/kernel/index.js";
import type { Csr } from "../src/ratings/csr.js";
import type { Ratings } from "../src/ratings/index.js";
import type { HalfEpoch, Numbers } from "./baseline/half-epoch.js";
import { loadBaseline } from "./baseline/load.js";
import { executedMadds } from "./kernels.js";
import { type Candidate, interleave, mean, median, min } from "./timing.js";

/** What is timed: whole epochs of explicit ALS. */
export interface EpochTask {
  readonly factors: number;
  readonly precision: Precision;
  readonly arithmetic: Arithmetic;
  readonly biases: BiasMode;
  readonly threads: number;
  /** Times the plain and the blocked baseline beside it, in the same rounds. They have no biases. */
  readonly baselines: boolean;
  readonly rounds: number;
}

/** Seconds are the fastest of all rounds, but for medians and for ratios, which are medians of the rounds' quotients. */
export interface EpochRow {
  readonly shape: string;
  readonly users: number;
  readonly items: number;
  readonly ratings: number;
  readonly factors: number;
  readonly feedback: "explicit";
  readonly solver: "cholesky";
  readonly precision: Precision;
  readonly arithmetic: Arithmetic;
  readonly threads: number;
  readonly biases: BiasMode;
  readonly rounds: number;
  readonly itemsSeconds: number;
  readonly usersSeconds: number;
  readonly secondsPerEpoch: number;
  readonly medianSecondsPerEpoch: number;
  readonly gflops: number;
  readonly shareOfPeak: number;
  readonly plainSecondsPerEpoch: number | null;
  readonly blockedSecondsPerEpoch: number | null;
  readonly plainRatio: number | null;
  readonly blockedRatio: number | null;
  /** This row's seconds ÷ those of the first row that was timed in the same rounds; null where it was timed alone. */
  readonly ratioToFirst: number | null;
}

/** λ·n: what an epoch takes does not depend on it. */
const LAMBDA = 0.05;
const SCALING = 1;
/** Rows of each side that a baseline warms up on: thousands of ratings, after which an engine has optimized its loops. */
const WARM_ROWS = 20;

/** What a machine can do at most on one thread in a task's arithmetic and precision, in GFLOP/s. */
export type PeakOf = (task: EpochTask) => number;

/** A task that is ready to run: a session in the memory of an engine of its own. */
interface Opened {
  readonly task: EpochTask;
  readonly session: Session;
  readonly engine: Engine;
  readonly candidates: readonly [items: Candidate, users: Candidate];
}

async function open(ratings: Ratings, task: EpochTask): Promise<Opened> {
  const { factors, precision, arithmetic, biases, threads } = task;
  const engine = await Engine.create({ threads, arithmetic });
  const { options } = new ALS({ factors, precision, biases, regularization: LAMBDA, scaling: SCALING });
  const mean = biases === "none" ? 0 : ratings.mean;
  const source = { ratings, kept: ratings };
  const method = { kind: "cholesky" } as const;
  const session = await Session.open(engine, { options, source, mean, method, what: "bench" }, undefined);
  const candidates = [
    { name: "items", run: async () => void (await session.solveItems()) },
    { name: "users", run: async () => void (await session.solveUsers()) },
  ] as const;
  return { task, session, engine, candidates };
}

async function close({ session, engine }: Opened): Promise<void> {
  session.close();
  await engine.dispose();
}

/** Times a task, beside the baselines where it asks for them. */
export async function timeEpochs(
  shape: string,
  ratings: Ratings,
  task: EpochTask,
  peakOf: PeakOf,
): Promise<EpochRow> {
  const opened = await open(ratings, task);
  try {
    const own = opened.candidates;
    const baselines = task.baselines ? await prepareBaselines(ratings, opened.session, task) : [];
    await interleave(own, { warmUps: 1, rounds: 0 });
    // Ours are short: in a round with baselines they run before the long ones and once more after them.
    const again = baselines.length > 0 ? own : [];
    const timings = await interleave([...own, ...baselines, ...again], { warmUps: 0, rounds: task.rounds });
    const rounds = (name: string): number[] => {
      const runs = timings.filter((timing) => timing.name === name);
      return runs.length === 0
        ? []
        : runs[0]!.seconds.map((_, i) => mean(runs.map((run) => run.seconds[i]!)));
    };
    const all = (name: string): number[] =>
      timings.filter((timing) => timing.name === name).flatMap((timing) => timing.seconds);
    const ownRounds = rounds("items").map((seconds, i) => seconds + rounds("users")[i]!);
    const ratioTo = (name: string): number | null =>
      task.baselines ? median(rounds(name).map((seconds, i) => seconds / ownRounds[i]!)) : null;
    return {
      ...rowOf(shape, ratings, opened, all("items"), all("users"), peakOf),
      plainSecondsPerEpoch: task.baselines ? min(all("plain")) : null,
      blockedSecondsPerEpoch: task.baselines ? min(all("blocked")) : null,
      plainRatio: ratioTo("plain"),
      blockedRatio: ratioTo("blocked"),
    };
  } finally {
    await close(opened);
  }
}

/** Times tasks in the same rounds, so that their ratios hold whatever the machine does meanwhile. */
export async function timeTogether(
  shape: string,
  ratings: Ratings,
  tasks: readonly EpochTask[],
  rounds: number,
  peakOf: PeakOf,
): Promise<EpochRow[]> {
  const opened: Opened[] = [];
  try {
    for (const task of tasks) opened.push(await open(ratings, { ...task, rounds }));
    const timings = await interleave(
      opened.flatMap(({ candidates }) => candidates),
      { warmUps: 1, rounds },
    );
    const secondsOf = (
      row: number,
    ): { items: readonly number[]; users: readonly number[]; epochs: number[] } => {
      const [items, users] = [timings[2 * row]!.seconds, timings[2 * row + 1]!.seconds];
      return { items, users, epochs: items.map((seconds, i) => seconds + users[i]!) };
    };
    const first = secondsOf(0).epochs;
    return opened.map((one, row) => {
      const { items, users, epochs } = secondsOf(row);
      const ratioToFirst = median(epochs.map((seconds, i) => seconds / first[i]!));
      return { ...rowOf(shape, ratings, one, items, users, peakOf), ratioToFirst };
    });
  } finally {
    for (const one of opened) await close(one);
  }
}

/** A row from the seconds that each half took, round by round. */
function rowOf(
  shape: string,
  ratings: Ratings,
  { task, session, engine }: Opened,
  items: readonly number[],
  users: readonly number[],
  peakOf: PeakOf,
): EpochRow {
  const { factors, precision, arithmetic, biases, rounds } = task;
  const { padded } = session.layout;
  const epochs = items.map((seconds, i) => seconds + users[i]!);
  const secondsPerEpoch = min(epochs);
  const madds =
    executedMadds(ratings.userCount, ratings.count, padded, precision) +
    executedMadds(ratings.itemCount, ratings.count, padded, precision);
  const gflops = (2 * madds) / secondsPerEpoch / 1e9;
  return {
    shape,
    users: ratings.userCount,
    items: ratings.itemCount,
    ratings: ratings.count,
    factors,
    feedback: "explicit",
    solver: "cholesky",
    precision,
    arithmetic,
    threads: engine.threads,
    biases,
    rounds,
    itemsSeconds: min(items),
    usersSeconds: min(users),
    secondsPerEpoch,
    medianSecondsPerEpoch: median(epochs),
    gflops,
    shareOfPeak: gflops / (engine.threads * peakOf(task)),
    plainSecondsPerEpoch: null,
    blockedSecondsPerEpoch: null,
    plainRatio: null,
    blockedRatio: null,
    ratioToFirst: null,
  };
}

/** Both baselines, warmed up, and checked on the way: what they solve must be what the session solves. */
async function prepareBaselines(
  ratings: Ratings,
  session: Session,
  { factors, precision }: EpochTask,
): Promise<Candidate[]> {
  const start = session.copyFactors("users");
  const users = start.slice();
  const items = session.copyFactors("items");
  const itemsHalf = half(ratings.byItem, users, items, factors);
  const usersHalf = half(ratings.byUser, items, users, factors);
  await session.solveItems();
  const expected = session.copyFactors("items");
  const candidates: Candidate[] = [];
  for (const name of ["blocked", "plain"] as const) {
    const solve = await loadBaseline(name, precision);
    users.set(start);
    solve(firstRows(itemsHalf, WARM_ROWS));
    checkEqual(name, items, expected.subarray(0, Math.min(WARM_ROWS, ratings.itemCount) * factors));
    solve(firstRows(usersHalf, WARM_ROWS));
    const run = (): void => {
      solve(itemsHalf);
      solve(usersHalf);
    };
    candidates.push({ name, run });
  }
  return candidates;
}

function half({ starts, columns, values }: Csr, fixed: Numbers, solved: Numbers, factors: number): HalfEpoch {
  const lambdas = Float64Array.from(
    { length: starts.length - 1 },
    (_, row) => LAMBDA * (starts[row + 1]! - starts[row]!),
  );
  return { starts, columns, values, lambdas, fixed, solved, factors };
}

function firstRows(problem: HalfEpoch, count: number): HalfEpoch {
  return { ...problem, starts: problem.starts.subarray(0, count + 1) };
}

function checkEqual(name: string, actual: Numbers, expected: Numbers): void {
  let error = 0;
  let size = 0;
  for (const [i, x] of expected.entries()) {
    error = Math.max(error, Math.abs(actual[i]! - x));
    size = Math.max(size, Math.abs(x));
  }
  const allowed = expected instanceof Float64Array ? 1e-9 : 1e-2;
  if (!(error <= allowed * size))
    throw new Error(`The ${name} baseline differs from the kernels by ${error} where factors reach ${size}`);
}
