import { allocateFloat64, allocateInt32, allocateValues } from "./buffers.js";
import type { Values } from "./csr.js";
import { SLICE, type Sliced, slices } from "./slices.js";
import { accumulate, expandRows, type Rows } from "./sort.js";

/** Rows in two parts; those of each keep their order. */
export interface Divided {
  kept: Rows;
  held: Rows;
}

/**
 * Divides ratings into those that are kept and those that are held out.
 *
 * @param heldCount how many are held out
 * @param flagsOf a flag for each rating `from` … `to` − 1, 1 for those held out; asked for once, in order
 * @param reuse whether what is kept may take the place of `rows`, which are lost then
 */
export function* divide(
  rows: Rows,
  heldCount: number,
  flagsOf: (from: number, to: number) => Uint8Array,
  reuse: boolean,
): Sliced<Divided> {
  const count = rows.columns.length;
  const kept = reuse ? beginningOf(rows, count - heldCount) : roomFor(rows, count - heldCount);
  const held = roomFor(rows, heldCount);
  const rowOf = new Int32Array(SLICE);
  let row = 0;
  let heldBefore = 0;
  for (const [from, to] of slices(count)) {
    const flags = flagsOf(from, to);
    row = expandRows(rows.starts, from, to, row, rowOf);
    const heldHere = countHalves(rowOf, flags, to - from, kept.starts, held.starts);
    const at = [from, flags, to - from, from - heldBefore, heldBefore] as const;
    deal(rows.columns, kept.columns, held.columns, ...at);
    deal(rows.values, kept.values, held.values, ...at);
    if (rows.weights !== undefined) deal(rows.weights, kept.weights!, held.weights!, ...at);
    if (rows.timestamps !== undefined) deal(rows.timestamps, kept.timestamps!, held.timestamps!, ...at);
    heldBefore += heldHere;
    yield;
  }
  yield* accumulate(kept.starts);
  yield* accumulate(held.starts);
  return { kept, held };
}

function roomFor(rows: Rows, count: number): Rows {
  return {
    starts: allocateFloat64(rows.starts.length),
    columns: allocateInt32(count),
    values: allocateValues(count, rows.values instanceof Float64Array),
    weights: rows.weights && allocateValues(count, rows.weights instanceof Float64Array),
    timestamps: rows.timestamps && allocateFloat64(count),
  };
}

/** The same memory, but for starts, which are read until the end. */
function beginningOf({ starts, columns, values, weights, timestamps }: Rows, count: number): Rows {
  return {
    starts: allocateFloat64(starts.length),
    columns: columns.subarray(0, count),
    values: values.subarray(0, count),
    weights: weights?.subarray(0, count),
    timestamps: timestamps?.subarray(0, count),
  };
}

/** Counts the ratings of row r at r + 1 of either half; returns how many are held out. */
function countHalves(
  rowOf: Int32Array,
  flags: Uint8Array,
  count: number,
  kept: Float64Array,
  held: Float64Array,
): number {
  let found = 0;
  for (let p = 0; p < count; p++) {
    const flag = flags[p]!;
    found += flag;
    if (flag === 1) held[rowOf[p]! + 1]!++;
    else kept[rowOf[p]! + 1]!++;
  }
  return found;
}

/** Copies elements from `from` on to either half; `kept` may be `source`, as `keptAt` is at most `from`. */
function deal(
  source: Int32Array | Values,
  kept: Int32Array | Values,
  held: Int32Array | Values,
  from: number,
  flags: Uint8Array,
  count: number,
  keptAt: number,
  heldAt: number,
): void {
  let k = keptAt;
  let h = heldAt;
  for (let p = 0; p < count; p++) {
    const element = source[from + p]!;
    if (flags[p] === 1) held[h++] = element;
    else kept[k++] = element;
  }
}
