import type { Engine, Precision } from "../../src/kernel/index.js";
import { progress } from "../shapes.js";
import type { Problem } from "./attempt.js";
import { bestQuality, type Curve, follow, leastLoss, type Marks } from "./curve.js";
import type { Data } from "./data.js";
import { optionsOf, type Setting, TUNING_SEED } from "./setting.js";
import { CORE, PLAIN } from "./variants.js";

/** How near J has to come to J*, relatively. */
export const LOSS_GAP = 1e-3;
/** How near quality has to come to plain ALS's best, relatively. */
export const QUALITY_GAP = 2e-3;
/** Runs go on until they are a little nearer than asked for: J* may fall by what later ones come to. */
const MARGIN = 0.9;

/** A timed run. */
export interface Run {
  readonly variant: string;
  readonly precision: Precision;
  readonly seed: number;
  /** λ as a multiple of the default. */
  readonly lambda: number;
  readonly curve: Curve;
}

/** A run that is as long as the tolerances need, in whatever precision. */
export interface LongRun {
  readonly variant: string;
  readonly seed: number;
  readonly lambda: number;
  readonly curve: Curve;
}

/** The qualities that λ was chosen by: the best of a run for each multiple of the default. */
export interface Tuning {
  readonly variant: string;
  readonly qualities: readonly number[];
  readonly lambda: number;
}

/** All that was measured of a setting. */
export interface Measured {
  readonly tunings: readonly Tuning[];
  readonly longRuns: readonly LongRun[];
  readonly runs: readonly Run[];
}

/** What is measured, and what is known of it before. */
export interface Plan {
  readonly setting: Setting;
  readonly data: Data;
  readonly engine: Engine;
  /** Chosen λ, where they are known. */
  readonly tunings?: readonly Tuning[] | undefined;
}

/** Runs everything of a setting, telling what it has so far when λ are chosen and after each round. */
export async function measure(plan: Plan, tell: (measured: Measured) => void): Promise<void> {
  const { seeds, shape, feedback } = plan.setting;
  const tunings = plan.tunings ?? (await tune(plan));
  progress(`${shape}, ${feedback}: λ chosen`);
  let measured: Measured = { tunings, longRuns: [], runs: [] };
  tell(measured);
  for (const [round, seed] of seeds.entries()) {
    const { longRuns, runs } = await runRound(plan, tunings, round, seed);
    measured = {
      tunings,
      longRuns: [...measured.longRuns, ...longRuns],
      runs: [...measured.runs, ...runs],
    };
    progress(`${shape}, ${feedback}: round ${round + 1} of ${seeds.length}`);
    tell(measured);
  }
}

/** λ with the best quality on a run of each variant, from a seed that is used for nothing else. */
async function tune(plan: Plan): Promise<Tuning[]> {
  const { setting, data } = plan;
  const { tried, untimed, most } = setting;
  const tunings: Tuning[] = [];
  for (const { name, tunedAs, ...variant } of new Set(tried.flatMap(({ variants }) => variants))) {
    if (tunedAs !== undefined) {
      tunings.push({ ...tunings.find((other) => other.variant === tunedAs.name)!, variant: name });
      continue;
    }
    const qualities: number[] = [];
    for (const lambda of setting.lambdas) {
      const problem = problemOf(plan, lambda, TUNING_SEED, untimed);
      const curve = await follow({ name, ...variant }, problem, data.judge, { most: most.tuning });
      qualities.push(bestQuality(curve, data.judge));
    }
    const { gain } = data.judge;
    const best = gain * Math.max(...qualities.map((quality) => gain * quality));
    tunings.push({ variant: name, qualities, lambda: setting.lambdas[qualities.indexOf(best)]! });
  }
  return tunings;
}

/** All runs of a seed: long ones, which tell the marks, then the timed ones in turn. */
async function runRound(
  plan: Plan,
  tunings: readonly Tuning[],
  round: number,
  seed: number,
): Promise<Pick<Measured, "longRuns" | "runs">> {
  const { tried, untimed, most } = plan.setting;
  const { judge } = plan.data;
  const lambdaOf = (name: string): number => tunings.find(({ variant }) => variant === name)!.lambda;
  const timed = tried.flatMap(({ precision, variants }) =>
    variants.map((variant) => ({ precision, variant, lambda: lambdaOf(variant.name) })),
  );
  const longRuns: LongRun[] = [];
  for (const lambda of new Set(timed.map((one) => one.lambda)))
    for (const variant of CORE) {
      const problem = problemOf(plan, lambda, seed, untimed);
      const curve = await follow(variant, problem, judge, { most: most.long });
      longRuns.push({ variant: variant.name, seed, lambda, curve });
    }
  const ofPlain = longRuns.find(
    ({ variant, lambda }) => variant === PLAIN.name && lambda === lambdaOf(PLAIN.name),
  )!;
  const quality = bestQuality(ofPlain.curve, judge) * (1 - judge.gain * MARGIN * QUALITY_GAP);
  const runs: Run[] = [];
  // Who is first in a round changes from one to the next.
  for (const { precision, variant, lambda } of rotate(timed, round)) {
    const known = [...longRuns, ...runs].filter((run) => run.lambda === lambda);
    const least = Math.min(...known.map(({ curve }) => leastLoss(curve)));
    const marks: Marks = { loss: least * (1 + MARGIN * LOSS_GAP), quality };
    const problem = problemOf(plan, lambda, seed, precision);
    const curve = await follow(variant, problem, judge, { marks, most: most.timed });
    runs.push({ variant: variant.name, precision, seed, lambda, curve });
  }
  return { longRuns, runs };
}

function problemOf(
  { setting, data, engine }: Plan,
  lambda: number,
  seed: number,
  precision: Precision,
): Problem {
  return { train: data.train, engine, options: optionsOf(setting, lambda, seed, precision) };
}

function rotate<T>(list: readonly T[], by: number): T[] {
  return list.map((_, i) => list[(i + by) % list.length]!);
}
