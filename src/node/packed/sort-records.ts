import type { Records } from "./records.js";

/** Which index of a record counts. */
type Key = "user" | "item";

/**
 * Sorts the first `count` records by one of their indices into other room; equal ones keep their order. A counting sort: linear
 * time.
 *
 * @param first the least index that there is
 * @param counts room for one number each index from `first` on, and one more
 */
export function sortRecords(
  source: Records,
  count: number,
  target: Records,
  key: Key,
  first: number,
  counts: Int32Array,
): void {
  counts.fill(0);
  if (key === "user") for (let p = 0; p < count; p++) counts[source.user(p) - first + 1]!++;
  else for (let p = 0; p < count; p++) counts[source.item(p) - first + 1]!++;
  for (let i = 1; i < counts.length; i++) counts[i]! += counts[i - 1]!;
  if (key === "user")
    for (let p = 0; p < count; p++) target.copy(counts[source.user(p) - first]!++, source, p);
  else for (let p = 0; p < count; p++) target.copy(counts[source.item(p) - first]!++, source, p);
}
