import type { Ratings } from "../ratings/index.js";
import type { Truth } from "./truth.js";

export interface SyntheticWorldOptions {
  /** The number of users, each of whom has ratings: 2 … 2²⁴. Default 6,040, as in MovieLens-1M. */
  users?: number | undefined;
  /** The number of items, each of which has ratings: 2 … 2²⁴. Default 3,706, as in MovieLens-1M. */
  items?: number | undefined;
  /** The number of ratings, one at most for a pair: up to half of users · items. Default 1,000,000. */
  ratings?: number | undefined;
  /** An integer ≥ 0; the same shape and seed give the same world anywhere. Default 1. */
  seed?: number | undefined;
  /** Rejects the call with the AlternantError "aborted". */
  signal?: AbortSignal | undefined;
  /** Called about a hundred times with the share of the work that is done, 0 … 1. */
  onProgress?: ((progress: { fraction: number }) => void) | undefined;
}

/** A generated data set and what it was made of. */
export interface SyntheticWorld {
  /** Users "user-1", "user-2" …, items by titles such as "Western 17"; timestamps in days since 1970-01-01. */
  readonly ratings: Ratings<string, string>;
  readonly truth: Truth;
}

/**
 * Generates ratings with MovieLens-20M's shape, scaled to any size, in which there is something to find: 12 hidden
 * genres that make up the items and divide the users' tastes.
 *
 * - Users are heavy-tailed: log-normal beyond a least number of 20 (or half the mean, where that is less), of
 *   which a mean of 144 gives a median of 68.
 * - Items are rated in proportion to (rank + 8)^−0.9. "Western 17" is the 17th most popular of the Westerns.
 * - Half of the items have a second genre. Each user has two favourite genres, one disliked, and little feeling about
 *   the rest; what somebody rates does not depend on taste, what somebody gives does.
 * - Values are half stars from 0.5 to 5 with mean 3.5 and standard deviation 1.05: user bias (standard deviation
 *   0.52), item bias (0.32), genres (0.62) and noise (0.75).
 * - Days lie between 9 January 1995 and 31 March 2015; a user's lie close together.
 *
 * The world comes of integers, + − × ÷ and √ alone, so it has the same bits in every engine. The event loop runs at
 * least every 8 ms meanwhile.
 *
 * @returns the ratings, and the truth about them in the order of their vocabularies (order of first appearance)
 * @throws (rejects) TypeError, RangeError for an option that is none, also when the ratings don't fit: at least one
 *   for each user and item, at most half of the pairs; AlternantError "aborted"
 */
export async function syntheticWorld(options: SyntheticWorldOptions = {}): Promise<SyntheticWorld> {
  // Loaded on demand: most who import the package never generate anything.
  const { buildWorld } = await import("./build-world.js");
  return buildWorld(options);
}
