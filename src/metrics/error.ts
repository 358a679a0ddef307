import type { RatingsSource } from "../ratings/source.js";
import type { Id } from "../ratings/vocabulary.js";
import type { Scorer } from "./scorer.js";

export interface MetricOptions {
  /** Whether scores are clipped to the range of the training ratings (`scorer.range`). Default true. */
  readonly clip?: boolean;
  /** Aborts the computation: the promise rejects with code "aborted". */
  readonly signal?: AbortSignal | undefined;
}

/** What takes part in an error. */
export interface ErrorCounts {
  /** Ratings that were compared. */
  readonly count: number;
  /** Users of the test ratings that the model does not know; their ratings are scored by the baseline. */
  readonly unknownUsers: number;
  /** Items of the test ratings that the model does not know; their ratings are scored by the baseline. */
  readonly unknownItems: number;
}

export interface RmseResult extends ErrorCounts {
  readonly rmse: number;
}

export interface MaeResult extends ErrorCounts {
  readonly mae: number;
}

/**
 * Root mean squared error √(Σ(r − r̂)² / n) of a model on test ratings, in the unit of the ratings.
 *
 * Ids are matched by name, so that the test ratings may have a vocabulary of their own. Pairs with an unknown id
 * count too, scored by what baseline is known. Weights of the test ratings are not looked at.
 *
 * @throws AlternantError "aborted" when the signal fires, "not-finite" when a score or the sum is not finite,
 *   "not-supported" for a model of implicit feedback
 */
export async function rmse<U extends Id, I extends Id>(
  scorer: Scorer<U, I>,
  test: RatingsSource<U, I>,
  options: MetricOptions = {},
): Promise<RmseResult> {
  const { sumErrors } = await import("./sum-errors.js");
  const { squared, counts } = await sumErrors("rmse", scorer, test, options);
  return { rmse: Math.sqrt(squared / counts.count), ...counts };
}

/** Mean absolute error Σ|r − r̂| / n; all else as {@link rmse}. */
export async function mae<U extends Id, I extends Id>(
  scorer: Scorer<U, I>,
  test: RatingsSource<U, I>,
  options: MetricOptions = {},
): Promise<MaeResult> {
  const { sumErrors } = await import("./sum-errors.js");
  const { absolute, counts } = await sumErrors("mae", scorer, test, options);
  return { mae: absolute / counts.count, ...counts };
}
