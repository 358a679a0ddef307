import { allocateFloat64, allocateInt32, allocateValues } from "../ratings/buffers.js";
import type { Csr, Values } from "../ratings/index.js";
import { SLICE, type Sliced } from "../ratings/slices.js";
import { narrowed, type Rows } from "../ratings/sort.js";

/** What a rating says. */
export interface RatingValue {
  readonly value: number;
  /** Undefined where it was given none, which is 1. */
  readonly weight: number | undefined;
}

/** A row's ratings, columns ascending. */
export interface RatedRow {
  readonly columns: Int32Array;
  readonly values: Float64Array;
  readonly weights: Float64Array | undefined;
}

/** The edits of a row: columns ascending, each with its rating, or null where there is none any more. */
interface RowEdits {
  readonly columns: number[];
  readonly ratings: (RatingValue | null)[];
  /** Ratings more than the row below has. */
  more: number;
  /** Edits so far, to tell whether there were more since somebody looked. */
  version: number;
}

/** Compressed rows as they are with some ratings added, replaced and removed: their memory grows with the edits alone. */
export class EditedRows {
  readonly #below: Csr | EditedRows;
  readonly #edits: Map<number, RowEdits> = new Map();
  /** Whether some edit has a value that is no float32, and a weight. */
  #wide = false;
  #weighted = false;

  constructor(below: Csr | EditedRows) {
    this.#below = below;
  }

