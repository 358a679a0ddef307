import { exp } from "../arithmetic.js";
import type { Random } from "../random.js";
import type { Sliced } from "../ratings/slices.js";
import { Normals } from "./normal.js";

/** No user of MovieLens-20M has fewer ratings; here so where the mean allows it. */
const FEWEST = 20;
/**
 * Ratings beyond the fewest are log-normal. With this deviation of their logarithm a mean of 144 ratings goes with
 * a median of 68, as in MovieLens-20M: (144 − 20)/(68 − 20) = exp(1.378²/2).
 */
const LOG_DEVIATION = 1.378;

/**
 * Draws how many ratings each user gives: heavy-tailed, at least 1, at most `most`, `ratings` in all.
 * The caller sees to it that users ≤ ratings ≤ users · most.
 */
export function* drawActivity(
  random: Random,
  users: number,
  ratings: number,
  most: number,
): Sliced<Int32Array> {
  const fewest = Math.max(1, Math.min(FEWEST, Math.floor(ratings / users / 2)));
  const room = most - fewest;
  const spare = ratings - users * fewest;
  const normals = new Normals(random);
  const wishes = new Float64Array(users);
  for (let user = 0; user < users; user++) {
    wishes[user] = exp(LOG_DEVIATION * normals.next());
    yield;
  }
  const scale = yield* fitScale(wishes, room, spare);
  const counts = new Int32Array(users);
  let given = 0;
  let wished = 0;
  for (let user = 0; user < users; user++) {
    // Rounding the running sum and not each wish keeps the total.
    wished += Math.min(room, wishes[user]! * scale);
    const count = Math.min(room, Math.floor(Math.min(wished, spare)) - given);
    counts[user] = fewest + count;
    given += count;
    yield;
  }
  for (let user = 0; given < spare; user = (user + 1) % users) {
    if (counts[user]! < most) {
      counts[user]!++;
      given++;
    }
    yield;
  }
  return counts;
}

/** The scale s at which Σ min(room, s·wish) = spare, but for rounding. */
function* fitScale(wishes: Float64Array, room: number, spare: number): Sliced<number> {
  let scale = 0;
  let full = -1;
  // Who is full at one scale stays full at the next, larger one, so this ends.
  for (;;) {
    let fullNow = 0;
    let rest = 0;
    for (const wish of wishes) {
      if (scale * wish >= room) fullNow++;
      else rest += wish;
      yield;
    }
    if (fullNow === full || rest === 0) return scale;
    full = fullNow;
    scale = (spare - full * room) / rest;
  }
}
