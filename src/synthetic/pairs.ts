import type { Random } from "../random.js";
import type { Sliced } from "../ratings/slices.js";
import type { Popularity } from "./popularity.js";

/** Days since 1970-01-01 of MovieLens-20M's first and last ratings: 9 January 1995 and 31 March 2015. */
const FIRST_DAY = 9_139;
const LAST_DAY = 16_525;
/** Ratings in one sitting, on average. */
const SITTING = 30;
/** Days from one sitting to the next: 1 … LONGEST_PAUSE. */
const LONGEST_PAUSE = 14;
/** No user has many more sittings than this, so that even the busiest one's days fit into the years above. */
const MOST_SITTINGS = 400;
/** Draws between two chances to pause. */
const DRAWS = 256;

/** Who rated what and when: the pairs of user u are those from starts[u] to starts[u + 1] − 1, in order of time. */
export interface Pairs {
  readonly starts: Float64Array;
  readonly items: Int32Array;
  /** Days since 1970-01-01, ascending for each user. */
  readonly days: Uint16Array;
}

/**
 * Draws `counts[user]` different items for each user, by popularity alone, and a day for each.
 *
 * @param advance told the number of pairs drawn since it was last called
 */
export function* drawPairs(
  random: Random,
  counts: Int32Array,
  popularity: Popularity,
  itemCount: number,
  advance: (pairs: number) => void,
): Sliced<Pairs> {
  const starts = new Float64Array(counts.length + 1);
  for (let user = 0; user < counts.length; user++) {
    starts[user + 1] = starts[user]! + counts[user]!;
    yield;
  }
  const total = starts[counts.length]!;
  const pairs: Pairs = { starts, items: new Int32Array(total), days: new Uint16Array(total) };
  // The last user (counted from 1) who was given the item.
  const givenTo = new Int32Array(itemCount);
  for (let user = 0; user < counts.length; user++) {
    let next = starts[user]!;
    while (next < starts[user + 1]!) {
      next = drawDifferent(random, popularity, pairs.items, next, starts[user + 1]!, givenTo, user + 1);
      yield;
    }
    drawDays(random, pairs.days.subarray(starts[user]!, starts[user + 1]!));
    advance(counts[user]!);
  }
  yield* coverItems(random, pairs.items, itemCount);
  return pairs;
}

/** Fills `items` from `from` up to `to` at most, refusing what the user has already; returns how far it came. */
function drawDifferent(
  random: Random,
  popularity: Popularity,
  items: Int32Array,
  from: number,
  to: number,
  givenTo: Int32Array,
  user: number,
): number {
  let next = from;
  for (let draws = 0; draws < DRAWS && next < to; draws++) {
    const item = popularity.draw(random);
    if (givenTo[item] === user) continue;
    givenTo[item] = user;
    items[next++] = item;
  }
  return next;
}

/** A user comes some day, rates a few things in each sitting, and comes again after a few days. */
function drawDays(random: Random, days: Uint16Array): void {
  const another = 1 / Math.max(SITTING, days.length / MOST_SITTINGS);
  const span = LAST_DAY - FIRST_DAY;
  let offset = 0;
  for (let p = 0; p < days.length; p++) {
    if (p > 0 && random.unit() < another) offset = Math.min(span, offset + 1 + random.integer(LONGEST_PAUSE));
    days[p] = offset;
  }
  const first = FIRST_DAY + random.integer(span - offset + 1);
  for (let p = 0; p < days.length; p++) days[p]! += first;
}

/** Gives each item that nobody drew one rating, taken from an item that has more than one. */
function* coverItems(random: Random, items: Int32Array, itemCount: number): Sliced<void> {
  const counts = new Int32Array(itemCount);
  for (let p = 0; p < items.length; p++) {
    counts[items[p]!]!++;
    if (p % DRAWS === 0) yield;
  }
  for (let item = 0; item < itemCount; item++) {
    if (counts[item] === 0) {
      let p = random.integer(items.length);
      while (counts[items[p]!]! < 2) p = random.integer(items.length);
      counts[items[p]!]!--;
      items[p] = item;
      counts[item] = 1;
    }
    yield;
  }
}