  /** Rows with edits in the order of their first one, each with how many it had; those that come meanwhile follow. */
  *editedRows(): Generator<readonly [row: number, version: number], void, void> {
    for (const [row, { version }] of this.#edits) yield [row, version];
  }

  countOf(row: number): number {
    const below = this.#below;
    const count =
      below instanceof EditedRows
        ? below.countOf(row)
        : row < below.rowCount
          ? below.starts[row + 1]! - below.starts[row]!
          : 0;
    return count + (this.#edits.get(row)?.more ?? 0);
  }

  get(row: number, column: number): RatingValue | undefined {
    const edits = this.#edits.get(row);
    if (edits !== undefined) {
      const at = placeOf(edits.columns, column);
      if (edits.columns[at] === column) return edits.ratings[at] ?? undefined;
    }
    return this.#getBelow(row, column);
  }

  /**
   * Adds or replaces a rating; undefined removes it.
   *
   * @returns what takes it back, as if it had never been, if called before anything else is put
   */
  put(row: number, column: number, rating: RatingValue | undefined): () => void {
    const before = { wide: this.#wide, weighted: this.#weighted };
    const known = this.#edits.get(row);
    const edits: RowEdits = known ?? { columns: [], ratings: [], more: 0, version: 0 };
    if (known === undefined) this.#edits.set(row, edits);
    const { columns, ratings } = edits;
    const had = this.get(row, column) !== undefined;
    const more = (rating === undefined ? 0 : 1) - (had ? 1 : 0);
    const at = placeOf(columns, column);
    const replaces = columns[at] === column;
    const replaced = ratings[at];
    if (replaces) ratings[at] = rating ?? null;
    else {
      columns.splice(at, 0, column);
      ratings.splice(at, 0, rating ?? null);
    }
    edits.more += more;
    edits.version++;
    if (rating !== undefined) {
      this.#wide ||= Math.fround(rating.value) !== rating.value;
      this.#weighted ||= rating.weight !== undefined;
    }
    return () => {
      if (known === undefined) this.#edits.delete(row);
      else if (replaces) ratings[at] = replaced!;
      else {
        columns.splice(at, 1);
        ratings.splice(at, 1);
      }
      edits.more -= more;
      edits.version--;
      this.#wide = before.wide;
      this.#weighted = before.weighted;
    };
  }

  /** Takes over the edits of rows that were made above these. */
  takeOver(above: EditedRows): void {
    for (const [row, { columns, ratings }] of above.#edits)
      for (let at = 0; at < columns.length; at++) this.put(row, columns[at]!, ratings[at] ?? undefined);
  }

  /** The ratings of a row; with weights where some rating here or there has one. */
  read(row: number): RatedRow {
    const below = this.#readBelow(row);
    const edits = this.#edits.get(row);
    if (edits === undefined) return below;
    const length = below.columns.length + edits.more;
    const weighted = below.weights !== undefined || edits.ratings.some((one) => one?.weight !== undefined);
    const columns = new Int32Array(length);
    const values = new Float64Array(length);
    const weights = weighted ? new Float64Array(length).fill(1) : undefined;
    let to = 0;
    let from = 0;
    const copyUntil = (end: number): void => {
      if (end > from) {
        columns.set(below.columns.subarray(from, end), to);
        values.set(below.values.subarray(from, end), to);
        if (below.weights !== undefined) weights!.set(below.weights.subarray(from, end), to);
        to += end - from;
      }
      from = end;
    };
    for (let at = 0; at < edits.columns.length; at++) {
      const column = edits.columns[at]!;
      copyUntil(placeOf(below.columns, column, from));
      if (below.columns[from] === column) from++;
      const rating = edits.ratings[at];
      if (!rating) continue;
      columns[to] = column;
      values[to] = rating.value;
      if (rating.weight !== undefined) weights![to] = rating.weight;
      to++;
    }
    copyUntil(below.columns.length);
    return { columns, values, weights };
  }

  /** All rows, compressed; values and weights in the precision that they need. */
  *merged(rowCount: number): Sliced<Rows> {
    const starts = allocateFloat64(rowCount + 1);
    for (let row = 0; row < rowCount; row++) {
      starts[row + 1] = starts[row]! + this.countOf(row);
      if (row % SLICE === 0) yield;
    }
    const count = starts[rowCount]!;
    const columns = allocateInt32(count);
    const values = allocateValues(count, this.#isWide);
    const weighted = this.#isWeighted;
    let weights: Values | undefined =
      weighted || this.#isReweighted ? allocateFloat64(count).fill(1) : undefined;
    let since = 0;
    for (let row = 0; row < rowCount; row++) {
      const rated = this.read(row);
      const at = starts[row]!;
      columns.set(rated.columns, at);
      values.set(rated.values, at);
      if (rated.weights !== undefined) weights!.set(rated.weights, at);
      since += rated.columns.length + 1;
      if (since < SLICE) continue;
      since = 0;
      yield;
    }
    // Ratings whose weights have all been taken back have none.
    if (!weighted && weights?.every((weight) => weight === 1)) weights = undefined;
    return yield* narrowed({ starts, columns, values, weights, timestamps: undefined });
  }

  /** Whether a value, here or below, may be no float32. */
  get #isWide(): boolean {
    const below = this.#below;
    return this.#wide || (below instanceof EditedRows ? below.#isWide : below.values instanceof Float64Array);
  }

  /** Whether the ratings that were edited had weights. */
  get #isWeighted(): boolean {
    const below = this.#below;
    return below instanceof EditedRows ? below.#isWeighted : below.weights !== undefined;
  }

  /** Whether an edit, here or below, has had one. */
  get #isReweighted(): boolean {
    return this.#weighted || (this.#below instanceof EditedRows && this.#below.#isReweighted);
  }

  #getBelow(row: number, column: number): RatingValue | undefined {
    const below = this.#below;
    if (below instanceof EditedRows) return below.get(row, column);
    const at = row < below.rowCount ? below.find(row, column) : -1;
    return at < 0 ? undefined : { value: below.values[at]!, weight: below.weights?.[at] };
  }

  #readBelow(row: number): RatedRow {
    const below = this.#below;
    if (below instanceof EditedRows) return below.read(row);
    if (row >= below.rowCount) return NOTHING;
    const [from, to] = [below.starts[row]!, below.starts[row + 1]!];
    return {
      columns: below.columns.subarray(from, to),
      values: Float64Array.from(below.values.subarray(from, to)),
      weights: below.weights && Float64Array.from(below.weights.subarray(from, to)),
    };
  }
}

const NOTHING: RatedRow = {
  columns: new Int32Array(0),
  values: new Float64Array(0),
  weights: undefined,
};

/** Where a column stands, or would stand, among ascending ones from `from` on. */
function placeOf(columns: ArrayLike<number>, column: number, from: number = 0): number {
  let low = from;
  let high = columns.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (columns[middle]! < column) low = middle + 1;
    else high = middle;
  }
  return low;
}
