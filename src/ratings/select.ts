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
 * The ratings whose flag is 1, by user.
 *
 * @param flags one a rating, in the order by user
 * @param count how many flags are 1
 * @param renumbering new indices, in the old order
 */
export function select(
  { byUser, users, timestamps }: RatingsParts,
  flags: Uint8Array,
  count: number,
  renumbering: Renumbering,
): Rows {
  const result: Rows = {
    starts: allocateFloat64(renumbering.userCount + 1),
    columns: allocateInt32(count),
    values: allocateValues(count, byUser.valueBytes === 8),
    weights: byUser.weights && allocateValues(count, byUser.weights instanceof Float64Array),
    timestamps: timestamps && allocateFloat64(count),
  };
  let to = 0;
  for (let user = 0; user < users.size; user++) {
    const row = renumbering.users[user]!;
    const first = to;
    for (let p = byUser.starts[user]!; p < byUser.starts[user + 1]!; p++) {
      if (flags[p] === 0) continue;
      result.columns[to] = renumbering.items[byUser.columns[p]!]!;
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
