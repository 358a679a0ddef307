import type { Precision } from "../layout.js";

/** Unit roundoff, the least positive number, and a bound of sums that are surely finite. */
const NUMBERS = {
  float32: { unit: 2 ** -24, least: 2 ** -149, finite: 1e38 },
  float64: { unit: 2 ** -53, least: 2 ** -1074, finite: 1e307 },
} as const;

/** What the bounds of one vector and the items are made of. */
export interface BoundSizes {
  readonly precision: Precision;
  readonly factors: number;
  /** ‖w‖. */
  readonly norm: number;
  /** The greatest ‖u‖. */
  readonly itemNorm: number;
  /** How far axes are from orthonormal ({@link Axes}), where bounds are made on axes. */
  readonly axesError: number | undefined;
  /** Whether items' numbers are rounded to 16 bits: eight of them significant (bfloat16). */
  readonly halves: boolean;
}

/** Unit roundoff of 16-bit factors, and the least of them. */
const HALVES = { unit: 2 ** -8, least: 2 ** -133 } as const;

/**
 * More than the exact score of a user can be above its bound (μ + b taken off), or away from it where bounds are fast scores,
 * and what comparing them rounds.
 *
 * A fast score is c and K products added one after the other, fused or not, so it is within γ(K + 2)·(|c| + Σ|w||u|) of
 * c + wᵀu (Higham, Accuracy and Stability of Numerical Algorithms, 2002, §3.1), and Σ|w||u| ≤ ‖w‖‖u‖. The exact score is
 * such a sum too, in float64, and so is what a threshold is made by; numbers below the normal ones cost `least` each. The
 * counts here are larger than these by some units, which pays for γ(n) > n·unit and for the rounding of norms. Bounds on axes
 * have fewer terms, whose factors are rounded to the precision: two units each, and what is below the normal numbers. Items' factors
 * in 16 bits add a unit roundoff of theirs to each product.
 *
 * @param base |μ + b|
 * @param itemBias the greatest |c|
 * @returns Infinity where a bound could overflow: then all scores are exact ones
 */
export function slackOf(sizes: BoundSizes, base: number, itemBias: number): number {
  const { precision, factors, norm, itemNorm } = sizes;
  const { unit, finite } = NUMBERS[precision];
  const size = norm * itemNorm + itemBias;
  if (!(size + base < finite) || !fits(sizes)) return Infinity;
  const terms = factors + 16;
  return (
    terms * (unit * size * 1.01 + 2 ** -52 * (size + base)) +
    turned(sizes) +
    halved(sizes) * norm * itemNorm +
    vanished(sizes)
  );
}

/**
 * The same of cosines: more than an exact wᵀu ÷ (length · ‖u‖) can be above its bound ÷ (length · ‖u‖).
 *
 * @param length by what products are divided, at most `norm`
 * @param leastLength the least ‖u‖ of an item that has a direction
 */
export function cosineSlackOf(sizes: BoundSizes, length: number, leastLength: number): number {
  const { precision, factors, norm, itemNorm } = sizes;
  const { unit, finite } = NUMBERS[precision];
  const least = length * leastLength;
  if (!(norm * itemNorm < finite && norm < finite && itemNorm < finite && least > 1e-290)) return Infinity;
  const turning = sizes.axesError === undefined ? 0 : turningError(factors, sizes.axesError);
  // Lengths and thresholds are rounded to the precision as well.
  return (
    ((factors + 24) * (unit * 1.01 + 2 ** -52) + turning + halved(sizes)) * (norm / length) +
    vanished(sizes) / least
  );
}

/** Whether coordinates on axes, or factors in 16 bits, are finite; all others are the factors themselves. */
function fits({ precision, norm, itemNorm, axesError, halves }: BoundSizes): boolean {
  const { finite } = NUMBERS[precision];
  return (axesError === undefined && !halves) || (norm < finite && itemNorm < finite);
}

/** What 16 bits lose, relative to ‖w‖‖u‖. */
function halved({ halves }: BoundSizes): number {
  return halves ? HALVES.unit * 1.01 : 0;
}

/** What is lost by turning vectors to axes. */
function turned({ factors, norm, itemNorm, axesError }: BoundSizes): number {
  return axesError === undefined ? 0 : turningError(factors, axesError) * norm * itemNorm;
}

/** What is lost below the normal numbers. */
function vanished({ precision, factors, norm, itemNorm, halves }: BoundSizes): number {
  const { least } = halves ? HALVES : NUMBERS[precision];
  return (factors + 24) * least * (1 + norm + itemNorm);
}

/** How far wᵀu can be from what coordinates on axes and rests say of it, relative to ‖w‖‖u‖. */
export function turningError(factors: number, axesError: number): number {
  // Coordinates are sums of K products, in float64, of at most K axes.
  return 4 * axesError + 8 * factors * Math.sqrt(factors) * 2 ** -52;
}
