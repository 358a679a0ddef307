import type { Precision } from "../../src/kernel/index.js";
import { median } from "../timing.js";
import { bestQuality, leastLoss, type Reached, reachesLoss, reachesQuality } from "./curve.js";
import type { Judge } from "./data.js";
import { LOSS_GAP, type Measured, QUALITY_GAP, type Run, type Tuning } from "./measure.js";
import { DEFAULT, PLAIN } from "./variants.js";

/** When a variant comes to a mark: medians over seeds; null where half of them or more do not. */
export interface ToMark {
  readonly seconds: number | null;
  readonly epochs: number | null;
  /** Median of the quotients of seconds by plain's of the same seed, or by all that it had where it did not come so far. */
  readonly ratio: number | null;
}

/** A timed run: where it came to either mark; null where it did not. */
export interface RunFacts {
  readonly variant: string;
  readonly precision: Precision;
  readonly seed: number;
  readonly loss: Reached | null;
  readonly quality: Reached | null;
}

/** What marks were made of. */
export interface SeedFacts {
  readonly seed: number;
  /** J* of each λ, which are multiples of the default. */
  readonly leastLoss: readonly { readonly lambda: number; readonly loss: number }[];
  /** Plain ALS's best RMSE or NDCG. */
  readonly plainBest: number;
}

export interface Row {
  readonly variant: string;
  readonly precision: Precision;
  /** λ as a multiple of the default. */
  readonly lambda: number;
  readonly seeds: number;
  readonly loss: ToMark;
  readonly quality: ToMark;
}

/** Where a tolerance of J's relative fall would end training, and what that leaves: medians over seeds. */
export interface ToleranceRow {
  readonly variant: string;
  readonly tolerance: number;
  /** null where half of the seeds or more do not come so far. */
  readonly epochs: number | null;
  /** (J − J*)/J*. */
  readonly lossGap: number | null;
  /** How much worse the test is than plain ALS's best, relatively; below 0 where it is better. */
  readonly qualityGap: number | null;
}

const TOLERANCES = [1e-2, 1e-3, 1e-4, 1e-5];

/** All that is told of what was measured. */
export interface Summary {
  readonly rows: readonly Row[];
  readonly tolerances: readonly ToleranceRow[];
  readonly tunings: readonly Tuning[];
  readonly seeds: readonly SeedFacts[];
  readonly runs: readonly RunFacts[];
}

export function summarize(measured: Measured, judge: Judge): Summary {
  const { tunings } = measured;
  const reach = (run: Run): Reach => ({
    loss: reachesLoss(run.curve, leastOf(measured, run) * (1 + LOSS_GAP)),
    quality: reachesQuality(
      run.curve,
      plainBest(measured, run.seed, judge) * (1 - judge.gain * QUALITY_GAP),
      judge,
    ),
  });
  return {
    rows: rowsOf(measured.runs, reach),
    tolerances: toleranceRowsOf(measured, judge),
    tunings,
    seeds: seedsOf(measured, judge),
    runs: measured.runs.map((run) => {
      const { variant, precision, seed } = run;
      const { loss, quality } = reach(run);
      return { variant, precision, seed, loss: loss ?? null, quality: quality ?? null };
    }),
  };
}

interface Reach {
  readonly loss: Reached | undefined;
  readonly quality: Reached | undefined;
}

function rowsOf(runs: readonly Run[], reach: (run: Run) => Reach): Row[] {
  const plain = (of: Run): Run =>
    runs.find(
      ({ variant, precision, seed }) =>
        variant === PLAIN.name && precision === of.precision && seed === of.seed,
    )!;
  const toMark = (some: readonly Run[], mark: keyof Reach): ToMark => {
    const reached = some.map((run) => reach(run)[mark]);
    const ratios = some.map((run, i) => {
      const beside = plain(run);
      return (
        (reached[i]?.seconds ?? Infinity) / (reach(beside)[mark]?.seconds ?? beside.curve.seconds.at(-1)!)
      );
    });
    return {
      seconds: finite(median(reached.map((one) => one?.seconds ?? Infinity))),
      epochs: finite(median(reached.map((one) => one?.epochs ?? Infinity))),
      ratio: finite(median(ratios)),
    };
  };
  return groupsOf(runs).map((some) => {
    const { variant, precision, lambda } = some[0]!;
    return {
      variant,
      precision,
      lambda,
      seeds: some.length,
      loss: toMark(some, "loss"),
      quality: toMark(some, "quality"),
    };
  });
}

function seedsOf(measured: Measured, judge: Judge): SeedFacts[] {
  return [...new Set(measured.runs.map(({ seed }) => seed))].map((seed) => {
    const lambdas = new Set(measured.runs.filter((run) => run.seed === seed).map(({ lambda }) => lambda));
    return {
      seed,
      leastLoss: [...lambdas].map((lambda) => ({ lambda, loss: leastOf(measured, { seed, lambda }) })),
      plainBest: plainBest(measured, seed, judge),
    };
  });
}

function toleranceRowsOf(measured: Measured, judge: Judge): ToleranceRow[] {
  return [PLAIN, DEFAULT].flatMap(({ name }) =>
    TOLERANCES.map((tolerance) => {
      const lambda = measured.tunings.find(({ variant }) => variant === name)!.lambda;
      const ends = measured.longRuns
        .filter((run) => run.variant === name && run.lambda === lambda)
        .map(({ curve, seed }) => {
          const { loss, quality, epochs } = curve;
          const at = loss.findIndex((one, i) => i > 0 && (loss[i - 1]! - one!) / loss[i - 1]! <= tolerance);
          if (at < 0) return { epochs: Infinity, lossGap: Infinity, qualityGap: Infinity };
          const least = leastOf(measured, { seed, lambda });
          return {
            epochs: epochs[at]!,
            lossGap: loss[at]! / least - 1,
            qualityGap: judge.gain * (1 - quality[at]! / plainBest(measured, seed, judge)),
          };
        });
      const middle = (what: "epochs" | "lossGap" | "qualityGap"): number | null =>
        finite(median(ends.map((end) => end[what])));
      return {
        variant: name,
        tolerance,
        epochs: middle("epochs"),
        lossGap: middle("lossGap"),
        qualityGap: middle("qualityGap"),
      };
    }),
  );
}

/** J*: the least of all runs of a seed and λ. */
function leastOf(
  { runs, longRuns }: Measured,
  { seed, lambda }: { readonly seed: number; readonly lambda: number },
): number {
  return Math.min(
    ...[...runs, ...longRuns]
      .filter((run) => run.seed === seed && run.lambda === lambda)
      .map(({ curve }) => leastLoss(curve)),
  );
}

/** The best quality of plain ALS's long run of a seed, at the λ chosen for it. */
function plainBest({ longRuns, tunings }: Measured, seed: number, judge: Judge): number {
  const { lambda } = tunings.find(({ variant }) => variant === PLAIN.name)!;
  return bestQuality(
    longRuns.find((run) => run.variant === PLAIN.name && run.seed === seed && run.lambda === lambda)!.curve,
    judge,
  );
}

function groupsOf(runs: readonly Run[]): Run[][] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const key = `${run.precision} ${run.variant}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()];
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
