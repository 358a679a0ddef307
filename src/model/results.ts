import type { Engine } from "../kernel/index.js";
import type { Id } from "../ratings/vocabulary.js";
import type { ItemFilter } from "./filter.js";
import type { Factors } from "./parts.js";

/** An item and its score. */
export interface ScoredItem<I extends Id = Id> {
  readonly item: I;
  readonly score: number;
}

/** A user and its score. */
export interface ScoredUser<U extends Id = Id> {
  readonly user: U;
  readonly score: number;
}

/** A user or an item, by its id. */
export type UserOrItem<U extends Id = Id, I extends Id = Id> =
  | { readonly user: U; readonly item?: never }
  | { readonly item: I; readonly user?: never };

/** An item and its value on one latent feature. */
export interface WeightedItem<I extends Id = Id> {
  readonly item: I;
  readonly value: number;
}

/** A training rating that the model holds; without `value` where it keeps only the items. */
export interface RatedItem<I extends Id = Id> {
  readonly item: I;
  readonly value?: number;
  /** Where the ratings had weights. */
  readonly weight?: number;
}

/** A block of R̂: values[r · items.length + c] belongs to users[r] and items[c]. */
export interface Block<U extends Id = Id, I extends Id = Id> {
  readonly users: U[];
  readonly items: I[];
  /** users.length × items.length, row-major; NaN where an id is unknown. */
  readonly values: Float64Array<ArrayBuffer>;
}

/** The items at both ends of a latent feature, the most extreme first. */
export interface FactorExtremes<I extends Id = Id> {
  readonly highest: WeightedItem<I>[];
  readonly lowest: WeightedItem<I>[];
}

/** A copy of one side's factors: rows × factors, row-major without padding, in vocabulary order. */
export interface FactorCopy {
  readonly rows: number;
  readonly factors: number;
  readonly values: Factors;
}

export interface TopOptions {
  /** How many entries at most. Default 10; fewer come back where there are fewer. */
  readonly count?: number;
}

/** Which part of a ranking is told. */
export interface PageOptions extends TopOptions {
  /** Entries to skip, best first. Default 0; behind the end of the ranking there is nothing, and the list is empty. */
  readonly offset?: number;
  /** Leaves out what scores lower. */
  readonly minScore?: number;
}

export interface PrepareOptions {
  /** The side that questions will be about; both without it. */
  readonly side?: "users" | "items";
  /** What indexes are built on; without it the shared engine, and for fewer than a million numbers of a side the calling thread. */
  readonly engine?: Engine;
  readonly signal?: AbortSignal;
}

/** What getting ready has cost. */
export interface Prepared {
  /** That this call took; next to nothing where all was there. */
  readonly seconds: number;
  /** That lengths and indexes take now, of both sides. */
  readonly bytes: number;
}

/** By what likeness is measured. */
export interface MeasureOptions {
  /** "cosine" (default): direction alone, in [−1, 1]. "dot": uᵀu′, which long factors (of popular items) make larger. */
  readonly measure?: "cosine" | "dot";
}

export interface RecommendOptions<I extends Id = Id> extends PageOptions {
  /** "rated" (default) leaves out what the user rated in training, "none" leaves out nothing. */
  readonly exclude?: "rated" | "none";
  /** What may be listed at all, as `model.filter` has compiled it. */
  readonly filter?: ItemFilter<I>;
}

export interface AudienceOptions extends PageOptions {
  /** "rated" (default) leaves out who rated the item in training, "none" leaves out nobody. */
  readonly exclude?: "rated" | "none";
}

export interface SimilarItemsOptions<I extends Id = Id> extends PageOptions, MeasureOptions {
  /** What may be listed at all, as `model.filter` has compiled it. */
  readonly filter?: ItemFilter<I>;
}

export interface SimilarUsersOptions extends PageOptions, MeasureOptions {}

export interface RecommendForOptions<I extends Id = Id> extends SimilarItemsOptions<I> {}

export interface RecommendManyOptions<I extends Id = Id> extends Omit<RecommendOptions<I>, "offset"> {
  /** The engine to run on; without one a shared engine is made on first use. */
  readonly engine?: Engine | undefined;
  /** Aborts the call: it rejects with "aborted" at once. */
  readonly signal?: AbortSignal | undefined;
}

