import { AlternantError, describe } from "../errors.js";
import { allocateFloat64, allocateInt32, allocateValues } from "../ratings/buffers.js";
import { confidencesOf } from "../ratings/confidences.js";
import { Csr, csrOf, type RatingsSide, type RatingsSource, type Values } from "../ratings/index.js";
import { stretchesOf } from "../ratings/passes.js";
import type { Yielder } from "../yield.js";
import type { Confidence } from "./feedback.js";
import type { ResolvedAlsOptions } from "./options.js";
import { needsConfidences, type TrainingSource } from "./training-source.js";

/** Ratings looked at between two looks at the clock. */
const SLICE = 16384;

/**
 * Looks through values that are not all likes, drops zeros where that is asked for, and works out confidences that are not
 * linear in the values.
 *
 * @throws AlternantError "invalid-rating" for a value that the options do not allow, "no-ratings" when zeros were all there was
 */
export async function prepareImplicit(
  given: RatingsSource,
  confidence: Readonly<Confidence>,
  options: ResolvedAlsOptions,
  yielder: Yielder,
): Promise<TrainingSource> {
  const { zeros } = options;
  let kept = given;
  if (given.min <= 0 && given.max >= 0) {
    if (zeros === "error") await refuseValue(given, (value) => value === 0, ZERO, yielder);
    if (zeros === "drop") kept = await withoutZeros(given, yielder);
  }
  const logarithmic = confidence.form === "log";
  if (logarithmic && kept.min < 0) await refuseValue(kept, (value) => value < 0, NEGATIVE_LOG, yielder);
  if (!needsConfidences(kept, options)) return { ratings: kept, kept };
  const byUser = await withConfidences(kept.byUser, confidence, options.precision, yielder);
  await refuseConfidence(kept, byUser, options.precision, yielder);
  const byItem = await withConfidences(kept.byItem, confidence, options.precision, yielder);
  return { ratings: { ...plain(kept), byUser, byItem }, kept };
}

const ZERO =
  'implicit feedback needs values above 0 (a like) or below (a dislike), not 0. Leave such rows out, or say what they are: zeros: "drop" or "dislike".';
const NEGATIVE_LOG =
  'confidence.form "log" needs values above 0: log(1 + r) says nothing of a dislike. Use form: "linear", or leave such rows out.';

/** Throws for the first value that is refused, naming its pair. */
async function refuseValue(
  ratings: RatingsSource,
  refused: (value: number) => boolean,
  why: string,
  yielder: Yielder,
): Promise<void> {
  for (const { from, to, columns, values } of stretchesOf(ratings.byUser))
    for (let p = from; p < to; p++) {
      const value = values[p - from]!;
      if (refused(value)) throw invalid(`${pairAt(ratings, p, columns[p - from]!)} is ${value}: ${why}`);
      if (p % SLICE === 0 && yielder.due()) await yielder.pause();
    }
}

/** Throws for the first confidence that no number of the precision can hold. */
async function refuseConfidence(
  ratings: RatingsSource,
  side: RatingsSide,
  precision: "float32" | "float64",
  yielder: Yielder,
): Promise<void> {
  for (const { from, to, columns, values, weights } of stretchesOf(side))
    for (let p = from; p < to; p++) {
      const confidence = weights![p - from]!;
      if (!(confidence > 0 && confidence < Infinity))
        throw invalid(
          `${pairAt(ratings, p, columns[p - from]!)}, ${values[p - from]}, has a confidence of ${confidence} in ${precision}, which must be finite and above 0. Scale weights, or confidence.alpha${precision === "float32" ? ', or use precision: "float64"' : ""}.`,
        );
      if (p % SLICE === 0 && yielder.due()) await yielder.pause();
    }
}

function pairAt({ users, items, byUser }: RatingsSource, position: number, item: number): string {
  const { starts } = byUser;
  let row = 0;
  while (starts[row + 1]! <= position) row++;
  return `the rating of user ${describe(users.id(row))} for item ${describe(items.id(item))}`;
}

function invalid(fact: string): AlternantError {
  return new AlternantError("invalid-rating", `ALS.fit: ${fact}`);
}

/** A copy of a source's own fields, methods of a class left behind. */
function plain({ users, items, count, mean, min, max, byUser, byItem }: RatingsSource): RatingsSource {
  const { size: userCount } = users;
  return { users, items, userCount, itemCount: items.size, count, mean, min, max, byUser, byItem };
}

async function withoutZeros(given: RatingsSource, yielder: Yielder): Promise<RatingsSource> {
  const byUser = await nonZero(csrOf(given.byUser), yielder);
  const byItem = await nonZero(csrOf(given.byItem), yielder);
  if (byUser.count === 0)
    throw new AlternantError(
      "no-ratings",
      `ALS.fit: all ${given.count} values are 0, and zeros: "drop" leaves nothing to train on.`,
    );
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  for (let p = 0; p < byUser.count; p++) {
    const value = byUser.values[p]!;
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
    if (p % SLICE === 0 && yielder.due()) await yielder.pause();
  }
  return { ...plain(given), byUser, byItem, count: byUser.count, mean: sum / byUser.count, min, max };
}

async function nonZero(side: Csr, yielder: Yielder): Promise<Csr> {
  const { starts, columns, values, weights, rowCount } = side;
  const kept = allocateFloat64(rowCount + 1);
  let count = 0;
  for (let p = 0; p < side.count; p++) {
    if (values[p] !== 0) count++;
    if (p % SLICE === 0 && yielder.due()) await yielder.pause();
  }
  const result = {
    starts: kept,
    columns: allocateInt32(count),
    values: allocateValues(count, values instanceof Float64Array),
    weights: weights && allocateValues(count, weights instanceof Float64Array),
  };
  let to = 0;
  for (let row = 0; row < rowCount; row++) {
    for (let p = starts[row]!; p < starts[row + 1]!; p++) {
      if (values[p] === 0) continue;
      result.columns[to] = columns[p]!;
      result.values[to] = values[p]!;
      if (weights !== undefined) result.weights![to] = weights[p]!;
      to++;
      if (to % SLICE === 0 && yielder.due()) await yielder.pause();
    }
    kept[row + 1] = to;
  }
  return new Csr(side.columnCount, result);
}

/** The same ratings with w·(offset + α·|r|), or the logarithm of 1 + r in place of |r|, as weights; 0 counts as −1. */
async function withConfidences(
  side: RatingsSide,
  confidence: Confidence,
  precision: "float32" | "float64",
  yielder: Yielder,
): Promise<RatingsSide> {
  if (side.withConfidences !== undefined)
    return side.withConfidences(confidence, precision === "float64" ? 8 : 4);
  const { starts, columns, values, weights: given, columnCount, count } = csrOf(side);
  const weights: Values = allocateValues(count, precision === "float64");
  const confidenceOf = confidencesOf(confidence);
  for (let p = 0; p < count; p++) {
    weights[p] = (given === undefined ? 1 : given[p]!) * confidenceOf(values[p]!);
    if (p % 1024 === 0 && yielder.due()) await yielder.pause();
  }
  return new Csr(columnCount, { starts, columns, values, weights });
}
