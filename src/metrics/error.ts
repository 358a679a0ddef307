import { AlternantError, describe, throwIfAborted } from "../errors.js";
import { checkOneOf, checkOptions } from "../options.js";
import type { Ratings } from "../ratings/ratings.js";
import type { Id } from "../ratings/vocabulary.js";
import { breathing, match, STRIDE } from "./match.js";
import type { Scorer } from "./scorer.js";

export interface MetricOptions {
  /** Whether scores are clipped to the range of the training ratings (`scorer.range`). Default true. */
  readonly clip?: boolean;
  /** Aborts the computation: the promise rejects with code "aborted". */
  readonly signal?: AbortSignal | undefined;
}

interface Counts {
  /** Ratings that were compared. */
  readonly count: number;
  /** Users of the test ratings that the model does not know; their ratings are scored by the baseline. */
  readonly unknownUsers: number;
  /** Items of the test ratings that the model does not know; their ratings are scored by the baseline. */
  readonly unknownItems: number;
}

export interface RmseResult extends Counts {
  readonly rmse: number;
}

export interface MaeResult extends Counts {
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
  test: Ratings<U, I>,
  options: MetricOptions = {},
): Promise<RmseResult> {
  const { squared, counts } = await sumErrors("rmse", scorer, test, options);
  return { rmse: Math.sqrt(squared / counts.count), ...counts };
}

/** Mean absolute error Σ|r − r̂| / n; all else as {@link rmse}. */
export async function mae<U extends Id, I extends Id>(
  scorer: Scorer<U, I>,
  test: Ratings<U, I>,
  options: MetricOptions = {},
): Promise<MaeResult> {
  const { absolute, counts } = await sumErrors("mae", scorer, test, options);
  return { mae: absolute / counts.count, ...counts };
}

/** One pass over the test ratings, user by user in index order; sums in float64. */
async function sumErrors<U extends Id, I extends Id>(
  what: string,
  scorer: Scorer<U, I>,
  test: Ratings<U, I>,
  options: MetricOptions,
): Promise<{ squared: number; absolute: number; counts: Counts }> {
  checkOptions(what, options, ["clip", "signal"]);
  const clip = checkOneOf("clip", options.clip ?? true, [true, false]);
  throwIfAborted(options.signal, what);
  if (typeof scorer?.score !== "function")
    throw new TypeError(`${what} needs a model first, not ${describe(scorer)}`);
  if (scorer.options?.feedback === "implicit")
    throw new AlternantError(
      "not-supported",
      `${what}: the scores of a model with feedback: "implicit" are no ratings, so they have no error. Use rankingMetrics(model, test), or train with feedback: "explicit".`,
    );
  if (typeof test?.byUser !== "object")
    throw new TypeError(`${what} needs Ratings to compare with, not ${describe(test)}`);
  const { starts, columns, values, rowCount, count } = test.byUser;
  const breath = breathing(what, options.signal);
  const users = await match(test.users, scorer.users, breath);
  const items = await match(test.items, scorer.items, breath);
  const [min, max] = clip ? scorer.range : [-Infinity, Infinity];
  const seen = new Uint8Array(items.length);
  let squared = 0;
  let absolute = 0;
  let unknownUsers = 0;
  for (let row = 0; row < rowCount; row++) {
    const user = users[row]!;
    const end = starts[row + 1]!;
    if (user < 0 && starts[row]! < end) unknownUsers++;
    for (let at = starts[row]!; at < end; at++) {
      const item = columns[at]!;
      seen[item] = 1;
      const score = scorer.score(user, items[item]!);
      const error = values[at]! - Math.min(Math.max(score, min), max);
      squared += error * error;
      absolute += Math.abs(error);
      if (at % STRIDE === 0 && breath.due()) await breath.take();
    }
  }
  let unknownItems = 0;
  for (let item = 0; item < items.length; item++) if (seen[item] === 1 && items[item]! < 0) unknownItems++;
  if (!Number.isFinite(squared))
    throw new AlternantError(
      "not-finite",
      `${what}: the sum of squared errors over ${count} ratings is ${describe(squared)}; the scores of this model are beyond what float64 can square.`,
    );
  return { squared, absolute, counts: { count, unknownUsers, unknownItems } };
}
