import type { Halves } from "./peers/data.js";

/** Means over users who have something held out: Recall@20 = hits / held out, NDCG@10 with gain 1, its ideal cut at 10. */
export interface Ranking {
  readonly recall20: number;
  readonly ndcg10: number;
}

/** Scores of all items for some users: a row for each of them; NaN where there is none. */
export type Scores = (users: readonly number[]) => ArrayLike<number>;

const LISTED = 20;
const DISCOUNTS = Float64Array.from({ length: 10 }, (_, rank) => 1 / Math.log2(rank + 2));

/** Users who are scored at once. */
const BATCH = 50;

/** Ranks all items that a user has no training rating of, and judges the first 20 by what is held out. */
export function rank(scoresOf: Scores, { items, train, test }: Halves): Ranking {
  const seen = itemsOf(train);
  const held = itemsOf(test);
  const users = [...held.keys()];
  let recall = 0;
  let ndcg = 0;
  for (let from = 0; from < users.length; from += BATCH) {
    const batch = users.slice(from, from + BATCH);
    const block = Float64Array.from(scoresOf(batch));
    for (const [row, user] of batch.entries()) {
      const scores = block.subarray(row * items, (row + 1) * items);
      for (const item of seen.get(user) ?? []) scores[item] = Number.NaN;
      const [ownRecall, ownNdcg] = judge(first(scores, LISTED), held.get(user)!);
      recall += ownRecall;
      ndcg += ownNdcg;
    }
  }
  return { recall20: recall / users.length, ndcg10: ndcg / users.length };
}

function judge(list: readonly number[], wanted: ReadonlySet<number>): [recall: number, ndcg: number] {
  let hits = 0;
  let gain = 0;
  let ideal = 0;
  for (let i = 0; i < Math.min(wanted.size, DISCOUNTS.length); i++) ideal += DISCOUNTS[i]!;
  for (const [i, item] of list.entries()) {
    if (!wanted.has(item)) continue;
    hits++;
    gain += DISCOUNTS[i] ?? 0;
  }
  return [hits / wanted.size, gain / ideal];
}

function itemsOf({ users, items }: Halves["train"]): Map<number, Set<number>> {
  const lists = new Map<number, Set<number>>();
  for (const [p, user] of users.entries()) {
    const list = lists.get(user);
    if (list === undefined) lists.set(user, new Set([items[p]!]));
    else list.add(items[p]!);
  }
  return lists;
}

/** The places of the greatest scores, the greatest first, of equal ones the earlier. */
function first(scores: Float64Array, count: number): number[] {
  const list: number[] = [];
  for (let place = 0; place < scores.length; place++) {
    const score = scores[place]!;
    if (Number.isNaN(score)) continue;
    if (list.length === count && !(score > scores[list[count - 1]!]!)) continue;
    let at = list.length;
    while (at > 0 && scores[list[at - 1]!]! < score) at--;
    list.splice(at, 0, place);
    list.length = Math.min(list.length, count);
  }
  return list;
}
