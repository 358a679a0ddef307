import type { ConfidenceForm } from "../ratings/confidence.js";
import type { ImplicitTerms } from "./half-epoch.js";

/** (β, β₀) is (1, 1) with an unrated pair of weight 1, and (α₀, 0) where α₀ is the weight of every pair. */
export function implicitTerms(
  { alpha, offset }: ConfidenceForm,
  unobservedWeight: number | undefined,
): ImplicitTerms {
  return unobservedWeight === undefined
    ? { alpha, offset, allPairs: 1, observedBase: 1 }
    : { alpha, offset, allPairs: unobservedWeight, observedBase: 0 };
}

/** What a rating adds to its row's system: a·xxᵀ on the left, d·x on the right (docs/mathematics.md). */
export interface RatingTerm {
  readonly a: number;
  readonly d: number;
  /** p: what the prediction of the pair should be. */
  readonly preference: number;
  /** c: the rating's weight in the loss. */
  readonly weight: number;
}

/**
 * The same sums as assembly/targets.ts makes.
 *
 * @param m what is said of the pair without the row that is solved: μ + c_j
 * @param given the rating's weight or, of implicit feedback, its confidence; undefined where it follows from the value
 */
export function ratingTerm(
  implicit: ImplicitTerms | undefined,
  m: number,
  value: number,
  given: number | undefined,
): RatingTerm {
  if (implicit === undefined) {
    const weight = given ?? 1;
    return { a: weight, d: weight * (value - m), preference: value, weight };
  }
  const { alpha, offset, observedBase } = implicit;
  const weight = given ?? offset + alpha * Math.abs(value);
  const preference = value > 0 ? 1 : 0;
  return { a: weight - observedBase, d: weight * (preference - m) + observedBase * m, preference, weight };
}
