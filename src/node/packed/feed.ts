import type { RatingsBuilder } from "../../ratings/builder.js";
import { Ratings, type RatingsSource, type Values } from "../../ratings/index.js";
import { PackedRatings } from "./packed-ratings.js";

/** Ratings read between two pauses. */
const SLICE = 65536;

/**
 * Gives a builder the ids of a source, those that are not rated too, and all its ratings in the order by user.
 *
 * @param timed whether with timestamps, where there are some
 */
export async function feed(
  source: RatingsSource,
  builder: RatingsBuilder,
  pause: (done: number) => Promise<void>,
  timed: boolean = true,
): Promise<void> {
  const { byUser, count } = source;
  const { starts, valueBytes, weightBytes } = byUser;
  const room = (bytes: 4 | 8): Values => (bytes === 4 ? new Float32Array(SLICE) : new Float64Array(SLICE));
  const columns = new Int32Array(SLICE);
  const values = room(valueBytes);
  const weights = weightBytes && room(weightBytes);
  const users = Int32Array.from(source.users, (id) => builder.addUser(id));
  const items = Int32Array.from(source.items, (id) => builder.addItem(id));
  let user = 0;
  for (let from = 0; from < count; from += SLICE) {
    const to = Math.min(count, from + SLICE);
    byUser.read(from, to, columns, values, weights);
    const timestamps = timed ? timestampsOf(source, from, to) : undefined;
    for (let p = from; p < to; p++) {
      while (p >= starts[user + 1]!) user++;
      const at = p - from;
      builder.addByIndex(users[user]!, items[columns[at]!]!, values[at]!, weights?.[at], timestamps?.[at]);
    }
    await pause(to);
  }
}

function timestampsOf(source: RatingsSource, from: number, to: number): Float64Array | undefined {
  if (source instanceof Ratings) return source.timestamps?.subarray(from, to);
  return source instanceof PackedRatings ? source.timestamps(from, to) : undefined;
}
