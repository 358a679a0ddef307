import { allocateInt32, allocateValues } from "../ratings/buffers.js";
import { Csr, type RatingsSide, type RatingsSource, type Values } from "../ratings/index.js";
import { stretchesOf } from "../ratings/passes.js";
import type { Sliced } from "../ratings/slices.js";
import type { HistoryKind } from "./parts.js";

/** Ratings in a file whose items a model keeps without being asked to: 512 MiB of them. */
const MOST_UNASKED = 2 ** 27;

/** What the rows of a history hold, beside where they begin. */
export interface TrainingRows {
  readonly columns: Int32Array;
  /** Those of a history of ratings. */
  readonly values: Values | undefined;
  readonly weights: Values | undefined;
}

/** Rows that were read from files, so that the models of every epoch share them, as they share those of ratings in memory. */
const kept: WeakMap<RatingsSide, { readonly kind: HistoryKind; readonly rows: TrainingRows }> = new WeakMap();

/** What a model is to keep of ratings: what was asked for, or else the default, unless they are in a file and too many for it. */
export function historyFor(
  asked: HistoryKind | undefined,
  byDefault: HistoryKind,
  { file, count }: Pick<RatingsSource, "file" | "count">,
): HistoryKind {
  return asked === undefined && file !== undefined && count > MOST_UNASKED ? "none" : byDefault;
}

/** The rows by user for a history that is not "none": those of ratings in memory themselves, others copied in. */
export function* trainingRows({ byUser, file }: RatingsSource, kind: HistoryKind): Sliced<TrainingRows> {
  if (byUser instanceof Csr) return byUser;
  const known = kept.get(byUser);
  if (known !== undefined && (known.kind === kind || known.kind === "ratings")) return known.rows;
  const { count, valueBytes, weightBytes } = byUser;
  const whole = kind === "ratings";
  const rows = {
    columns: allocateInt32(count),
    values: whole ? allocateValues(count, valueBytes === 8) : undefined,
    weights: whole && weightBytes !== undefined ? allocateValues(count, weightBytes === 8) : undefined,
  };
  for (const { from, to, columns, values, weights } of stretchesOf(byUser)) {
    rows.columns.set(columns.subarray(0, to - from), from);
    rows.values?.set(values.subarray(0, to - from), from);
    if (weights !== undefined) rows.weights?.set(weights.subarray(0, to - from), from);
    yield;
  }
  if (file !== undefined) kept.set(byUser, { kind, rows });
  return rows;
}
