import { log } from "../arithmetic.js";

/** What one user's list is worth, of what is relevant to the user: each cut off at rank k. */
export interface CutoffMetrics {
  /** Relevant items among the first k, divided by k, also where a list has fewer items. */
  readonly precision: number;
  /** Relevant items among the first k, divided by the number of relevant items. */
  readonly recall: number;
  /** Relevant items among the first k, divided by min(k, number of relevant items): 1 can always be reached. */
  readonly recallCapped: number;
  /** 1 where one of the first k is relevant, else 0. */
  readonly hitRate: number;
  /** Average precision: Σ (hits up to its rank ÷ rank) over the hits, divided by min(k, number of relevant items). */
  readonly map: number;
  /** 1 ÷ rank of the first hit; 0 without one. */
  readonly mrr: number;
  /** Normalized discounted cumulative gain, every relevant item of gain 1: Σ 1/log₂(rank + 1) by that of the best order. */
  readonly ndcg: number;
  /** The same with the test value of a relevant item as its gain. */
  readonly gradedNdcg: number;
}

/** The names, in the order in which they are printed. */
export const CUTOFF_METRICS: readonly (keyof CutoffMetrics)[] = [
  "precision",
  "recall",
  "recallCapped",
  "hitRate",
  "map",
  "mrr",
  "ndcg",
  "gradedNdcg",
];

/** A relevant item that is in the list. */
export interface Hit {
  /** From 1. */
  readonly rank: number;
  readonly gain: number;
}

/** What ranks from 1 to a greatest one discount by; in natural logarithms, as their base cancels out. */
export function discounts(ranks: number): Float64Array {
  return Float64Array.from({ length: ranks }, (_, rank) => 1 / log(rank + 2));
}

/**
 * The metrics of one list.
 *
 * @param hits in the order of their ranks; those beyond k are not looked at
 * @param gains of all relevant items, at least one, the greatest first
 * @param discount of at least min(k, relevant items) and the hits' ranks
 */
export function cutoffMetrics(
  k: number,
  hits: readonly Hit[],
  gains: ArrayLike<number>,
  discount: Float64Array,
): CutoffMetrics {
  const relevant = gains.length;
  const reachable = Math.min(k, relevant);
  let found = 0;
  let precisions = 0;
  let gained = 0;
  let graded = 0;
  for (const { rank, gain } of hits) {
    if (rank > k) break;
    found++;
    precisions += found / rank;
    gained += discount[rank - 1]!;
    graded += gain * discount[rank - 1]!;
  }
  let ideal = 0;
  let gradedIdeal = 0;
  for (let at = 0; at < reachable; at++) {
    ideal += discount[at]!;
    gradedIdeal += gains[at]! * discount[at]!;
  }
  return {
    precision: found / k,
    recall: found / relevant,
    recallCapped: found / reachable,
    hitRate: found > 0 ? 1 : 0,
    map: precisions / reachable,
    mrr: found > 0 ? 1 / hits[0]!.rank : 0,
    ndcg: gained / ideal,
    gradedNdcg: graded / gradedIdeal,
  };
}