/** The lists of consecutive users, as numbers. */
export interface RecommendationBlock {
  /** The users are those with indices `from` … `to` − 1: `model.users.id(index)` is the id. */
  readonly from: number;
  readonly to: number;
  /** Entries of a row. */
  readonly count: number;
  /** (to − from) × count indices of items, the best first (`model.items.id(index)`); −1 where a user has no more. */
  readonly items: Int32Array<ArrayBuffer>;
  /** Their scores, as {@link ScoredItem.score}; NaN where there is no item. */
  readonly scores: Float64Array<ArrayBuffer>;
}

export interface FoldInOptions {
  /** Aborts the call: it rejects with "aborted", at once where it takes more than a few milliseconds. */
  readonly signal?: AbortSignal | undefined;
}

export interface ExplainOptions {
  /** For each rating also the list of so many items that there would be without it: one list of all items a rating takes time. */
  readonly lists?: number | undefined;
  /** Aborts the call: it rejects with "aborted". */
  readonly signal?: AbortSignal | undefined;
}

/** One rating of somebody's and what it does to a prediction. */
export interface Reason<I extends Id = Id> {
  /** The item that was rated. */
  readonly item: I;
  readonly value: number;
  /** Where ratings have weights. */
  readonly weight?: number;
  /** Its additive part in the prediction. */
  readonly contribution: number;
  /** What the prediction would be had it not been given: not the score less the contribution, for the others then say more. */
  readonly without: number;
  /** The best items then, where `lists` asked for them. */
  readonly list?: ScoredItem<I>[];
}

/** What a prediction is made of: score = base + Σ contributions. */
export interface Explanation<I extends Id = Id> {
  readonly item: I;
  /** What the model predicts. */
  readonly score: number;
  /** What no rating of theirs has a part in: μ + c, and for implicit feedback with biases what unrated items say. */
  readonly base: number;
  /** A reason for each rating, the largest contribution first, equal ones in vocabulary order. */
  readonly reasons: Reason<I>[];
}

/** A rating as the others of the same user predict it. */
export interface LeftOutRating<I extends Id = Id> {
  readonly item: I;
  readonly value: number;
  /** Where ratings have weights. */
  readonly weight?: number;
  /** What would be predicted had it not been given; items as they are. */
  readonly prediction: number;
  /** The value less the prediction; for implicit feedback 1 or (for a dislike) 0 less it. */
  readonly residual: number;
}

export interface EstimateErrorOptions {
  /** Aborts the call: it rejects with "aborted". */
  readonly signal?: AbortSignal | undefined;
}

/** What the model's error on ratings that it has not seen is about, from those that it has. */
export interface ErrorEstimate {
  /** √ of the mean square of e ÷ (1 − h_user − h_item), predictions clipped to the ratings' range. Approximate. */
  readonly rmse: number;
  /** The same of e, which is what training saw. */
  readonly trainingRmse: number;
  /** Ratings that it is of. */
  readonly count: number;
}

export interface DecomposeOptions {
  /** The engine to run on; without one a shared engine is made on first use. */
  readonly engine?: Engine | undefined;
  /** Aborts the call: it rejects with "aborted" at once. */
  readonly signal?: AbortSignal | undefined;
}

export interface CanonicalOptions extends DecomposeOptions {
  /** Of the new model's factors. Default "float64", whatever the model's own: predictions are then the same to rounding. */
  readonly precision?: "float64" | "float32" | undefined;
}

/** R̂ without μ and biases as P S Qᵀ: K singular values and the orthonormal axes of both sides, in float64. */
export interface ModelSvd {
  /** K singular values, falling; 0 where there is no such axis. */
  readonly values: Float64Array<ArrayBuffer>;
  /** Share of each axis in ‖R̂‖²: σ_k² ÷ Σσ². */
  readonly energy: Float64Array<ArrayBuffer>;
  /** Values above the tolerance. */
  readonly rank: number;
  /** exp of the entropy of σ_k ÷ Σσ: K for equal values, 1 for a single one (Roy, Vetterli, "The effective rank", 2007). */
  readonly effectiveRank: number;
  /** A value that is not above it is rounding, and told as 0. */
  readonly tolerance: number;
  /**
   * P, N × K: orthonormal columns, zeros where the value is 0. Users' and items' signs on an axis are such that its item of
   * largest weight is positive: the first of those within 1e-8 of it.
   */
  readonly users: FactorCopy;
  /** Q, M × K. */
  readonly items: FactorCopy;
}
