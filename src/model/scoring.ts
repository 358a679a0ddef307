import { AlternantError } from "../errors.js";
import type { Id } from "../ratings/vocabulary.js";
import { dot } from "./dot.js";
import type { ModelParts } from "./parts.js";
import type { Top } from "./top.js";

/**
 * r̂ = ((μ + b) + c) + wᵀu by index, in float64 and in this order, which the kernels keep too. −1 leaves out the
 * terms of that side, as for a user or an item without training ratings, whose factors and bias are zero.
 */
export function scoreOf<U extends Id, I extends Id>(
  parts: ModelParts<U, I>,
  user: number,
  item: number,
): number {
  const { factors, userFactors, itemFactors, userBiases, itemBiases } = parts;
  let score = parts.mean;
  if (userBiases !== undefined && user >= 0) score += userBiases[user]!;
  if (itemBiases !== undefined && item >= 0) score += itemBiases[item]!;
  return user < 0 || item < 0
    ? score
    : score + dot(userFactors, user * factors, itemFactors, item * factors, factors);
}

/** Scores of users × items, row-major; NaN where an index is −1. @throws AlternantError "too-large" */
export function scoreBlock<U extends Id, I extends Id>(
  parts: ModelParts<U, I>,
  users: Int32Array,
  items: Int32Array,
): Float64Array<ArrayBuffer> {
  const values = allocate(users.length, items.length);
  let at = 0;
  for (const user of users)
    for (const item of items) values[at++] = user < 0 || item < 0 ? NaN : scoreOf(parts, user, item);
  return values;
}

/** Offers all items with training ratings, by μ + c where there are item biases and by their counts elsewhere. */
export function offerPopular<U extends Id, I extends Id>(parts: ModelParts<U, I>, top: Top): void {
  const { itemBiases, itemCounts } = parts;
  for (let item = 0; item < itemCounts.length; item++) {
    const ratings = itemCounts[item]!;
    if (ratings > 0) top.offer(item, itemBiases === undefined ? ratings : scoreOf(parts, -1, item));
  }
}

function allocate(rows: number, columns: number): Float64Array<ArrayBuffer> {
  try {
    return new Float64Array(rows * columns);
  } catch (error) {
    throw new AlternantError(
      "too-large",
      `A block of ${rows} × ${columns} predictions needs ${(rows * columns * 8) / 1e9} GB, more than can be allocated; ask for smaller blocks.`,
      { cause: error },
    );
  }
}
