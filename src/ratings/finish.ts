import { Csr, type Values } from "./csr.js";
import type { Orientations } from "./orient.js";
import { type Sliced, slices } from "./slices.js";
import { narrowed, type Rows, transpose } from "./sort.js";
import type { Id, Vocabulary } from "./vocabulary.js";

/** What a Ratings is made of. */
export interface RatingsParts<U extends Id = Id, I extends Id = Id> {
  users: Vocabulary<U>;
  items: Vocabulary<I>;
  byUser: Csr;
  byItem: Csr;
  timestamps: Float64Array | undefined;
  mean: number;
  min: number;
  max: number;
}

/** Completes sorted rows by user, each pair once and at least one, to the parts of a Ratings. */
export function* finish<U extends Id, I extends Id>(
  users: Vocabulary<U>,
  items: Vocabulary<I>,
  sorted: Rows,
): Sliced<RatingsParts<U, I>> {
  const byUser = yield* narrowed(sorted);
  const byItem = yield* transpose({ ...byUser, timestamps: undefined }, items.size);
  return yield* complete(users, items, { byUser, byItem });
}

/** The same from both orientations, values and weights in the precision that they need. */
export function* complete<U extends Id, I extends Id>(
  users: Vocabulary<U>,
  items: Vocabulary<I>,
  { byUser, byItem }: Orientations,
): Sliced<RatingsParts<U, I>> {
  const statistics = yield* summarize(byUser.values);
  return {
    users,
    items,
    byUser: new Csr(items.size, byUser),
    byItem: new Csr(users.size, byItem),
    timestamps: byUser.timestamps,
    ...statistics,
  };
}

/** Sums in the order of users and their items, so that the mean has the same bits wherever it is computed. */
function* summarize(values: Values): Sliced<{ mean: number; min: number; max: number }> {
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  for (const [from, to] of slices(values.length)) {
    for (let p = from; p < to; p++) {
      const value = values[p]!;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    yield;
  }
  return { mean: sum / values.length, min, max };
}
