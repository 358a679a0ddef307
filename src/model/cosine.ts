import type { Id } from "../ratings/vocabulary.js";
import { dot } from "./dot.js";
import { known, sideOf } from "./lookup.js";
import type { Factors, ModelParts } from "./parts.js";
import type { UserOrItem } from "./results.js";

/** wᵀu ÷ (‖w‖‖u‖) of two rows of factors, in [−1, 1]; NaN where one of them is zero. */
export function cosineOf<U extends Id, I extends Id>(
  parts: ModelParts<U, I>,
  a: UserOrItem<U, I>,
  b: UserOrItem<U, I>,
): number {
  const { factors } = parts;
  const one = direction(parts, "a", a);
  const other = direction(parts, "b", b);
  const squares = dot(one, 0, one, 0, factors) * dot(other, 0, other, 0, factors);
  // Rounding alone can leave the range that a cosine has.
  return Math.max(-1, Math.min(1, dot(one, 0, other, 0, factors) / Math.sqrt(squares)));
}

/** The factors of a user or an item as multiples of the largest, so that no square of them overflows or vanishes. */
function direction<U extends Id, I extends Id>(
  { users, items, userFactors, itemFactors, factors }: ModelParts<U, I>,
  name: string,
  one: UserOrItem<U, I>,
): Float64Array {
  return sideOf(`cosine: ${name}`, one) === "user"
    ? scaled(userFactors, known("user", one.user as U, users), factors)
    : scaled(itemFactors, known("item", one.item as I, items), factors);
}

function scaled(rows: Factors, row: number, factors: number): Float64Array {
  const values = Float64Array.from(rows.subarray(row * factors, (row + 1) * factors));
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  // Zero factors become NaN here, and so does what is made of them.
  return values.map((value) => value / largest);
}
