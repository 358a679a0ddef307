import { describe, throwIfAborted } from "../errors.js";
import { checkInteger, checkOptions } from "../options.js";
import type { Ratings } from "../ratings/index.js";
import { runWithPauses } from "../ratings/slices.js";
import { createYielder } from "../yield.js";
import type { WorldShape } from "./generate.js";
import type { Truth } from "./truth.js";

const WHAT = "syntheticWorld";
const OPTIONS = ["users", "items", "ratings", "seed", "signal", "onProgress"] as const;
/** As many ids as a Map holds. */
const MOST_IDS = 2 ** 24;
const MOST_RATINGS = 2 ** 31 - 1;
const LARGEST_DENSITY = 0.5;

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
  const { shape, seed, signal, onProgress } = checked(options);
  throwIfAborted(signal, WHAT);
  // Loaded on demand: most who import the package never generate anything.
  const { buildWorld } = await import("./build-world.js");
  return runWithPauses(buildWorld(shape, seed, onProgress), createYielder(), signal, WHAT);
}

function checked(options: SyntheticWorldOptions): {
  shape: WorldShape;
  seed: number;
  signal: AbortSignal | undefined;
  onProgress: SyntheticWorldOptions["onProgress"];
} {
  checkOptions(WHAT, options, OPTIONS);
  const { users = 6_040, items = 3_706, ratings = 1_000_000, seed = 1, signal, onProgress } = options;
  checkInteger(`${WHAT}: users`, users, 2, MOST_IDS);
  checkInteger(`${WHAT}: items`, items, 2, MOST_IDS);
  checkInteger(`${WHAT}: ratings`, ratings, 2, MOST_RATINGS);
  checkInteger(`${WHAT}: seed`, seed, 0);
  const fewest = Math.max(users, items);
  const most = Math.floor(users * items * LARGEST_DENSITY);
  if (ratings < fewest || ratings > most)
    throw new RangeError(
      `${WHAT}: ratings must be from ${fewest} to ${most} for ${users} users and ${items} items (one for each of them ` +
        `at least, half of the pairs at most), not ${ratings}; change ratings, or users and items`,
    );
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new TypeError(`${WHAT}: signal must be an AbortSignal, not ${describe(signal)}`);
  if (onProgress !== undefined && typeof onProgress !== "function")
    throw new TypeError(`${WHAT}: onProgress must be a function, not ${describe(onProgress)}`);
  return { shape: { users, items, ratings }, seed, signal, onProgress };
}
