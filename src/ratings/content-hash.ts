import { createYielder } from "../yield.js";
import type { Values } from "./csr.js";
import { Murmur3, WordHash } from "./murmur3.js";
import type { RatingsSide, RatingsSource } from "./source.js";
import type { Id, Vocabulary } from "./vocabulary.js";

/** Ratings, rows or ids hashed between two looks at the clock. */
const SLICE = 16384;

/** The version of what is hashed and how. */
const VERSION = 1;

/** The hashes that a content hash is made of, each of a stream of its own, so that whoever writes a file makes them as it goes. */
export interface ContentDigests {
  readonly users: Int32Array;
  readonly items: Int32Array;
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Int32Array;
  /** Missing where the ratings have no weights. */
  readonly weights: Int32Array | undefined;
}

/**
 * A hash of what a fit sees of ratings: ids in their order, and the rows by user with values and weights as they are stored.
 * The same for the same ratings in memory and in a file; 32 hexadecimal digits (MurmurHash3, which tells contents apart and
 * does not stand up to forgers).
 *
 * @throws (rejects) what reading the source throws
 */
export async function contentHash(source: RatingsSource): Promise<string> {
  if (source.contentHash !== undefined) return source.contentHash;
  const { users, items, byUser } = source;
  return hashOf({
    users: await hashIds(users),
    items: await hashIds(items),
    starts: await hashStarts(byUser.starts),
    ...(await hashRatings(byUser)),
  });
}

/** The content hash of such digests. */
export function hashOf({ users, items, starts, columns, values, weights }: ContentDigests): string {
  const hash = new Murmur3();
  hash.update(Int32Array.of(VERSION, weights === undefined ? 0 : 1));
  for (const digest of [users, items, starts, columns, values]) hash.update(digest);
  if (weights !== undefined) hash.update(weights);
  return hash.hex();
}

/** The digest of a vocabulary: its kind, then strings by length and UTF-16 units, integers in 64 bits. */
export async function hashIds(ids: Vocabulary<Id>): Promise<Int32Array> {
  const yielder = createYielder();
  const hash = new WordHash();
  hash.add(ids.kind === "string" ? 1 : 0);
  let count = 0;
  for (const id of ids) {
    if (typeof id === "number") hash.addInteger(id);
    else {
      hash.add(id.length);
      for (let i = 0; i < id.length; i++) hash.add(id.charCodeAt(i));
    }
    if (++count % SLICE === 0 && yielder.due()) await yielder.pause();
  }
  return hash.digest();
}

async function hashStarts(starts: Float64Array): Promise<Int32Array> {
  const yielder = createYielder();
  const hash = new Murmur3();
  for (let from = 0; from < starts.length; from += SLICE) {
    hash.update(starts.subarray(from, from + SLICE));
    if (yielder.due()) await yielder.pause();
  }
  return hash.digest();
}

async function hashRatings(
  side: RatingsSide,
): Promise<Pick<ContentDigests, "columns" | "values" | "weights">> {
  const yielder = createYielder();
  const { count, valueBytes, weightBytes } = side;
  const room = (bytes: 4 | 8): Values => (bytes === 4 ? new Float32Array(SLICE) : new Float64Array(SLICE));
  const columns = new Int32Array(SLICE);
  const values = room(valueBytes);
  const weights = weightBytes && room(weightBytes);
  const hashes = { columns: new Murmur3(), values: new Murmur3(), weights: new Murmur3() };
  for (let from = 0; from < count; from += SLICE) {
    const length = Math.min(SLICE, count - from);
    side.read(from, from + length, columns, values, weights);
    hashes.columns.update(columns.subarray(0, length));
    hashes.values.update(values.subarray(0, length));
    if (weights !== undefined) hashes.weights.update(weights.subarray(0, length));
    if (yielder.due()) await yielder.pause();
  }
  return {
    columns: hashes.columns.digest(),
    values: hashes.values.digest(),
    weights: weights && hashes.weights.digest(),
  };
}
