import type { Values } from "./csr.js";
import type { Id, Vocabulary } from "./vocabulary.js";

/**
 * What another thread reads one orientation of the ratings from: posted to it, nothing is copied. A file will be another
 * kind of it.
 */
export interface SharedSide {
  readonly kind: "csr";
  readonly columnCount: number;
  readonly starts: Float64Array;
  readonly columns: Int32Array;
  readonly values: Values;
  /** Missing where the ratings have no weights. */
  readonly weights?: Values | undefined;
}

/**
 * One orientation of the ratings as a fit reads it. Rating p of row r, for `starts[r]` ≤ p < `starts[r + 1]`, has a
 * column and a value; rows ascend, and columns ascend within a row.
 */
export interface RatingsSide {
  readonly rowCount: number;
  readonly columnCount: number;
  /** The number of ratings. */
  readonly count: number;
  /** rowCount + 1 positions; not limited to 2³¹. */
  readonly starts: Float64Array;
  /** Bytes of a value as it is stored: 4 where every value is a float32. */
  readonly valueBytes: 4 | 8;
  /** The same of a weight; missing where the ratings have none. */
  readonly weightBytes?: 4 | 8 | undefined;
  /** Copies ratings `from` … `to` − 1 to the start of the buffers given; `weights` where the ratings have some. */
  read(from: number, to: number, columns: Int32Array, values: Values, weights?: Values): void;
  /** What other threads read this side from; undefined where its bytes cannot be shared, and one thread does it all. */
  share(): SharedSide | undefined;
}

/** What a fit needs of ratings, so that a file can stand in for memory. */
export interface RatingsSource<U extends Id = Id, I extends Id = Id> {
  readonly users: Vocabulary<U>;
  readonly items: Vocabulary<I>;
  readonly userCount: number;
  readonly itemCount: number;
  /** The number of ratings, |Ω|. */
  readonly count: number;
  /** The mean of all values, μ. */
  readonly mean: number;
  /** The least value. */
  readonly min: number;
  /** The greatest value. */
  readonly max: number;
  /** A row for each user, a column for each item. */
  readonly byUser: RatingsSide;
  /** A row for each item, a column for each user. */
  readonly byItem: RatingsSide;
  /** What `contentHash` would work out, where it is known: written in a file, say. */
  readonly contentHash?: string;
}
