import { checkInteger, checkNumber, checkOptions } from "../options.js";
import { seededRandom } from "../random.js";
import type { RatingsParts } from "./finish.js";
import { halvesOf } from "./halves.js";
import { SLICE, type Sliced } from "./slices.js";
import type { Id } from "./vocabulary.js";

export interface SplitOptions {
  /** The share of the ratings that is held out, above 0 and below 1. */
  test: number;
  /** A safe integer ≥ 0; the same seed holds out the same ratings in every engine. */
  seed: number;
}

/**
 * Holds out a simple random sample of exactly round(test · count) ratings, at least 1 and at most count − 1.
 * Selection sampling in one pass by user (Knuth, The Art of Computer Programming, vol. 2, 3.4.2, algorithm S).
 *
 * @param options validated here
 * @param reuse whether the training half may take the place of `parts`, which are lost then
 * @throws TypeError, RangeError for bad options or fewer than 2 ratings
 */
export function* splitParts<U extends Id, I extends Id>(
  parts: RatingsParts<U, I>,
  options: SplitOptions,
  reuse: boolean,
): Sliced<[train: RatingsParts<U, I>, test: RatingsParts<U, I>]> {
  checkOptions("Ratings.split", options, ["test", "seed"]);
  const share = checkNumber("Ratings.split: test", options.test, { above: 0, below: 1 });
  const seed = checkInteger("Ratings.split: seed", options.seed, 0);
  const { byUser, byItem } = parts;
  const { count } = byUser;
  if (count < 2)
    throw new RangeError("Ratings.split: needs at least 2 ratings, one for each half, but there is only 1");
  const size = Math.min(Math.max(Math.round(share * count), 1), count - 1);
  const sample = new Sample(size, seed, byUser.columns, byItem.starts);
  const flags = (from: number, to: number): Uint8Array => sample.drawByUser(from, to);
  return yield* halvesOf(parts, { size, byUser: flags, byItem: sample.byItem }, reuse);
}

/** Draws who is held out in the order by user, and notes it in the order by item. */
class Sample {
  /** A flag for each rating in the order by item, 1 for those held out. */
  readonly byItem: Uint8Array;
  readonly #random: ReturnType<typeof seededRandom>;
  readonly #items: Int32Array;
  /** Where the next rating of each item stands in the order by item. */
  readonly #cursors: Float64Array;
  readonly #flags = new Uint8Array(SLICE);
  #needed: number;

  constructor(size: number, seed: number, items: Int32Array, itemStarts: Float64Array) {
    this.byItem = new Uint8Array(items.length);
    this.#random = seededRandom(seed, "split");
    this.#items = items;
    this.#cursors = itemStarts.slice();
    this.#needed = size;
  }

  /** The flags of ratings `from` … `to` − 1 in the order by user; the next ones are those from `to` on. */
  drawByUser(from: number, to: number): Uint8Array {
    const count = this.#items.length;
    const items = this.#items;
    const cursors = this.#cursors;
    const random = this.#random;
    const flags = this.#flags;
    for (let p = from; p < to; p++) {
      const position = cursors[items[p]!]!++;
      const held = random.unit() * (count - p) < this.#needed;
      flags[p - from] = held ? 1 : 0;
      if (!held) continue;
      this.byItem[position] = 1;
      this.#needed--;
    }
    return flags;
  }
}
