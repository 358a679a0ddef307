import { placeOf } from "./place.js";
import type { RatingsSide, SharedCsr } from "./source.js";

/** Ratings' values or weights: single precision where every one of them survives it, double precision otherwise. */
export type Values = Float32Array | Float64Array;

/** The arrays of a {@link Csr}, each of `starts[rowCount]` elements but the first. */
export interface CsrArrays {
  starts: Float64Array;
  columns: Int32Array;
  values: Values;
  weights: Values | undefined;
}

/**
 * One orientation of the ratings as compressed sparse rows: the ratings of row r are those from `starts[r]` to
 * `starts[r + 1]` − 1, in ascending order of their columns, no column twice. The arrays belong to the ratings: read
 * them, don't write them.
 */
export class Csr implements RatingsSide {
  readonly rowCount: number;
  readonly columnCount: number;
  /** The number of ratings. */
  readonly count: number;
  /** rowCount + 1 positions; Float64Array, so that they are not limited to 2³¹. */
  readonly starts: Float64Array;
  readonly columns: Int32Array;
  readonly values: Values;
  /** One weight > 0 a rating, where the ratings have weights. */
  readonly weights: Values | undefined;

  constructor(columnCount: number, arrays: CsrArrays) {
    this.rowCount = arrays.starts.length - 1;
    this.columnCount = columnCount;
    this.count = arrays.columns.length;
    this.starts = arrays.starts;
    this.columns = arrays.columns;
    this.values = arrays.values;
    this.weights = arrays.weights;
  }

  get valueBytes(): 4 | 8 {
    return this.values instanceof Float32Array ? 4 : 8;
  }

  get weightBytes(): 4 | 8 | undefined {
    if (this.weights === undefined) return undefined;
    return this.weights instanceof Float32Array ? 4 : 8;
  }

  /** Copies ratings `from` … `to` − 1 to the start of the buffers given. */
  read(from: number, to: number, columns: Int32Array, values: Values, weights?: Values): void {
    columns.set(this.columns.subarray(from, to));
    values.set(this.values.subarray(from, to));
    if (this.weights !== undefined) weights?.set(this.weights.subarray(from, to));
  }

  share(): SharedCsr | undefined {
    const { columnCount, starts, columns, values, weights } = this;
    const arrays = [starts, columns, values, ...(weights === undefined ? [] : [weights])];
    if (arrays.some(({ buffer }) => buffer instanceof ArrayBuffer)) return undefined;
    return { kind: "csr", columnCount, starts, columns, values, weights };
  }

  /** The position of a rating, or −1 where the row has none in that column. */
  find(row: number, column: number): number {
    const end = this.starts[row + 1]!;
    const at = placeOf(this.columns, column, this.starts[row]!, end);
    return at < end && this.columns[at] === column ? at : -1;
  }
}

/** A side as compressed rows in memory: itself where it is that, else read whole. */
export function csrOf(side: RatingsSide): Csr {
  if (side instanceof Csr) return side;
  const { columnCount, starts, count, valueBytes, weightBytes } = side;
  const room = (bytes: 4 | 8): Values => (bytes === 4 ? new Float32Array(count) : new Float64Array(count));
  const columns = new Int32Array(count);
  const values = room(valueBytes);
  const weights = weightBytes && room(weightBytes);
  side.read(0, count, columns, values, weights);
  return new Csr(columnCount, { starts, columns, values, weights });
}
