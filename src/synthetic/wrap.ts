import { finish } from "../ratings/finish.js";
import { Ratings } from "../ratings/ratings.js";
import { SLICE, type Sliced } from "../ratings/slices.js";
import { transpose } from "../ratings/sort.js";
import { Vocabulary } from "../ratings/vocabulary.js";
import type { WorldColumns } from "./generate.js";

/** Ratings made of a world's columns, and the world's item that each item of the vocabulary is. */
export interface WrappedWorld {
  readonly ratings: Ratings<string, string>;
  readonly order: Int32Array;
}

/** The world as Ratings, items in order of first appearance. Its indices need no look-up of ids, rating by rating. */
export function* wrapWorld(world: WorldColumns): Sliced<WrappedWorld> {
  const itemCount = world.titles.length;
  const { order, columns, timestamps } = yield* renumber(world);
  const users = yield* vocabulary(world.starts.length - 1, userName);
  const items = yield* vocabulary(itemCount, (item) => world.titles[order[item]!]!);
  // There and back again: that is what sorts each user's items.
  const byItem = yield* transpose(
    { starts: world.starts, columns, values: world.values, weights: undefined, timestamps },
    itemCount,
  );
  const byUser = yield* transpose(byItem, users.size);
  return { ratings: new Ratings(yield* finish(users, items, byUser)), order };
}

/** The id of a user. */
export function userName(user: number): string {
  return `user-${user + 1}`;
}

/** Items numbered in order of first appearance, and days as the numbers that timestamps are. */
function* renumber(
  world: WorldColumns,
): Sliced<{ order: Int32Array; columns: Int32Array; timestamps: Float64Array }> {
  const count = world.items.length;
  const columns = new Int32Array(count);
  const timestamps = new Float64Array(count);
  const order = new Int32Array(world.titles.length);
  const indexes = new Int32Array(order.length).fill(-1);
  let seen = 0;
  for (let p = 0; p < count; p++) {
    const item = world.items[p]!;
    if (indexes[item]! < 0) {
      indexes[item] = seen;
      order[seen++] = item;
    }
    columns[p] = indexes[item]!;
    timestamps[p] = world.days[p]!;
    if (p % SLICE === 0) yield;
  }
  return { order, columns, timestamps };
}

/** As many names, each of its own. */
export function* vocabulary(size: number, name: (index: number) => string): Sliced<Vocabulary<string>> {
  const ids: string[] = [];
  const indexes = new Map<string, number>();
  for (let index = 0; index < size; index++) {
    const id = name(index);
    ids.push(id);
    indexes.set(id, index);
    yield;
  }
  return new Vocabulary("string", ids, indexes);
}
