import type { Engine } from "../kernel/index.js";
import type { Ratings } from "../ratings/ratings.js";
import type { Id } from "../ratings/vocabulary.js";
import type { Ranker } from "./ranker.js";
import type { RankingResult } from "./ranking-result.js";

export interface RankingOptions {
  /** Where lists are cut off, each ≥ 1. Default 10. */
  readonly k?: number | readonly number[] | undefined;
  /** Test ratings of at least this value, which is above 0, are relevant. By default all above 0 are. */
  readonly relevant?: number | undefined;
  /** "rated" (default) leaves out of lists what a user rated in training, "none" nothing. */
  readonly exclude?: "rated" | "none" | undefined;
  /** Whether to compute the AUC, for which every relevant item is followed through the whole list. Default true. */
  readonly auc?: boolean | undefined;
  /** Whether to tell each user's values too. Default false. */
  readonly perUser?: boolean | undefined;
  /** The engine to run on; without one a shared engine is made on first use. */
  readonly engine?: Engine | undefined;
  /** Aborts the computation: the promise rejects with code "aborted". */
  readonly signal?: AbortSignal | undefined;
}

/**
 * How well lists of items meet what users liked in test ratings, in one pass for all k: means over the users that have
 * something relevant in the test. A list has all items but those that the user rated in training, the highest score first,
 * equal ones by index. Ids are matched by name. docs/metrics.md has each formula.
 *
 * Test ratings of unknown users, of unknown items, and of what the list leaves out take no part; they are counted.
 *
 * @throws AlternantError "no-ratings" when no user has anything relevant, "no-history" from a model that does not know what
 *   users rated (pass `exclude: "none"`), "aborted", "lane-failed", "disposed", "too-large"
 */
export async function rankingMetrics<U extends Id, I extends Id>(
  ranker: Ranker<U, I>,
  test: Ratings<U, I>,
  options: RankingOptions = {},
): Promise<RankingResult<U>> {
  const { judgeRanking } = await import("./judge.js");
  return judgeRanking(ranker, test, options);
}
