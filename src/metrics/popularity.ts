import { AlternantError } from "../errors.js";
import type { ItemLists } from "../kernel/index.js";
import { checkSource } from "../ratings/check-source.js";
import { Csr } from "../ratings/csr.js";
import type { RatingsSource } from "../ratings/source.js";
import type { Id } from "../ratings/vocabulary.js";
import type { Ranker } from "./ranker.js";

/**
 * The baseline of lists: the same for everybody, the items with the most training ratings first, equal ones by index.
 *
 * @param training the ratings that the model to compare with was trained on: what users rated is known by them where they lie
 *   in memory; by those in a file it is not, and lists can be judged with `exclude: "none"` alone
 */
export function popularity<U extends Id, I extends Id>(training: RatingsSource<U, I>): Ranker<U, I> {
  checkSource("popularity", training);
  const { users, items, byUser, byItem } = training;
  const { starts } = byItem;
  const counts = Int32Array.from({ length: items.size }, (_, item) => starts[item + 1]! - starts[item]!);
  return popularityOf({ users, items, counts, rated: byUser instanceof Csr ? byUser : undefined });
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
  return {
    users,
    items,
    rankTargets: async (query) => {
      const { rankByCounts } = await import("./judge.js");
      if (query.exclude === "none") return rankByCounts(counts, query, undefined);
      if (rated !== undefined) return rankByCounts(counts, query, rated);
      throw new AlternantError(
        "no-history",
        `${query.what} leaves out what users rated, which this popularity does not know. Pass exclude: "none".`,
      );
    },
  };
}
