import type { RatingsSide } from "../ratings/index.js";
import { stretchesOf } from "../ratings/passes.js";
import type { Yielder } from "../yield.js";

/** Ratings looked at between two looks at the clock. */
const LOOK = 16384;

/** Σw of ratings with weights. */
export async function totalWeight(side: RatingsSide, yielder: Yielder): Promise<number> {
  let sum = 0;
  for (const { from, to, weights } of stretchesOf(side))
    for (let p = from; p < to; p++) {
      sum += weights![p - from]!;
      if (p % LOOK === 0 && yielder.due()) await yielder.pause();
    }
  return sum;
}
