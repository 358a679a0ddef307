import { checkInteger, checkNumber, checkOptions } from "../options.js";
import { seededRandom } from "../random.js";
import type { RatingsParts } from "./finish.js";
import { select } from "./select.js";
import type { Rows } from "./sort.js";

export interface SplitOptions {
  /** The share of the ratings that is held out, above 0 and below 1. */
  test: number;
  /** A safe integer ≥ 0; the same seed holds out the same ratings in every engine. */
  seed: number;
}

/**
 * Holds out a simple random sample of exactly round(test · count) ratings, at least 1 and at most count − 1.
 * Selection sampling in one pass (Knuth, The Art of Computer Programming, vol. 2, 3.4.2, algorithm S).
 */
export function splitRows(parts: RatingsParts, options: SplitOptions): [train: Rows, test: Rows] {
  checkOptions("Ratings.split", options, ["test", "seed"]);
  const share = checkNumber("Ratings.split: test", options.test, { above: 0, below: 1 });
  const seed = checkInteger("Ratings.split: seed", options.seed, 0);
  const { count } = parts.byUser;
  if (count < 2)
    throw new RangeError("Ratings.split: needs at least 2 ratings, one for each half, but there is only 1");
  const size = Math.min(Math.max(Math.round(share * count), 1), count - 1);
  const random = seededRandom(seed, "split");
  const flags = new Uint8Array(count);
  let needed = size;
  for (let p = 0; p < count; p++) {
    if (random.unit() * (count - p) >= needed) continue;
    flags[p] = 1;
    needed--;
  }
  return [select(parts, flags, 0, count - size), select(parts, flags, 1, size)];
}
