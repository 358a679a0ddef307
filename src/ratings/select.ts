import { allocateFloat64, allocateInt32, allocateValues } from "./buffers.js";
import type { RatingsParts } from "./finish.js";
import { runNow } from "./slices.js";
import { accumulate, type Rows } from "./sort.js";

/** New indices by old ones; −1 for what leaves. */
export interface Renumbering {
  users: Int32Array;
  userCount: number;
  items: Int32Array;
}

/**
 * The ratings whose flag is `wanted`, by user.
 *
 * @param flags one a rating, in the order by user
 * @param renumbering new indices, in the old order, where ids leave the vocabulary
 */
export function select(
  { byUser, users, timestamps }: RatingsParts,
  flags: Uint8Array,
  wanted: 0 | 1,
  count: number,
  renumbering?: Renumbering,
): Rows {
  const result: Rows = {
    starts: allocateFloat64((renumbering?.userCount ?? users.size) + 1),
    columns: allocateInt32(count),
    values: allocateValues(count, byUser.valueBytes === 8),
    weights: byUser.weights && allocateValues(count, byUser.weights instanceof Float64Array),
    timestamps: timestamps && allocateFloat64(count),
  };
  let to = 0;
  for (let user = 0; user < users.size; user++) {
    const row = renumbering === undefined ? user : renumbering.users[user]!;
    const first = to;
    for (let p = byUser.starts[user]!; p < byUser.starts[user + 1]!; p++) {
      if (flags[p] !== wanted) continue;
      const item = byUser.columns[p]!;
      result.columns[to] = renumbering === undefined ? item : renumbering.items[item]!;
      result.values[to] = byUser.values[p]!;
      if (result.weights !== undefined) result.weights[to] = byUser.weights![p]!;
      if (result.timestamps !== undefined) result.timestamps[to] = timestamps![p]!;
      to++;
    }
    if (to > first) result.starts[row + 1] = to - first;
  }
  runNow(accumulate(result.starts));
  return result;
}
