import type { Engine, Precision } from "../../src/kernel/index.js";
import { progress } from "../shapes.js";
import type { Problem, Variant } from "./attempt.js";
import { bestQuality, type Curve, follow, leastLoss, type Marks } from "./curve.js";
import type { Data } from "./data.js";
import { LAMBDAS, optionsOf, type Setting, TUNING_SEED } from "./setting.js";
import { CORE, DEFAULT, PLAIN } from "./variants.js";

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

/** Runs everything of a setting, telling what it has so far after each round. */
export async function measure(
  setting: Setting,
  data: Data,
  engine: Engine,
  tell: (measured: Measured) => void,
): Promise<void> {
  const { seeds, tried, untimed, most, fullRounds } = setting;
  const { train, judge } = data;
  const name = `${setting.shape}, ${setting.feedback}`;
  const problem = (lambda: number, seed: number, precision: Precision): Problem => ({
    train,
    engine,
    options: optionsOf(setting, lambda, seed, precision),
  });

  const tunings: Tuning[] = [];
  for (const variant of new Set(tried.flatMap(({ variants }) => variants))) {
    const qualities: number[] = [];
    for (const lambda of LAMBDAS)
      qualities.push(
        bestQuality(
          await follow(variant, problem(lambda, TUNING_SEED, untimed), judge, { most: most.tuning }),
          judge,
        ),
      );
    const best = judge.gain * Math.max(...qualities.map((quality) => judge.gain * quality));
    tunings.push({ variant: variant.name, qualities, lambda: LAMBDAS[qualities.indexOf(best)]! });
  }
  progress(`${name}: λ chosen`);
  const lambdaOf = ({ name }: Variant): number => tunings.find(({ variant }) => variant === name)!.lambda;

  const longRuns: LongRun[] = [];
  const runs: Run[] = [];
  for (const [round, seed] of seeds.entries()) {
    const inRound = tried.flatMap(({ precision, variants }) =>
      variants
        .filter((variant) => round < fullRounds || CORE.includes(variant))
        .map((variant) => ({ precision, variant, lambda: lambdaOf(variant) })),
    );
    for (const lambda of new Set(inRound.map((one) => one.lambda)))
      for (const variant of [PLAIN, DEFAULT])
        longRuns.push({
          variant: variant.name,
          seed,
          lambda,
          curve: await follow(variant, problem(lambda, seed, untimed), judge, { most: most.long }),
        });
    const plainBest = bestQuality(
      longRuns.find(
        (run) => run.seed === seed && run.variant === PLAIN.name && run.lambda === lambdaOf(PLAIN),
      )!.curve,
      judge,
    );
    // Who is first in a round changes from one to the next.
    for (const { precision, variant, lambda } of rotate(inRound, round)) {
      const least = Math.min(
        ...[...longRuns, ...runs]
          .filter((run) => run.seed === seed && run.lambda === lambda)
          .map(({ curve }) => leastLoss(curve)),
      );
      const marks: Marks = {
        loss: least * (1 + MARGIN * LOSS_GAP),
        quality: plainBest * (1 - judge.gain * MARGIN * QUALITY_GAP),
      };
      const curve = await follow(variant, problem(lambda, seed, precision), judge, {
        marks,
        most: most.timed,
      });
      runs.push({ variant: variant.name, precision, seed, lambda, curve });
    }
    progress(`${name}: round ${round + 1} of ${seeds.length}`);
    tell({ tunings, longRuns, runs });
  }
}

function rotate<T>(list: readonly T[], by: number): T[] {
  return list.map((_, i) => list[(i + by) % list.length]!);
}
