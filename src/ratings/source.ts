import type { ConfidenceForm } from "./confidence.js";
import type { Values } from "./csr.js";
import type { Id, Vocabulary } from "./vocabulary.js";

/** What another thread reads one orientation of the ratings from: posted to it, nothing is copied. */
export type SharedSide = SharedCsr | SharedPackedSide;

/** Arrays in shared memory. */
export interface SharedCsr {
  readonly kind: "csr";
  readonly columnCount: number;
  readonly starts: Float64Array;
  readonly columns: Int32Array;
  readonly values: Values;
  /** Missing where the ratings have no weights. */
  readonly weights?: Values | undefined;
}

/** A file that is open in this process; arrays are in shared memory. */
export interface SharedPackedSide {
  readonly kind: "packed";
  readonly path: string;
  readonly descriptor: number;
  /** One word: 0 until the file is closed. */
  readonly state: Int32Array;
  readonly columnCount: number;
  readonly starts: Float64Array;
  readonly columns: PackedSection;
  readonly values: PackedSection;
  readonly weights?: PackedSection | undefined;
  /**
   * How confidences are worked out that take the place of weights, and the bytes of one.
   *
   * @internal
   */
  readonly confidences?: { readonly form: ConfidenceForm; readonly bytes: 4 | 8 } | undefined;
}

/** Numbers in a file, one for each rating. */
export interface PackedSection {
  /** As errors call it. */
  readonly name: string;
  /** Where its first byte is. */
  readonly at: number;
  /** Bytes of a number. */
  readonly bytes: 4 | 8;
  /** CRC-32 of each block. */
  readonly crcs: Uint32Array;
  /** 1 for each block whose numbers have been looked at. */
  readonly checked: Uint8Array;
}

/** The shared memory that a side is read from; a file's numbers are in none. */
export function buffersOf(shared: SharedSide): ArrayBufferLike[] {
  const { starts, columns, values, weights } = shared;
  if (shared.kind === "packed") return [starts.buffer];
  const arrays = [starts, columns, values, weights] as (Float64Array | Int32Array | Values | undefined)[];
  return arrays.flatMap((array) => (array === undefined ? [] : [array.buffer]));
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
  /**
   * Brings ratings `from` … `to` − 1 near, so that reading them soon does not wait; missing where they are. What goes wrong is left
   * for {@link read} to tell.
   */
  ahead?(from: number, to: number): Promise<void>;
  /**
   * The same ratings with confidences in place of weights, worked out whenever they are read; missing where all are worked out once
   * and take room.
   *
   * @param bytes of a confidence
   * @internal
   */
  withConfidences?(form: ConfidenceForm, bytes: 4 | 8): RatingsSide;
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
  /** The file that the ratings are read from, where they do not lie in memory: then nobody makes a copy of all of them. */
  readonly file?: string;
  /** What `contentHash` would work out, where it is known: written in a file, say. */
  readonly contentHash?: string;
}
