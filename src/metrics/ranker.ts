import type { Engine, ItemLists, Ranks } from "../kernel/index.js";
import type { Id, Vocabulary } from "../ratings/vocabulary.js";
import { breathing } from "./match.js";

/** Users between two looks at the clock. */
const STRIDE = 16;

/** Some users' items whose places in the users' full lists are asked for. */
export interface RankQuery {
  /** Indices of users. */
  readonly users: Int32Array;
  /** Row r: indices of items, ascending, for users[r]. */
  readonly targets: ItemLists;
  /** "rated" leaves out of a list what the user rated in training, "none" nothing. */
  readonly exclude: "rated" | "none";
  /** A target with so many better items need not be followed any further. */
  readonly limit: number;
  readonly engine: Engine | undefined;
  readonly signal: AbortSignal | undefined;
  /** What asks, as it stands in errors. */
  readonly what: string;
}

/** Where each target stands: higher scores first, equal ones by index. */
export interface RankedTargets extends Ranks {
  /** Items of the list with a higher score; where it is at least the limit, that many or more. −1 where the target is left out. */
  readonly better: Int32Array<ArrayBuffer>;
  /** Items of each user's list. */
  readonly candidates: Int32Array<ArrayBuffer>;
}

/** What a ranking metric sees of a model: something that puts items in an order for a user. */
export interface Ranker<U extends Id = Id, I extends Id = Id> {
  readonly users: Vocabulary<U>;
  readonly items: Vocabulary<I>;
  /**
   * Places of items in users' lists.
   *
   * @throws AlternantError "no-history" when rated items should be left out and it does not know them; "aborted"
   */
  rankTargets(query: RankQuery): Promise<RankedTargets>;
}

/** Marks the targets that are left out and counts the items of each list: the part that all rankers have in common. */
export async function withoutLeftOut(
  ranks: Ranks,
  { users, targets, what, signal }: RankQuery,
  leftOut: ItemLists | undefined,
  itemCount: number,
): Promise<RankedTargets> {
  const breath = breathing(what, signal);
  const candidates = new Int32Array(users.length).fill(itemCount);
  if (leftOut !== undefined)
    for (let row = 0; row < users.length; row++) {
      let at = leftOut.starts[users[row]!]!;
      const end = leftOut.starts[users[row]! + 1]!;
      candidates[row] = itemCount - (end - at);
      // Both ascend.
      for (let t = targets.starts[row]!; t < targets.starts[row + 1]!; t++) {
        while (at < end && leftOut.columns[at]! < targets.columns[t]!) at++;
        if (at < end && leftOut.columns[at] === targets.columns[t]) ranks.better[t] = -1;
      }
      if (row % STRIDE === 0 && breath.due()) await breath.take();
    }
  return { ...ranks, candidates };
}
