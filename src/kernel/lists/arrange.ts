import type { Sliced } from "../../ratings/slices.js";
import { type Axes, chooseAxes, type Sample } from "./axes.js";
import type { ListSource, Numbers } from "./source.js";

/** In what order items lie in panels, and what their bounds are made of. */
export interface Arrangement {
  /** The item at each place; undefined where places are items. */
  readonly order: Int32Array | undefined;
  readonly axes: Axes | undefined;
  /** No user's factors are longer: Infinity where that is not known. */
  readonly userNorm: number;
}

/** Places by index, bounds that are fast scores: what ranks need, which are counted above as well as below. */
export const BY_INDEX: Arrangement = { order: undefined, axes: undefined, userNorm: Infinity };

const SAMPLED_ITEMS = 2048;
const SAMPLED_USERS = 32;
/** Entries that most lists have. */
const LISTED = 10;
/** Fewer items are gone through faster than axes are found for them. */
const WORTH_AXES = 512;
/** Multiply-adds of all lists that are done with sooner than axes are found. */
const WORTH_WORK = 2 ** 31;
/** Steps of the order: what differs by less lies by index. */
const BUCKETS = 4096;
/** Numbers between two chances of a pause. */
const STRIDE = 1 << 14;

/**
 * The items in an order of falling bounds: by c + t·‖u‖, where t is the users' root mean square length. The greatest score
 * that anybody can have with an item of the last chunks is then small, and most users are done before they come to it.
 *
 * @param bits the items to arrange, as bits; all where there are none
 * @param count how many they are
 * @param queries lists that will be made
 */
export function* arrange(
  { itemFactors, itemBiases, userFactors, factors }: ListSource,
  bits: Uint32Array | undefined,
  count: number,
  queries: number,
): Sliced<Arrangement> {
  const itemCount = itemFactors.length / factors;
  const keys = new Float64Array(itemCount);
  const users = sampleOf(userFactors, userFactors.length / factors, SAMPLED_USERS);
  let length = 0;
  for (const user of users.at) length += squaresOf(userFactors, user, factors) / users.at.length;
  length = Math.sqrt(length);
  const stride = Math.max(1, Math.floor(STRIDE / factors));
  let longest = 0;
  for (let user = 0; user < userFactors.length / factors; user++) {
    if (user % stride === 0) yield;
    longest = Math.max(longest, squaresOf(userFactors, user, factors));
  }
  const userNorm = Math.sqrt(longest) * (1 + 1e-9);
  let least = Infinity;
  let greatest = -Infinity;
  for (let item = 0; item < itemCount; item++) {
    if (item % stride === 0) yield;
    if (!isIn(bits, item)) continue;
    const bias = itemBiases === undefined ? 0 : itemBiases[item]!;
    const key = bias + length * Math.sqrt(squaresOf(itemFactors, item, factors));
    keys[item] = key;
    least = Math.min(least, key);
    greatest = Math.max(greatest, key);
  }
  const order = yield* byFallingKeys(keys, bits, count, least, greatest);
  if (count < WORTH_AXES || queries * count * factors < WORTH_WORK)
    return { order, axes: undefined, userNorm };
  const sampled = sampleOf(itemFactors, count, SAMPLED_ITEMS);
  const items = { rows: itemFactors, at: sampled.at.map((place) => order[place]!) };
  const listed = Math.max(1, Math.round((LISTED * items.at.length) / count));
  return { order, axes: yield* chooseAxes(items, users, factors, itemBiases, listed), userNorm };
}

/** The items of a filter, the greatest keys first, equal steps by index. */
function* byFallingKeys(
  keys: Float64Array,
  bits: Uint32Array | undefined,
  count: number,
  least: number,
  greatest: number,
): Sliced<Int32Array> {
  const scale = (BUCKETS - 1) / (greatest - least);
  const stepOf = (item: number): number => {
    const step = Math.floor((greatest - keys[item]!) * scale);
    // All keys are equal, or some are not finite.
    return step >= 0 && step < BUCKETS ? step : 0;
  };
  const starts = new Int32Array(BUCKETS + 1);
  for (let item = 0; item < keys.length; item++) {
    if (item % STRIDE === 0) yield;
    if (isIn(bits, item)) starts[stepOf(item) + 1]!++;
  }
  for (let step = 0; step < BUCKETS; step++) starts[step + 1]! += starts[step]!;
  const order = new Int32Array(count);
  for (let item = 0; item < keys.length; item++) {
    if (item % STRIDE === 0) yield;
    if (isIn(bits, item)) order[starts[stepOf(item)]!++] = item;
  }
  return order;
}

function isIn(bits: Uint32Array | undefined, item: number): boolean {
  return bits === undefined || ((bits[item >> 5]! >>> (item & 31)) & 1) === 1;
}

function squaresOf(rows: Numbers, row: number, factors: number): number {
  let squares = 0;
  for (let at = row * factors; at < (row + 1) * factors; at++) squares += rows[at]! * rows[at]!;
  return squares;
}

/** Rows at even distances. */
function sampleOf(rows: Numbers, count: number, most: number): Sample {
  const length = Math.min(count, most);
  return { rows, at: Int32Array.from({ length }, (_, n) => Math.floor((n * count) / length)) };
}
