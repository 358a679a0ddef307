import type { Problem, Variant } from "./attempt.js";
import type { Judge } from "./data.js";

/** How a training went, an entry for each of its epochs. Seconds and epochs are those from the beginning. */
export interface Curve {
  readonly seconds: readonly number[];
  readonly epochs: readonly number[];
  /** J; null where it is not known. */
  readonly loss: readonly (number | null)[];
  /** RMSE or NDCG of the test; null where the model does not count. */
  readonly quality: readonly (number | null)[];
}

/** Marks that a training is to come to. */
export interface Marks {
  /** J. */
  readonly loss: number;
  /** Of the test. */
  readonly quality: number;
}

/** Where a training comes to a mark. */
export interface Reached {
  readonly seconds: number;
  readonly epochs: number;
}

/** Trains until both marks are behind it, or for so many epochs. Seconds are those of training alone, its start among them. */
export async function follow(
  variant: Variant,
  problem: Problem,
  judge: Judge,
  { marks, most }: { readonly marks?: Marks; readonly most: number },
): Promise<Curve> {
  const curve = {
    seconds: [] as number[],
    epochs: [] as number[],
    loss: [] as (number | null)[],
    quality: [] as (number | null)[],
  };
  let began = performance.now();
  let seconds = 0;
  const stop = (): void => {
    seconds += (performance.now() - began) / 1000;
  };
  const attempt = await variant.open(problem);
  stop();
  try {
    for (let epochs = 0; epochs < most && !(marks && isThrough(curve, marks, judge)); ) {
      began = performance.now();
      const step = await attempt.epoch();
      stop();
      epochs += step.epochs;
      curve.seconds.push(seconds);
      curve.epochs.push(epochs);
      curve.loss.push(step.counts && step.loss < Infinity ? step.loss : null);
      curve.quality.push(step.counts ? await judge.of(attempt.model()) : null);
    }
  } finally {
    attempt.close();
  }
  return curve;
}

/** Where a curve first has a J of at most so much. */
export function reachesLoss(curve: Curve, most: number): Reached | undefined {
  return at(
    curve,
    curve.loss.findIndex((loss) => loss !== null && loss <= most),
  );
}

/** Where a curve first has a quality that is at least as good. */
export function reachesQuality(curve: Curve, mark: number, judge: Judge): Reached | undefined {
  return at(
    curve,
    curve.quality.findIndex((quality) => quality !== null && judge.gain * (quality - mark) >= 0),
  );
}

/** The best quality on a curve. */
export function bestQuality({ quality }: Curve, { gain }: Judge): number {
  return gain * Math.max(...quality.map((one) => (one === null ? -Infinity : gain * one)));
}

/** The least J on a curve. */
export function leastLoss({ loss }: Curve): number {
  return Math.min(...loss.map((one) => one ?? Infinity));
}

function isThrough(curve: Curve, { loss, quality }: Marks, judge: Judge): boolean {
  return reachesLoss(curve, loss) !== undefined && reachesQuality(curve, quality, judge) !== undefined;
}

function at({ seconds, epochs }: Curve, index: number): Reached | undefined {
  return index < 0 ? undefined : { seconds: seconds[index]!, epochs: epochs[index]! };
}
