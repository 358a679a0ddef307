import { pow } from "../arithmetic.js";
import { describe } from "../errors.js";
import { checkNumber, checkOptions } from "../options.js";
import { allocateFloat64 } from "./buffers.js";
import { Csr } from "./csr.js";
import type { RatingsParts } from "./finish.js";
import { type Sliced, slices } from "./slices.js";
import { expandRows, narrow } from "./sort.js";
import type { Id } from "./vocabulary.js";

export interface DecayOptions {
  /** The age at which a rating counts half, above 0, in the unit of the timestamps. */
  halfLife: number;
  /** When now is, in the same unit: what is younger counts in full. By default the greatest timestamp. */
  now?: number | undefined;
}

/**
 * The same ratings with weights w·2^(−age / halfLife), age = max(0, now − timestamp). Everything but weights is shared.
 *
 * @throws TypeError, RangeError for bad options, ratings without timestamps, or one so old that its weight would be 0
 */
export function* decayParts<U extends Id, I extends Id>(
  parts: RatingsParts<U, I>,
  options: DecayOptions,
): Sliced<RatingsParts<U, I>> {
  const what = "Ratings.decay";
  checkOptions(what, options, ["halfLife", "now"]);
  const halfLife = checkNumber(`${what}: halfLife`, options.halfLife, { above: 0 });
  const { byUser, byItem, timestamps } = parts;
  if (timestamps === undefined)
    throw new RangeError(
      `${what}: needs timestamps, which these ratings do not have; give each rating one: { user, item, value, timestamp }`,
    );
  const now =
    options.now === undefined ? yield* greatest(timestamps) : checkNumber(`${what}: now`, options.now);
  const weights = allocateFloat64(byUser.count);
  const transposed = allocateFloat64(byUser.count);
  const cursors = byItem.starts.slice();
  for (const [from, to] of slices(byUser.count)) {
    for (let p = from; p < to; p++) {
      const age = Math.max(0, now - timestamps[p]!);
      const weight = (byUser.weights?.[p] ?? 1) * pow(2, -age / halfLife);
      if (weight === 0) throw tooOld(what, parts, p, age, halfLife);
      weights[p] = weight;
      transposed[cursors[byUser.columns[p]!]!++] = weight;
    }
    yield;
  }
  return {
    ...parts,
    byUser: withWeights(byUser, yield* narrow(weights)),
    byItem: withWeights(byItem, yield* narrow(transposed)),
  };
}

function withWeights({ columnCount, starts, columns, values }: Csr, weights: Csr["weights"]): Csr {
  return new Csr(columnCount, { starts, columns, values, weights });
}

function* greatest(timestamps: Float64Array): Sliced<number> {
  let found = -Infinity;
  for (const [from, to] of slices(timestamps.length)) {
    for (let p = from; p < to; p++) found = Math.max(found, timestamps[p]!);
    yield;
  }
  return found;
}

function tooOld(
  what: string,
  { users, items, byUser }: RatingsParts,
  position: number,
  age: number,
  halfLife: number,
): RangeError {
  const row = expandRows(byUser.starts, position, position + 1, 0, new Int32Array(1));
  const pair = `user ${describe(users.id(row))} for item ${describe(items.id(byUser.columns[position]!))}`;
  return new RangeError(
    `${what}: the rating of ${pair} is ${age} old, and would weigh 0 with halfLife ${halfLife}. Give a longer halfLife, or leave out ratings that are so old.`,
  );
}
