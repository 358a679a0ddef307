import type { Id } from "../ratings/vocabulary.js";
import type { CutoffMetrics } from "./cutoff.js";
import type { TestFacts } from "./relevant.js";

/** Means over users, at one k. */
export interface RankingAt extends CutoffMetrics {
  readonly k: number;
}

/** Values of each user, in the order of {@link RankingPerUser.users}. */
export type RankingAtPerUser = { readonly k: number } & {
  readonly [Name in keyof CutoffMetrics]: Float64Array<ArrayBuffer>;
};

export interface RankingPerUser<U extends Id = Id> {
  /** The users that count, in the order of the test ratings' vocabulary. */
  readonly users: U[];
  readonly at: readonly RankingAtPerUser[];
  /** NaN where every candidate is relevant; undefined where it was not asked for. */
  readonly auc: Float64Array<ArrayBuffer> | undefined;
}

export interface RankingResult<U extends Id = Id> extends TestFacts {
  /** For each k, in the order given. */
  readonly at: readonly RankingAt[];
  /** Mean area under the ROC curve of whole lists, ties ½; undefined where it was not asked for or no user has one. */
  readonly auc: number | undefined;
  /** Users in the mean of the AUC: those that have a candidate which is not relevant. */
  readonly aucUsers: number;
  readonly perUser: RankingPerUser<U> | undefined;
}
