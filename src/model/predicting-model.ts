import { popularityOf } from "../metrics/popularity.js";
import type { RankedTargets, Ranker, RankQuery } from "../metrics/ranker.js";
import type { Scorer } from "../metrics/scorer.js";
import type { Id } from "../ratings/vocabulary.js";
import { cosineOf } from "./cosine.js";
import { compileFilter, type ItemFilter, type ItemFilterOptions } from "./filter.js";
import { RECOMMEND_WITHOUT_HISTORY, ratedBy } from "./history.js";
import { checkId, checkIndex, indicesOf } from "./lookup.js";
import { withUsers } from "./no-users.js";
import type {
  AudienceOptions,
  Block,
  RecommendationBlock,
  RecommendForOptions,
  RecommendManyOptions,
  RecommendOptions,
  ScoredItem,
  ScoredUser,
  SimilarItemsOptions,
  SimilarUsersOptions,
  TopOptions,
  UserOrItem,
} from "./results.js";
import { offerPopular, scoreBlock, scoreOf } from "./scoring.js";
import { partsOf, StoredModel, stateOf } from "./stored-model.js";
import { scoredItems, topOf } from "./top-lists.js";

/** What a model answers from its factors as they are: predictions, lists, likeness. */
export class PredictingModel<U extends Id = Id, I extends Id = Id>
  extends StoredModel<U, I>
  implements Scorer<U, I>, Ranker<U, I>
{
  /**
   * Score by vocabulary index: ((μ + b) + c) + wᵀu in float64, never clipped. −1 stands for an unknown user or item
   * and leaves out its terms, as for one without training ratings.
   *
   * @throws RangeError for an index that isn't −1 … size − 1
   */
  score(user: number, item: number): number {
    const parts = partsOf(this);
    return scoreOf(parts, checkIndex("user", user, parts.users), checkIndex("item", item, parts.items));
  }

  /** The predicted rating, never clipped; `undefined` when the model does not know the user or the item. */
  predict(user: U, item: I): number | undefined {
    const parts = withUsers(partsOf(this));
    const row = parts.users.index(checkId("user", user));
    const column = parts.items.index(checkId("item", item));
    return row === undefined || column === undefined ? undefined : scoreOf(parts, row, column);
  }

  /**
   * The block of R̂ for some users and some items, in the order given: each value is what `predict` says, NaN where
   * an id is unknown.
   *
   * @throws AlternantError "too-large" when the block does not fit into memory
   */
  predictBlock(users: readonly U[], items: readonly I[]): Block<U, I> {
    const parts = withUsers(partsOf(this));
    const rows = indicesOf("user", users, parts.users);
    const columns = indicesOf("item", items, parts.items);
    return { users: [...users], items: [...items], values: scoreBlock(parts, rows, columns) };
  }

  /**
   * The items with the highest predictions for a user, best first; equal scores in vocabulary order. Filters act before
   * entries are counted: as many as asked for come back wherever there are so many, and pages of one ranking join without
   * gap or repetition.
   *
   * @throws AlternantError "unknown-id" for a user that the model does not know; "no-history" when rated items should
   * be left out and the model does not hold them
   */
  recommend(user: U, options: RecommendOptions<I> = {}): ScoredItem<I>[] {
    return stateOf(this).answers.recommend(user, options);
  }

  /**
   * The users with the highest predictions for an item, best first; equal scores in vocabulary order. Who rated it is left
   * out by default.
   *
   * @throws AlternantError "unknown-id"; "no-history" when raters should be left out and the model does not know them
   */
  audience(item: I, options: AudienceOptions = {}): ScoredUser<U>[] {
    return stateOf(this).answers.audience(item, options);
  }

  /**
   * Items that go with a basket or a session, best first, the basket's own left out. An item's score is the mean of its
   * cosines with the items of the basket (with `measure: "dot"`, of its dot products): a mean and no sum, so that a score
   * means the same for a basket of any size. It is the score with one vector, the mean of the basket's directions in the
   * model's precision; an item that comes twice counts twice, and one without a direction does not count.
   *
   * @throws RangeError for an empty basket; AlternantError "unknown-id" naming all items that the model does not know
   */
  recommendFor(items: readonly I[], options: RecommendForOptions<I> = {}): ScoredItem<I>[] {
    return stateOf(this).answers.recommendFor(items, options);
  }

  /**
   * Compiles which items may be listed, once, for any number of calls: those in `allow` (all, without it) but those in `deny`
   * and those for which `where` is false.
   *
   * @throws AlternantError "unknown-id" naming all ids that the model does not know; what `where` throws
   */
  filter(options: ItemFilterOptions<I>): ItemFilter<I> {
    return compileFilter(partsOf(this).items, options);
  }

  /**
   * The lists of many users on all cores: one for each user given, in that order, each as {@link Model.recommend} gives it,
   * bit for bit. A user may come more than once.
   *
   * @throws AlternantError "unknown-id" naming all users that the model does not know; "no-history", as `recommend`;
   *   "aborted", "lane-failed" when a thread died, "disposed" when the engine was, "too-large"
   */
  async recommendMany(
    users: readonly U[],
    options: RecommendManyOptions<I> = {},
  ): Promise<ScoredItem<I>[][]> {
    const parts = withUsers(partsOf(this));
    const { recommendMany } = await listsOfMany();
    return recommendMany(parts, users, options, () => ratedBy(parts, RECOMMEND_WITHOUT_HISTORY));
  }

  /**
   * The lists of all users on all cores, in index order, some thousand users at a time and as numbers, so that millions of
   * lists need not be held at once. The iterable holds memory of the engine until it ends or its loop is left.
   *
   * @throws as {@link Model.recommendMany}
   */
  async *recommendAll(
    options: RecommendManyOptions<I> = {},
  ): AsyncGenerator<RecommendationBlock, void, undefined> {
    const parts = withUsers(partsOf(this));
    const { recommendAll } = await listsOfMany();
    yield* recommendAll(parts, options, () => ratedBy(parts, RECOMMEND_WITHOUT_HISTORY));
  }

  /** What lists must beat: items by their number of training ratings, the same for everybody. */
  popularity(): Ranker<U, I> {
    const parts = withUsers(partsOf(this));
    const { users, items, itemCounts: counts, history } = parts;
    return popularityOf({
      users,
      items,
      counts,
      rated: history.kind === "none" ? undefined : history.byUser,
    });
  }

  /** For ranking metrics: where items stand in the lists that {@link Model.recommend} would give without a limit. */
  async rankTargets(query: RankQuery): Promise<RankedTargets> {
    const parts = withUsers(partsOf(this));
    const leftOut = query.exclude === "rated" ? ratedBy(parts, RECOMMEND_WITHOUT_HISTORY) : undefined;
    const { rankTargets } = await listsOfMany();
    return rankTargets(parts, query, leftOut);
  }

  /**
   * Items for someone unknown, best first. A model with item biases scores them by μ + c, which is what it predicts
   * for an unknown user; one without, by the number of training ratings. Items without any are left out.
   */
  popular(options: TopOptions = {}): ScoredItem<I>[] {
    const parts = partsOf(this);
    const top = topOf("popular", options);
    offerPopular(parts, top);
    return scoredItems(top, parts.items);
  }

  /**
   * The items whose factors point in the same direction: cosine in [−1, 1], best first, itself left out. Zero factors
   * (an item without training ratings) have no direction: they are never found, and have no neighbours. With
   * `measure: "dot"` scores are products of factors, which all items have.
   *
   * @throws AlternantError "unknown-id"
   */
  similarItems(item: I, options: SimilarItemsOptions<I> = {}): ScoredItem<I>[] {
    return stateOf(this).answers.similarItems(item, options);
  }

  /** The users whose factors point in the same direction; all else as {@link Model.similarItems}. */
  similarUsers(user: U, options: SimilarUsersOptions = {}): ScoredUser<U>[] {
    return stateOf(this).answers.similarUsers(user, options);
  }

  /**
   * The cosine between the factors of two users, two items, or a user and an item, in [−1, 1]: wᵀu = ‖w‖‖u‖ cos θ, so it
   * tells how far two directions of taste agree, whatever their lengths. Biases are no part of it. NaN where one of the
   * two has zero factors (no training ratings), which have no direction.
   *
   * @throws AlternantError "unknown-id"; TypeError unless each is `{ user: id }` or `{ item: id }`
   */
  cosine(a: UserOrItem<U, I>, b: UserOrItem<U, I>): number {
    return cosineOf(partsOf(this), a, b);
  }
}

/** What makes lists of many users: loaded when it is first asked for. */
function listsOfMany(): Promise<typeof import("./lists.js")> {
  return import("./lists.js");
}
