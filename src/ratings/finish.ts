import { allocateValues, surviveFloat32 } from "./buffers.js";
import { Csr, type Values } from "./csr.js";
import { type Sliced, slices } from "./slices.js";
import { type Rows, transpose } from "./sort.js";
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
  const values = yield* narrow(sorted.values);
  const weights = sorted.weights && (yield* narrow(sorted.weights));
  const statistics = yield* summarize(values);
  const { starts, columns, timestamps } = sorted;
  const rows: Rows = { starts, columns, values, weights, timestamps: undefined };
  const byItem = yield* transpose(rows, items.size);
  return {
    users,
    items,
    byUser: new Csr(items.size, rows),
    byItem: new Csr(users.size, byItem),
    timestamps,
    ...statistics,
  };
}

/** In single precision if every value survives it. */
function* narrow(values: Values): Sliced<Values> {
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
