import type { ItemLists } from "../kernel/index.js";
import { breathing } from "./match.js";
import { type RankedTargets, type RankQuery, withoutLeftOut } from "./ranker.js";

/** Targets between two looks at the clock. */
const STRIDE = 64;
const NOTHING = new Int32Array(0);

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

/** Ranks targets by descending counts of items, equal ones by index. */
export async function rankByCounts(
  counts: Int32Array,
  query: RankQuery,
  leftOut: ItemLists | undefined,
): Promise<RankedTargets> {
  const { places, firsts, ends } = orderOf(counts);
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
