import { allocateFloat64, allocateInt32, allocateValues } from "./buffers.js";
import type { Values } from "./csr.js";
import type { Duplicates } from "./rating.js";
import { MAX_VALUE } from "./refusals.js";
import { SLICE, type Sliced, slices } from "./slices.js";
import { expandRows, type Rows } from "./sort.js";

/** What throws for a pair, given by row and column. */
export interface DuplicateRefusals {
  /** The pair has several ratings, and the rule is "error". */
  repeated(row: number, column: number): never;
  /** Its values sum to more than a value may be. */
  tooLarge(row: number, column: number, sum: number): never;
}

/** Leaves one rating of each pair, given rows whose columns ascend, equal ones in the order given. */
export function* mergeDuplicates(rows: Rows, rule: Duplicates, refuse: DuplicateRefusals): Sliced<Rows> {
  const { starts, columns } = rows;
  const count = columns.length;
  const rowOf = new Int32Array(SLICE + 1);
  let row = 0;
  let repeated = 0;
  for (const [from, to] of slices(count)) {
    row = expandRows(starts, from, to, row, rowOf);
    for (let p = Math.max(from, 1); p < to; p++) {
      if (columns[p] !== columns[p - 1] || p === starts[rowOf[p - from]!]) continue;
      if (rule === "error") refuse.repeated(rowOf[p - from]!, columns[p]!);
      repeated++;
    }
    yield;
  }
  return repeated === 0 ? rows : yield* compact(rows, count - repeated, rule, refuse);
}

/** Copies the ratings, those of one pair as one. */
function* compact(rows: Rows, count: number, rule: Duplicates, refuse: DuplicateRefusals): Sliced<Rows> {
  const { starts, columns, values } = rows;
  const rowCount = starts.length - 1;
  const result: Rows = {
    starts: allocateFloat64(rowCount + 1),
    columns: allocateInt32(count),
    values: allocateValues(count, rule !== "last" || values instanceof Float64Array),
    weights: rows.weights && allocateValues(count, rows.weights instanceof Float64Array),
    timestamps: rows.timestamps && allocateFloat64(count),
  };
  let to = 0;
  let worked = 0;
  for (let row = 0; row < rowCount; row++) {
    const end = starts[row + 1]!;
    for (let p = starts[row]!; p < end; ) {
      const column = columns[p]!;
      const first = p++;
      while (p < end && columns[p] === column) p++;
      result.columns[to] = column;
      const value = merged(values, first, p, rule);
      if (Math.abs(value) > MAX_VALUE) refuse.tooLarge(row, column, value);
      result.values[to] = value;
      if (result.weights !== undefined) result.weights[to] = rows.weights![p - 1]!;
      if (result.timestamps !== undefined) result.timestamps[to] = rows.timestamps![p - 1]!;
      to++;
      worked += p - first;
      if (worked >= SLICE) {
        worked = 0;
        yield;
      }
    }
    result.starts[row + 1] = to;
  }
  return result;
}

function merged(values: Values, from: number, to: number, rule: Duplicates): number {
  if (rule === "last") return values[to - 1]!;
  let sum = 0;
  for (let p = from; p < to; p++) sum += values[p]!;
  return rule === "sum" ? sum : sum / (to - from);
}
