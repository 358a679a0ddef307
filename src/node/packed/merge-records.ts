import type { DuplicateRefusals } from "../../ratings/duplicates.js";
import type { Duplicates } from "../../ratings/index.js";
import { MAX_VALUE } from "../../ratings/refusals.js";
import type { Records } from "./records.js";

/**
 * Leaves one record of each pair, in place; weight and timestamp are the last one's.
 *
 * @param records sorted by user and then item, equal pairs in the order given
 * @returns how many are left
 */
export function mergeRecords(
  records: Records,
  count: number,
  rule: Duplicates,
  refuse: DuplicateRefusals,
): number {
  let to = 0;
  for (let p = 0; p < count; ) {
    const user = records.user(p);
    const item = records.item(p);
    const first = p++;
    let sum = records.value(first);
    for (; p < count && records.item(p) === item && records.user(p) === user; p++) {
      if (rule === "error") refuse.repeated(user, item);
      sum += records.value(p);
    }
    const last = p - 1;
    if (to !== last) records.copy(to, records, last);
    if (last > first && rule !== "last") {
      const value = rule === "mean" ? sum / (p - first) : sum;
      if (Math.abs(value) > MAX_VALUE) refuse.tooLarge(user, item, value);
      records.set(to, user, item, value, records.weight(last), records.timestamp(last));
    }
    to++;
  }
  return to;
}
