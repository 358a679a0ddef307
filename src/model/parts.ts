import type { Id, Vocabulary } from "../ratings/vocabulary.js";
import type { ModelInfo } from "./info.js";

/** Latent factors, row-major without padding. */
export type Factors = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** The resolved options that a model was trained with: a plain JSON object. */
export type ModelOptions = { readonly [name: string]: JsonValue };

/** How much of the training rows a model keeps: nothing, who rated what, or the ratings too. */
export type HistoryKind = "none" | "items" | "ratings";

/** Items rated by each user as compressed rows: columns ascending inside a row. */
export interface ItemRows {
  /** N + 1 entries: row i is starts[i] … starts[i + 1] − 1. */
  readonly starts: Float64Array;
  readonly columns: Int32Array;
}

/** The training rows that a model keeps. */
export type ModelHistory =
  | { readonly kind: "none" }
  | { readonly kind: "items"; readonly byUser: ItemRows }
  | {
      readonly kind: "ratings";
      readonly byUser: ItemRows & {
        readonly values: Float32Array | Float64Array;
        /** One > 0 a rating, where the ratings had weights. */
        readonly weights?: Float32Array | Float64Array | undefined;
      };
    };

/** What a model of items alone, which other people's ratings are folded in with, knows of what it lacks. */
export interface ItemsOnly {
  /** What λ is multiplied with where it was meant for `scalingStar`; 1 otherwise. */
  readonly rescaling: number;
}

/** What an estimator hands to a `Model`, which owns it from then on: nothing in it may change afterwards. */
export interface ModelParts<U extends Id = Id, I extends Id = Id> {
  readonly users: Vocabulary<U>;
  readonly items: Vocabulary<I>;
  /** K. */
  readonly factors: number;
  /** N × K. */
  readonly userFactors: Factors;
  /** M × K, of the same type as `userFactors`. */
  readonly itemFactors: Factors;
  /** μ; 0 for a model without biases. */
  readonly mean: number;
  readonly userBiases: Float64Array | undefined;
  readonly itemBiases: Float64Array | undefined;
  /** Least and greatest training rating. */
  readonly range: readonly [min: number, max: number];
  /** Training ratings of each user. */
  readonly userCounts: Int32Array;
  /** Training ratings of each item. */
  readonly itemCounts: Int32Array;
  readonly history: ModelHistory;
  /** Of a model of items alone: its users, their factors, biases and counts are empty. */
  readonly itemsOnly?: ItemsOnly | undefined;
  readonly options: ModelOptions;
  readonly info: ModelInfo;
}
