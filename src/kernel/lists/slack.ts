import type { Precision } from "../layout.js";

/** Unit roundoff, the least positive number, and a bound of sums that are surely finite. */
const NUMBERS = {
  float32: { unit: 2 ** -24, least: 2 ** -149, finite: 1e38 },
  float64: { unit: 2 ** -53, least: 2 ** -1074, finite: 1e307 },
} as const;

/**
 * More than a fast score of a user can be away from the exact one (its μ + b taken off), and what comparing them rounds.
 *
 * A fast score is c and K products added one after the other, fused or not, so it is within γ(K + 2)·(|c| + Σ|w||u|) of
 * c + wᵀu (Higham, Accuracy and Stability of Numerical Algorithms, 2002, §3.1), and Σ|w||u| ≤ ‖w‖‖u‖. The exact score is
 * such a sum too, in float64, and so is what a threshold is made by; numbers below the normal ones cost `least` each. The
 * counts here are larger than these by some units, which pays for γ(n) > n·unit and for the rounding of norms.
 *
 * @param norm ‖w‖
 * @param base |μ + b|
 * @param itemNorm the greatest ‖u‖
 * @param itemBias the greatest |c|
 * @returns Infinity where a fast score could overflow: then all scores are exact ones
 */
export function slackOf(
  precision: Precision,
  factors: number,
  norm: number,
  base: number,
  itemNorm: number,
  itemBias: number,
): number {
  const { unit, least, finite } = NUMBERS[precision];
  const size = norm * itemNorm + itemBias;
  if (!(size + base < finite)) return Infinity;
  const terms = factors + 16;
  return terms * (unit * size * 1.01 + 2 ** -52 * (size + base) + least);
}
