import { AlternantError, describe } from "../errors.js";
import type { ItemLists } from "../kernel/index.js";
import { Ratings } from "../ratings/ratings.js";
import type { Id } from "../ratings/vocabulary.js";
import { breathing } from "./match.js";
import { type RankedTargets, type Ranker, type RankQuery, withoutLeftOut } from "./ranker.js";

/** Targets between two looks at the clock. */
const STRIDE = 64;
const NOTHING = new Int32Array(0);

/**
 * The baseline of lists: the same for everybody, the items with the most training ratings first, equal ones by index.
 *
 * @param training the ratings that the model to compare with was trained on: what users rated is known by them
 */
export function popularity<U extends Id, I extends Id>(training: Ratings<U, I>): Ranker<U, I> {
  if (!(training instanceof Ratings))
    throw new TypeError(`popularity needs the training ratings, not ${describe(training)}`);
  const { users, items, byUser, byItem } = training;
  const { starts } = byItem;
  const counts = Int32Array.from({ length: items.size }, (_, item) => starts[item + 1]! - starts[item]!);
  return popularityOf({ users, items, counts, rated: byUser });
}

/** What popularity is known by: of ratings, or of a model. */
export interface PopularityParts<U extends Id, I extends Id> extends Pick<Ranker<U, I>, "users" | "items"> {
  /** Training ratings of each item. */
  readonly counts: Int32Array;
  /** What each user rated; undefined where it is not known. */
  readonly rated: ItemLists | undefined;
}

/** As {@link popularity}. */
export function popularityOf<U extends Id, I extends Id>(parts: PopularityParts<U, I>): Ranker<U, I> {
  const { users, items, counts, rated } = parts;
  const order = orderOf(counts);
  return {
    users,
    items,
    rankTargets: async (query) => {
      if (query.exclude === "none") return rank(order, query, undefined);
      if (rated !== undefined) return rank(order, query, rated);
      throw new AlternantError(
        "no-history",
        `${query.what} leaves out what users rated, which this popularity does not know. Pass exclude: "none".`,
      );
    },
  };
}

/** Places of items, from 0, the most popular first. */
interface Order {
  readonly places: Int32Array;
  /** Of each place: the first and the one behind the last with the same count. */
  readonly firsts: Int32Array;
  readonly ends: Int32Array;
}

/** A counting sort: linear time, and items of equal counts stay in the order of their indices. */
function orderOf(counts: Int32Array): Order {
  const { length } = counts;
  const most = counts.reduce((max, count) => Math.max(max, count), 0);
  // Items by count, the greatest count first: at 0 none, at 1 those of the greatest.
  const ends = new Int32Array(most + 2);
  for (const count of counts) ends[most - count + 1]!++;
  for (let rank = 0; rank <= most; rank++) ends[rank + 1]! += ends[rank]!;
  const next = ends.slice();
  const [places, firsts, lasts] = [new Int32Array(length), new Int32Array(length), new Int32Array(length)];
  for (let item = 0; item < length; item++) {
    const rank = most - counts[item]!;
    const place = next[rank]!++;
    places[item] = place;
    firsts[place] = ends[rank]!;
    lasts[place] = ends[rank + 1]!;
  }
  return { places, firsts, ends: lasts };
}

async function rank(
  { places, firsts, ends }: Order,
  query: RankQuery,
  leftOut: ItemLists | undefined,
): Promise<RankedTargets> {
  const { starts, columns } = query.targets;
  const { length } = columns;
  const ranks = {
    better: new Int32Array(length),
    tied: new Int32Array(length),
    tiedBefore: new Int32Array(length),
  };
  const breath = breathing(query.what, query.signal);
  for (let row = 0; row < query.users.length; row++) {
    const user = query.users[row]!;
    const own = leftOut?.columns.subarray(leftOut.starts[user]!, leftOut.starts[user + 1]!) ?? NOTHING;
    // Everybody's place, less what of the places before it is left out.
    const gaps = own.map((item) => places[item]!).sort();
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      const place = places[columns[at]!]!;
      const better = firsts[place]! - below(gaps, firsts[place]!);
      const before = place - below(gaps, place);
      const notWorse = ends[place]! - below(gaps, ends[place]!);
      ranks.better[at] = better;
      ranks.tiedBefore[at] = before - better;
      ranks.tied[at] = notWorse - better - 1;
      if (at % STRIDE === 0 && breath.due()) await breath.take();
    }
  }
  return withoutLeftOut(ranks, query, leftOut, places.length);
}

/** How many of ascending numbers are below another. */
function below(ascending: Int32Array, number: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
