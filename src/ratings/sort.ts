import { allocateFloat64, allocateInt32, allocateValues, surviveFloat32 } from "./buffers.js";
import type { CsrArrays, Values } from "./csr.js";
import { SLICE, type Sliced, slices } from "./slices.js";
import type { Triples } from "./triples.js";

/** Bytes that the system hands out at once; where pages are larger, touching is only cheaper. */
const PAGE = 4096;
const PAGES_PER_STEP = 256;

/** One orientation while it is built: the arrays of a Csr, and timestamps where there are some. */
export interface Rows extends CsrArrays {
  timestamps: Float64Array | undefined;
}

/** The weights of a chunk without weights, where other chunks have some. */
const ONES: Float32Array = new Float32Array(SLICE).fill(1);

/** Sorts ratings by item; within an item they stay in the order given. A counting sort: linear time. */
export function* sortByItem(triples: Triples, itemCount: number): Sliced<Rows> {
  const { chunks, count } = triples;
  const starts = allocateFloat64(itemCount + 1);
  for (const chunk of chunks) {
    countRows(chunk.items.subarray(0, chunk.count), starts);
    yield;
  }
  yield* accumulate(starts);
  const rows: Rows = {
    starts,
    columns: allocateInt32(count),
    values: allocateValues(
      count,
      chunks.some((chunk) => !surviveFloat32(chunk.values, 0, chunk.count)),
    ),
    weights: chunks.some((chunk) => chunk.weights !== undefined)
      ? allocateValues(
          count,
          chunks.some((chunk) => !surviveFloat32(chunk.weights ?? ONES, 0, chunk.count)),
        )
      : undefined,
    timestamps: chunks[0]!.timestamps && allocateFloat64(count),
  };
  yield* touchPages(rows);
  const cursors = starts.slice();
  const places = new Float64Array(SLICE);
  for (const chunk of chunks) {
    takePlaces(chunk.items.subarray(0, chunk.count), cursors, places);
    scatter(chunk.users, chunk.count, places, rows.columns);
    scatter(chunk.values, chunk.count, places, rows.values);
    if (rows.weights !== undefined) scatter(chunk.weights ?? ONES, chunk.count, places, rows.weights);
    if (chunk.timestamps !== undefined) scatter(chunk.timestamps, chunk.count, places, rows.timestamps!);
    yield;
  }
  return rows;
}

/**
 * The other orientation: rows become columns. The order of ratings of a pair is kept, and columns ascend within each
 * row of the result whatever their order was in the source. Linear time.
 */
export function* transpose(source: Rows, columnCount: number): Sliced<Rows> {
  const count = source.columns.length;
  const starts = allocateFloat64(columnCount + 1);
  for (const [from, to] of slices(count)) {
    countRows(source.columns.subarray(from, to), starts);
    yield;
  }
  yield* accumulate(starts);
  const result: Rows = {
    starts,
    columns: allocateInt32(count),
    values: allocateValues(count, source.values instanceof Float64Array),
    weights: source.weights && allocateValues(count, source.weights instanceof Float64Array),
    timestamps: source.timestamps && allocateFloat64(count),
  };
  yield* touchPages(result);
  yield* transposeInto(source, result);
  return result;
}

/** Overwrites all of `target` but its starts, which are right already, with the transpose of `source`. */
export function* transposeInto(source: Rows, target: Rows): Sliced<void> {
  const cursors = target.starts.slice();
  const places = new Float64Array(SLICE);
  const rowOf = new Int32Array(SLICE);
  let row = 0;
  for (const [from, to] of slices(source.columns.length)) {
    takePlaces(source.columns.subarray(from, to), cursors, places);
    row = expandRows(source.starts, from, to, row, rowOf);
    scatter(rowOf, to - from, places, target.columns);
    scatter(source.values.subarray(from, to), to - from, places, target.values);
    if (source.weights !== undefined)
      scatter(source.weights.subarray(from, to), to - from, places, target.weights!);
    if (source.timestamps !== undefined)
      scatter(source.timestamps.subarray(from, to), to - from, places, target.timestamps!);
    yield;
  }
}

/** The same rows, values and weights in single precision if every one survives it. */
export function* narrowed(rows: Rows): Sliced<Rows> {
  const { starts, columns, timestamps } = rows;
  const values = yield* narrow(rows.values);
  return { starts, columns, values, weights: rows.weights && (yield* narrow(rows.weights)), timestamps };
}

/** The same numbers, in single precision if every one survives it. */
export function* narrow(values: Values): Sliced<Values> {
  if (values instanceof Float32Array) return values;
  for (const [from, to] of slices(values.length)) {
    if (!surviveFloat32(values, from, to)) return values;
    yield;
  }
  const result = allocateValues(values.length, false);
  for (const [from, to] of slices(values.length)) {
    result.set(values.subarray(from, to), from);
    yield;
  }
  return result;
}

/**
 * Writes to every page of new arrays. The system gives out pages at the first touch, some microseconds each, and
 * random access by a single slice can touch thousands: far more than a step may take.
 */
function* touchPages({ columns, values, weights, timestamps }: Rows): Sliced<void> {
  for (const array of [columns, values, weights, timestamps]) {
    if (array === undefined) continue;
    const perPage = PAGE / array.BYTES_PER_ELEMENT;
    const perStep = perPage * PAGES_PER_STEP;
    for (let p = 0; p < array.length; p += perPage) {
      array[p] = 0;
      if (p % perStep === 0) yield;
    }
  }
}

/** Writes the row of each rating `from` … `to` − 1 to `rowOf`, given the row of an earlier one; returns the last. */
export function expandRows(
  starts: Float64Array,
  from: number,
  to: number,
  row: number,
  rowOf: Int32Array,
): number {
  let current = row;
  let end = starts[current + 1]!;
  for (let p = from; p < to; p++) {
    while (p >= end) end = starts[++current + 1]!;
    rowOf[p - from] = current;
  }
  return current;
}

/** Turns counts, that of row r at r + 1, into starts. */
export function* accumulate(starts: Float64Array): Sliced<void> {
  let total = 0;
  for (const [from, to] of slices(starts.length)) {
    for (let r = from; r < to; r++) {
      total += starts[r]!;
      starts[r] = total;
    }
    yield;
  }
}

function countRows(rows: Int32Array, starts: Float64Array): void {
  for (let p = 0; p < rows.length; p++) starts[rows[p]! + 1]!++;
}

function takePlaces(rows: Int32Array, cursors: Float64Array, places: Float64Array): void {
  for (let p = 0; p < rows.length; p++) places[p] = cursors[rows[p]!]!++;
}

function scatter(
  source: Int32Array | Values,
  count: number,
  places: Float64Array,
  target: Int32Array | Values,
): void {
  for (let p = 0; p < count; p++) target[places[p]!] = source[p]!;
}
