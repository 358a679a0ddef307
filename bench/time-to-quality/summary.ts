import type { Precision } from "../../src/kernel/index.js";
import { median } from "../timing.js";
import { bestQuality, leastLoss, type Reached, reachesLoss, reachesQuality } from "./curve.js";
import type { Judge } from "./data.js";
import { LOSS_GAP, type Measured, QUALITY_GAP, type Run } from "./measure.js";
import { DEFAULT, PLAIN } from "./variants.js";

/** When a variant comes to a mark: medians over seeds; null where half of them or more do not. */
export interface ToMark {
  readonly seconds: number | null;
  readonly epochs: number | null;
  /** Median of the quotients of seconds by plain's of the same seed, or by all that it had where it did not come so far. */
  readonly ratio: number | null;
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

export function rowsOf(measured: Measured, judge: Judge): Row[] {
  const { runs } = measured;
  const plain = (of: Run): Run =>
    runs.find(
      ({ variant, precision, seed }) =>
        variant === PLAIN.name && precision === of.precision && seed === of.seed,
    )!;
  const toLoss = (run: Run): Reached | undefined =>
    reachesLoss(run.curve, leastOf(measured, run) * (1 + LOSS_GAP));
  const toQuality = (run: Run): Reached | undefined =>
    reachesQuality(run.curve, plainBest(measured, run.seed, judge) * (1 - judge.gain * QUALITY_GAP), judge);
  const toMark = (some: readonly Run[], reach: (run: Run) => Reached | undefined): ToMark => ({
    seconds: finite(median(some.map((run) => reach(run)?.seconds ?? Infinity))),
    epochs: finite(median(some.map((run) => reach(run)?.epochs ?? Infinity))),
    ratio: finite(
      median(
        some.map((run) => {
          const beside = plain(run);
          return (reach(run)?.seconds ?? Infinity) / (reach(beside)?.seconds ?? beside.curve.seconds.at(-1)!);
        }),
      ),
    ),
  });
  return groupsOf(runs).map((some) => {
    const { variant, precision, lambda } = some[0]!;
    const [loss, quality] = [toMark(some, toLoss), toMark(some, toQuality)];
    return { variant, precision, lambda, seeds: some.length, loss, quality };
  });
}

export function toleranceRowsOf(measured: Measured, judge: Judge): ToleranceRow[] {
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
