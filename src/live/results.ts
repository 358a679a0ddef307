import type { Engine } from "../kernel/index.js";
import type { Id } from "../ratings/index.js";

/** A rating to be set: without `value` 1, without `weight` 1. */
export interface LiveRating<U extends Id = Id, I extends Id = Id> {
  readonly user: U;
  readonly item: I;
  readonly value?: number;
  readonly weight?: number;
}

export interface LiveOptions {
  /** Bytes that sums of the rows touched last may take. Default 64 MiB: 3,700 rows at K = 64. */
  readonly cacheBytes?: number;
}

export interface RefreshOptions {
  /** Whose threads solve the rows; without it, those of fits that are given none. */
  readonly engine?: Engine;
  readonly signal?: AbortSignal;
}

/** What has happened since `live()` or the last refresh, and what it takes. */
export interface LiveState {
  /** Ratings, N and M as they are now. */
  readonly ratings: number;
  readonly users: number;
  readonly items: number;
  /** Calls of `set` and `remove` since the last refresh, or since `live()`. */
  readonly changes: number;
  /** Rows that were solved anew since: exact for their present ratings and the other side as it is frozen. */
  readonly solvedUsers: number;
  readonly solvedItems: number;
  /** μ of every prediction, which stays until a model is trained. */
  readonly mean: number;
  readonly refreshes: number;
  readonly cache: {
    readonly rows: number;
    readonly bytes: number;
    readonly limit: number;
    /** Changes to rows whose sums were kept, and to those whose sums were not. */
    readonly hits: number;
    readonly misses: number;
  };
  /** Bytes of WebAssembly memory: both sides' factors as they are frozen, in float64. */
  readonly frozenBytes: number;
}

/** How exact a row is. */
export interface LiveRowState {
  /** Its ratings. */
  readonly ratings: number;
  /**
   * Whether it was solved since the last refresh (or since `live()`): then it is the exact solution for its present ratings and the
   * other side as it is frozen.
   */
  readonly solved: boolean;
  /**
   * How many of these ratings are with rows of the other side that were solved since, and so are no longer as they are frozen: what
   * a refresh will reckon with and this row does not.
   */
  readonly stale: number;
}
