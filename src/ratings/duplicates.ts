import { allocateFloat64, allocateInt32, allocateValues } from "./buffers.js";
import type { Values } from "./csr.js";
import type { Duplicates } from "./rating.js";
import { MAX_VALUE } from "./refusals.js";
import { SLICE, type Sliced, slices } from "./slices.js";
import { expandRows, type Rows } from "./sort.js";

/** What throws for a pair, given by the indices of its ids. */
export interface DuplicateRefusals {
  /** The pair has several ratings, and the rule is "error". */
  repeated(user: number, item: number): never;
  /** Its values sum to more than a value may be. */
  tooLarge(user: number, item: number, sum: number): never;
}

/** What {@link inspectPairs} found. */
export interface PairsFound {
  /** Ratings beyond the first of their pair. */
  repeated: number;
  /** Whether users ascend within each item. */
  ascending: boolean;
}

/** Looks for pairs that come again, which it refuses if the rule is "error", in rows by item with users in any order. */
export function* inspectPairs(
  byItem: Rows,
  userCount: number,
  rule: Duplicates,
  refuse: DuplicateRefusals,
): Sliced<PairsFound> {
  const { starts, columns: users } = byItem;
  const itemOf = new Int32Array(SLICE);
  /** The last item that each user was found to have rated. */
  const lastItem = new Int32Array(userCount).fill(-1);
  let item = 0;
  let previous = -1;
  let repeated = 0;
  let ascending = true;
  for (const [from, to] of slices(users.length)) {
    item = expandRows(starts, from, to, item, itemOf);
    for (let p = from; p < to; p++) {
      const user = users[p]!;
      const current = itemOf[p - from]!;
      if (user < previous && p > starts[current]!) ascending = false;
      previous = user;
      if (lastItem[user] === current) {
        if (rule === "error") refuse.repeated(user, current);
        repeated++;
      }
      lastItem[user] = current;
    }
    yield;
  }
  return { repeated, ascending };
}

/**
 * Leaves one rating of each pair, given rows by user whose items ascend, equal ones in the order given.
 *
 * @param repeated how many ratings are beyond the first of their pair
 */
export function* mergeDuplicates(
  byUser: Rows,
  repeated: number,
  rule: Duplicates,
  refuse: DuplicateRefusals,
): Sliced<Rows> {
  const { starts, columns, values } = byUser;
  const count = columns.length - repeated;
  const rowCount = starts.length - 1;
  const result: Rows = {
    starts: allocateFloat64(rowCount + 1),
    columns: allocateInt32(count),
    values: allocateValues(count, rule !== "last" || values instanceof Float64Array),
    weights: byUser.weights && allocateValues(count, byUser.weights instanceof Float64Array),
    timestamps: byUser.timestamps && allocateFloat64(count),
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
      if (result.weights !== undefined) result.weights[to] = byUser.weights![p - 1]!;
      if (result.timestamps !== undefined) result.timestamps[to] = byUser.timestamps![p - 1]!;
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
  // Not from 0, which would lose the sign of −0: a pair that comes once keeps its bits.
  let sum = values[from]!;
  for (let p = from + 1; p < to; p++) sum += values[p]!;
  return rule === "sum" ? sum : sum / (to - from);
}
