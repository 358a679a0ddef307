import type { Model } from "../model/index.js";
import type { Id } from "../ratings/index.js";

/** What an epoch came to. */
export interface EpochEvent {
  /** This epoch, from 1. */
  readonly epoch: number;
  /** Epochs in all. */
  readonly epochs: number;
  /** J: errors and penalties. It never rises from one epoch to the next. */
  readonly loss: number;
  /** The part of rated pairs in it, Σ c(p − r̂)²; for explicit ratings the squared error. */
  readonly observed?: number;
  /** The part of unrated pairs; 0 for explicit ratings. */
  readonly unobserved?: number;
  /** The part of the penalties. */
  readonly regularization?: number;
  /**
   * √(squared error / ratings) on the training ratings, predictions not clipped; with weights both are sums of weights. NaN for
   * implicit feedback.
   */
  readonly rmse: number;
  /** The metric of the validation ratings, where there are some. */
  readonly validation?: number;
  /** Seconds that this epoch took. */
  readonly seconds: number;
  /** Ratings per second that this epoch went through, counting each once. */
  readonly ratingsPerSecond: number;
}

/** An epoch as `onEpoch` is told of it. Its method is not enumerable: copied or posted it is its facts alone. */
export interface EndedEpoch extends EpochEvent {
  /**
   * All that training needs to go on from here (`resume`), as bytes for a file. The next epoch waits until factors have been copied;
   * the first checkpoint of a training has a look at every rating, to tell them from others.
   *
   * @throws (rejects) AlternantError "disposed" once the next epoch has begun, "too-large", "aborted"
   */
  checkpoint(): Promise<Uint8Array<ArrayBuffer>>;
}

/** An epoch of `ALS.train`. */
export interface TrainingEpoch<U extends Id, I extends Id> extends EndedEpoch {
  /** The model as it is after this epoch. @throws AlternantError "disposed" once the next epoch has begun */
  snapshot(): Model<U, I>;
}

/** Facts with methods that are not enumerable. */
export function withMethods<Facts extends object, Methods extends object>(
  facts: Facts,
  methods: Methods,
): Facts & Methods {
  const hidden = Object.entries(methods).map(([name, value]) => [name, { value }]);
  return Object.defineProperties({ ...facts }, Object.fromEntries(hidden)) as Facts & Methods;
}
