import type { RankedTargets } from "./ranker.js";

/**
 * Area under the ROC curve of one list: the share of pairs of a relevant and another candidate in which the relevant one has
 * the higher score, ties counting ½. From exact counts over the whole list; NaN where every candidate is relevant.
 *
 * @param relevant positions of the user's relevant items in `ranks`
 * @param candidates items of the list
 */
export function aucOf(ranks: RankedTargets, relevant: readonly number[], candidates: number): number {
  const count = relevant.length;
  let wins = 0;
  for (const at of relevant) wins += candidates - 1 - ranks.better[at]! - ranks.tied[at]! / 2;
  // Among the relevant ones every pair is won once, or tied twice.
  wins -= (count * (count - 1)) / 2;
  return wins / (count * (candidates - count));
}
