import { type DuplicateRefusals, inspectPairs, mergeDuplicates } from "./duplicates.js";
import type { Duplicates } from "./rating.js";
import type { Sliced } from "./slices.js";
import { narrowed, type Rows, sortByItem, transpose, transposeInto } from "./sort.js";
import type { Triples } from "./triples.js";

/** Both orientations of the same ratings, each pair once, columns ascending within each row. */
export interface Orientations {
  readonly byUser: Rows;
  readonly byItem: Rows;
}

/**
 * Makes both orientations of ratings in any order, in linear time. The triples are let go of as soon as one orientation
 * stands and no message can need them any more: with float32 values, no pair rated twice, and weights and timestamps
 * apart, at most 20 bytes a rating are held, and 28 are resident where the engine collects the triples late.
 */
export function* orient(
  triples: Triples,
  userCount: number,
  itemCount: number,
  rule: Duplicates,
  refuse: DuplicateRefusals,
): Sliced<Orientations> {
  const byItem = yield* sortByItem(triples, itemCount);
  const { repeated, ascending } = yield* inspectPairs(byItem, userCount, rule, refuse);
  if (repeated > 0) {
    const sorted = yield* transpose(byItem, userCount);
    const byUser = yield* narrowed(yield* mergeDuplicates(sorted, repeated, rule, refuse));
    return { byUser, byItem: yield* transpose(byUser, itemCount) };
  }
  triples.clear();
  const byUser = yield* transpose(byItem, userCount);
  if (!ascending) yield* transposeInto(byUser, byItem);
  return { byUser, byItem };
}
