import type { Id, Vocabulary } from "../ratings/vocabulary.js";

/** What a metric sees of a model: something that gives any pair of a user and an item a score. */
export interface Scorer<U extends Id = Id, I extends Id = Id> {
  readonly users: Vocabulary<U>;
  readonly items: Vocabulary<I>;
  /** Least and greatest training rating: metrics clip scores to it. */
  readonly range: readonly [min: number, max: number];
  /** What it was trained with, where it was: scores of `feedback: "implicit"` are no ratings, and metrics of error refuse them. */
  readonly options?: { readonly feedback?: unknown };
  /**
   * The score of a user and an item, given by vocabulary index. −1 stands for an unknown one: then the baseline
   * that is known answers (the mean, and the bias of the known side).
   */
  score(user: number, item: number): number;
}
