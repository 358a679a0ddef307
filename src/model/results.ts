import type { Id } from "../ratings/vocabulary.js";
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

/** An item and its value on one latent feature. */
export interface WeightedItem<I extends Id = Id> {
  readonly item: I;
  readonly value: number;
}

/** A training rating that the model holds; without `value` where it keeps only the items. */
export interface RatedItem<I extends Id = Id> {
  readonly item: I;
  readonly value?: number;
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

export interface RecommendOptions extends TopOptions {
  /** "rated" (default) leaves out what the user rated in training, "none" leaves out nothing. */
  readonly exclude?: "rated" | "none";
}
