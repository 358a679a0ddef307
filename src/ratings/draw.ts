import type { Random } from "../random.js";

/** How a user's ratings are chosen: at random, or those with the greatest timestamps, equal ones by item. */
export type DrawBy = "random" | "last";

/**
 * Flags `size` of a user's ratings `from` … `to` − 1.
 *
 * Selection sampling in one pass (Knuth, The Art of Computer Programming, vol. 2, 3.4.2, algorithm S), or by timestamps.
 *
 * @param random undefined where timestamps decide
 */
export function drawRow(
  flags: Uint8Array,
  from: number,
  to: number,
  size: number,
  random: Random | undefined,
  timestamps: Float64Array | undefined,
): void {
  if (random === undefined) {
    const order = Array.from({ length: to - from }, (_, n) => from + n);
    order.sort((a, b) => timestamps![b]! - timestamps![a]! || b - a);
    for (let n = 0; n < size; n++) flags[order[n]!] = 1;
    return;
  }
  let needed = size;
  for (let p = from; p < to; p++) {
    if (random.unit() * (to - p) >= needed) continue;
    flags[p] = 1;
    needed--;
  }
}

/** How many of n ratings a number asks for: itself where it is a whole number, else that share, rounded, at least 1. */
export function sizeOf(number: number, n: number): number {
  return number >= 1 ? number : Math.max(1, Math.round(number * n));
}
