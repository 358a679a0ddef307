/// <reference lib="esnext.disposable" preserve="true" />
import { nameClass } from "../class-name.js";
import { AlternantError } from "../errors.js";
import { popularityOf } from "../metrics/popularity.js";
import type { RankedTargets, Ranker, RankQuery } from "../metrics/ranker.js";
import type { Scorer } from "../metrics/scorer.js";
import { checkInteger, checkOneOf } from "../options.js";
import type { Id, Vocabulary } from "../ratings/vocabulary.js";
import { Answers, RECOMMEND_WITHOUT_HISTORY, ratedBy, rowOf } from "./answers.js";
import { cosineOf } from "./cosine.js";
import { writeModel } from "./file/write.js";
import { compileFilter, type ItemFilter, type ItemFilterOptions } from "./filter.js";
import type { FoldedItem, FoldedUser } from "./fold-in/folded.js";
import type { FoldInItemRow, FoldInRow } from "./fold-in/given.js";
import type { ModelInfo } from "./info.js";
import type { Inspection, InspectOptions } from "./inspect.js";
import { frozenCopy } from "./json.js";
import { checkId, checkIndex, indicesOf, KNOWN_ITEMS, KNOWN_USERS, known } from "./lookup.js";
import { withUsers } from "./no-users.js";
import type { Factors, HistoryKind, ModelOptions, ModelParts } from "./parts.js";
import type {
  AudienceOptions,
  Block,
  CanonicalOptions,
  DecomposeOptions,
  ErrorEstimate,
  EstimateErrorOptions,
  ExplainOptions,
  Explanation,
  FactorCopy,
  FactorExtremes,
  FoldInOptions,
  LeftOutRating,
  ModelSvd,
  Prepared,
  PrepareOptions,
  RatedItem,
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
  WeightedItem,
} from "./results.js";
import type { RowAnswers } from "./row-answers.js";
import { offerPopular, scoreBlock, scoreOf } from "./scoring.js";
import type { Top } from "./top.js";
import { scoredItems, topOf } from "./top-lists.js";

interface State<U extends Id, I extends Id> {
  readonly parts: ModelParts<U, I>;
  readonly answers: Answers<U, I>;
  /** What answers by solving rows, from first use on. */
  rows: Promise<RowAnswers<U, I>> | undefined;
}

/**
 * A trained model: r̂ = μ + b + c + wᵀu, with biases b, c and latent factors w, u of a user and an item. Immutable;
 * everything that it returns is a copy or frozen.
 *
 * Comes from an estimator such as `ALS`, or from {@link Model.fromBytes}. Where the engine has `Symbol.dispose`, it
 * can be declared with `using`. After {@link Model.dispose} every use throws AlternantError "disposed".
 */
export class Model<U extends Id = Id, I extends Id = Id> implements Scorer<U, I>, Ranker<U, I> {
  declare readonly [Symbol.dispose]: () => void;
  #state: State<U, I> | undefined;

  static {
    nameClass(Model, "Model");
    // As a computed method it would be called "undefined" in an engine without the symbol.
    if (typeof Symbol.dispose === "symbol")
      Object.defineProperty(Model.prototype, Symbol.dispose, { value: Model.prototype.dispose });
  }

  /**
   * For estimators: takes the parts over, unchecked; nothing in them may change afterwards.
   *
   * @internal
   */
  constructor(parts: ModelParts<U, I>) {
    const { mean, range, options, info } = parts;
    const own: ModelParts<U, I> = {
      ...parts,
      // Adding 0 turns −0, which JSON does not know, into 0: a model and its file are the same.
      mean: mean + 0,
      range: Object.freeze([range[0] + 0, range[1] + 0] as const),
      options: frozenCopy(options),
      info: frozenCopy(info),
    };
    this.#state = { parts: own, answers: new Answers(own), rows: undefined };
  }

  /** Users in index order. */
  get users(): Vocabulary<U> {
    return this.#parts.users;
  }

  /** Items in index order. */
  get items(): Vocabulary<I> {
    return this.#parts.items;
  }

  /** N. */
  get userCount(): number {
    return this.#parts.users.size;
  }

  /** M. */
  get itemCount(): number {
    return this.#parts.items.size;
  }

  /** K, the number of latent features. */
  get factors(): number {
    return this.#parts.factors;
  }

  /** μ, the fixed part of each score: the training mean, or 0 for a model without biases. */
  get mean(): number {
    return this.#parts.mean;
  }

  /** Least and greatest training rating; scores may lie outside. */
  get range(): readonly [min: number, max: number] {
    return this.#parts.range;
  }

  /** What of the training rows the model keeps. */
  get history(): HistoryKind {
    return this.#parts.history.kind;
  }

  /** The options it was trained with. */
  get options(): ModelOptions {
    return this.#parts.options;
  }

  /** Facts about the data, the size and the run. */
  get info(): ModelInfo {
    return this.#parts.info;
  }

  /**
   * Score by vocabulary index: ((μ + b) + c) + wᵀu in float64, never clipped. −1 stands for an unknown user or item
   * and leaves out its terms, as for one without training ratings.
   *
   * @throws RangeError for an index that isn't −1 … size − 1
   */
  score(user: number, item: number): number {
    const parts = this.#parts;
    return scoreOf(parts, checkIndex("user", user, parts.users), checkIndex("item", item, parts.items));
  }

  /** The predicted rating, never clipped; `undefined` when the model does not know the user or the item. */
  predict(user: U, item: I): number | undefined {
    const parts = this.#withUsers;
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
    const parts = this.#withUsers;
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
    return this.#live.answers.recommend(user, options);
  }

  /**
   * The users with the highest predictions for an item, best first; equal scores in vocabulary order. Who rated it is left
   * out by default.
   *
   * @throws AlternantError "unknown-id"; "no-history" when raters should be left out and the model does not know them
   */
  audience(item: I, options: AudienceOptions = {}): ScoredUser<U>[] {
    return this.#live.answers.audience(item, options);
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
    return this.#live.answers.recommendFor(items, options);
  }

  /**
   * Compiles which items may be listed, once, for any number of calls: those in `allow` (all, without it) but those in `deny`
   * and those for which `where` is false.
   *
   * @throws AlternantError "unknown-id" naming all ids that the model does not know; what `where` throws
   */
  filter(options: ItemFilterOptions<I>): ItemFilter<I> {
    return compileFilter(this.#parts.items, options);
  }

  /**
   * The lists of many users on all cores: one for each user given, in that order, each as {@link Model.recommend} gives it,
   * bit for bit. A user may come more than once.
   *
   * @throws AlternantError "unknown-id" naming the first user that the model does not know; "no-history", as `recommend`;
   *   "aborted", "lane-failed" when a thread died, "disposed" when the engine was, "too-large"
   */
  async recommendMany(
    users: readonly U[],
    options: RecommendManyOptions<I> = {},
  ): Promise<ScoredItem<I>[][]> {
    const parts = this.#withUsers;
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
    const parts = this.#withUsers;
    const { recommendAll } = await listsOfMany();
    yield* recommendAll(parts, options, () => ratedBy(parts, RECOMMEND_WITHOUT_HISTORY));
  }

  /** What lists must beat: items by their number of training ratings, the same for everybody. */
  popularity(): Ranker<U, I> {
    const parts = this.#withUsers;
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
    const parts = this.#withUsers;
    const leftOut = query.exclude === "rated" ? ratedBy(parts, RECOMMEND_WITHOUT_HISTORY) : undefined;
    const { rankTargets } = await listsOfMany();
    return rankTargets(parts, query, leftOut);
  }

  /**
   * Items for someone unknown, best first. A model with item biases scores them by μ + c, which is what it predicts
   * for an unknown user; one without, by the number of training ratings. Items without any are left out.
   */
  popular(options: TopOptions = {}): ScoredItem<I>[] {
    const parts = this.#parts;
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
    return this.#live.answers.similarItems(item, options);
  }

  /** The users whose factors point in the same direction; all else as {@link Model.similarItems}. */
  similarUsers(user: U, options: SimilarUsersOptions = {}): ScoredUser<U>[] {
    return this.#live.answers.similarUsers(user, options);
  }

  /**
   * The cosine between the factors of two users, two items, or a user and an item, in [−1, 1]: wᵀu = ‖w‖‖u‖ cos θ, so it
   * tells how far two directions of taste agree, whatever their lengths. Biases are no part of it. NaN where one of the
   * two has zero factors (no training ratings), which have no direction.
   *
   * @throws AlternantError "unknown-id"; TypeError unless each is `{ user: id }` or `{ item: id }`
   */
  cosine(a: UserOrItem<U, I>, b: UserOrItem<U, I>): number {
    return cosineOf(this.#parts, a, b);
  }

  /**
   * The items highest and lowest on latent feature k = 0 … factors − 1, the most extreme first: a feature means
   * nothing until it is looked at. Items without training ratings are left out.
   */
  factor(k: number, options: TopOptions = {}): FactorExtremes<I> {
    const { factors, items, itemFactors, itemCounts } = this.#parts;
    checkInteger("k", k, 0, factors - 1);
    const highest = topOf("factor", options);
    const lowest = topOf("factor", options);
    for (let item = 0; item < items.size; item++) {
      if (itemCounts[item] === 0) continue;
      const value = itemFactors[item * factors + k]!;
      highest.offer(item, value);
      lowest.offer(item, -value);
    }
    const list = (top: Top): WeightedItem<I>[] =>
      top.drain().map(({ index }) => ({ item: items.id(index), value: itemFactors[index * factors + k]! }));
    return { highest: list(highest), lowest: list(lowest) };
  }

  /**
   * The singular value decomposition of R̂ without μ and biases: what W Uᵀ is made of, in axes that mean something by
   * themselves, which factors do not (any invertible map of them gives the same predictions). In float64; nothing N × M is
   * formed. Where values are equal, their axes are some orthonormal basis of what they span, the same on every machine.
   *
   * @throws AlternantError "too-large", "aborted", "lane-failed" when a thread died, "disposed" when the engine was
   */
  async svd(options: DecomposeOptions = {}): Promise<ModelSvd> {
    const parts = this.#withUsers;
    const { svdOf } = await import("./svd.js");
    return svdOf(parts, options);
  }

  /**
   * The same predictions from factors P√S and Q√S of {@link Model.svd}: feature k is the k-th most important taste.
   *
   * @throws as {@link Model.svd}
   */
  async canonical(options: CanonicalOptions = {}): Promise<Model<U, I>> {
    const parts = this.#withUsers;
    const { canonicalParts } = await import("./canonical.js");
    return new Model(await canonicalParts(parts, "canonical", parts.factors, options));
  }

  /**
   * A smaller model, of the first k axes of {@link Model.canonical}: no other of rank k is nearer to R̂ without μ and biases
   * in the sum of squares (Eckart, Young, "The approximation of one matrix by another of lower rank", 1936).
   *
   * @param k 1 … factors
   * @throws as {@link Model.svd}; RangeError for another k
   */
  async truncate(k: number, options: CanonicalOptions = {}): Promise<Model<U, I>> {
    const parts = this.#withUsers;
    const { canonicalParts } = await import("./canonical.js");
    return new Model(
      await canonicalParts(parts, "truncate", checkInteger("k", k, 1, parts.factors), options),
    );
  }

  /**
   * What the model has learnt: the axes of its singular value decomposition ({@link Model.svd}) by importance, each with
   * the items highest and lowest on it, and how many there really are. Unlike single features of raw factors, axes mean
   * something each.
   *
   * @throws RangeError for more axes than factors; as {@link Model.svd}
   */
  async inspect(options: InspectOptions = {}): Promise<Inspection<I>> {
    const parts = this.#withUsers;
    const { inspect } = await import("./inspect.js");
    return inspect(parts, options);
  }

  /** The K factors of a user. @throws AlternantError "unknown-id" */
  userVector(user: U): Factors {
    const { users, userFactors, factors } = this.#parts;
    const row = known("user", user, users, KNOWN_USERS);
    return userFactors.slice(row * factors, (row + 1) * factors);
  }

  /** The K factors of an item. @throws AlternantError "unknown-id" */
  itemVector(item: I): Factors {
    const { items, itemFactors, factors } = this.#parts;
    const row = known("item", item, items, KNOWN_ITEMS);
    return itemFactors.slice(row * factors, (row + 1) * factors);
  }

  /** b, in the unit of the ratings; 0 in a model without biases. @throws AlternantError "unknown-id" */
  userBias(user: U): number {
    const { users, userBiases } = this.#parts;
    const row = known("user", user, users, KNOWN_USERS);
    return userBiases === undefined ? 0 : userBiases[row]!;
  }

  /** c, in the unit of the ratings; 0 in a model without biases. @throws AlternantError "unknown-id" */
  itemBias(item: I): number {
    const { items, itemBiases } = this.#parts;
    const row = known("item", item, items, KNOWN_ITEMS);
    return itemBiases === undefined ? 0 : itemBiases[row]!;
  }

  /** All factors of one side. */
  copyFactors(side: "users" | "items"): FactorCopy {
    const { items, itemFactors, factors } = this.#parts;
    if (checkOneOf("side", side, ["users", "items"]) === "items")
      return { rows: items.size, factors, values: itemFactors.slice() };
    const { users, userFactors } = this.#withUsers;
    return { rows: users.size, factors, values: userFactors.slice() };
  }

  /**
   * What a user rated in training, in item order; with values where the model keeps them (history "ratings").
   *
   * @throws AlternantError "unknown-id"; "no-history" from a model that keeps no training rows
   */
  ratedItems(user: U): RatedItem<I>[] {
    const { history, users, items } = this.#parts;
    const row = known("user", user, users, KNOWN_USERS);
    const columns = rowOf(ratedBy(this.#parts, RATED_WITHOUT_HISTORY), row);
    if (history.kind !== "ratings") return Array.from(columns, (column) => ({ item: items.id(column) }));
    const { starts, values, weights } = history.byUser;
    const from = starts[row]!;
    return Array.from(columns, (column, at) => ({
      item: items.id(column),
      value: values[from + at]!,
      ...(weights && { weight: weights[from + at]! }),
    }));
  }

  /**
   * Somebody whom the model was not trained on, from their ratings: what training would have made of them beside items as they are, bit
   * for bit in default arithmetic (a model trained by relaxed arithmetic is folded into by that where the engine has it). A row of
   * `ALS` is solved exactly, whatever solver trained it; one of `SVD` is projected on its axes, what is not given being 0. The order
   * of ratings changes nothing. Nothing is added to the model, and nothing leaves the machine.
   *
   * The first call copies item factors into a WebAssembly memory, which {@link Model.dispose} gives back.
   *
   * @param rows `[item, value]`, `{ item, value, weight }`, or an item's id alone, which means value 1
   * @throws TypeError, RangeError for rows of a wrong shape or value; AlternantError "unknown-id" naming all items that the model does
   *   not know, "duplicate-rating", "no-ratings", "invalid-rating" for a value that the model's options do not allow,
   *   "not-positive-definite" where λ leaves the row undetermined, "not-finite", "too-large", "aborted", "disposed"; "not-supported"
   *   for a model of `ALS` in canonical form, whose penalty is another one
   */
  async foldIn(rows: Iterable<FoldInRow<I>>, options: FoldInOptions = {}): Promise<FoldedUser<I>> {
    return (await this.#rows()).foldIn(rows, options);
  }

  /**
   * An item that the model was not trained on, from what users gave it; all else as {@link Model.foldIn}, with users and items
   * exchanged.
   *
   * @throws as {@link Model.foldIn}; AlternantError "no-users" from a model of items alone
   */
  async foldInItem(rows: Iterable<FoldInItemRow<U>>, options: FoldInOptions = {}): Promise<FoldedItem<U>> {
    return (await this.#rows()).foldInItem(rows, options);
  }

  /**
   * What a prediction is made of: score = base + Σ contributions, one of each rating of the user's, and what the score would be without
   * that rating, exactly as if the user were solved again (docs/mathematics.md). Worked out in float64: to rounding for factors of
   * that precision; with float32 factors contributions are those of the exact row, and add up to the score as near as float32 is to
   * it. Takes n·K² + K³ multiply-adds for a user of n ratings, of plain JavaScript.
   *
   * @throws AlternantError "unknown-id"; "no-history" unless the model keeps history "ratings"; "not-supported" for models of `SVD`,
   *   canonical ones, those of factors ≥ 0, and those whose users an inexact solver left unfinished; "not-positive-definite" where λ
   *   leaves the row without a rating undetermined; "aborted", "disposed", "no-users"
   */
  async explain(user: U, item: I, options: ExplainOptions = {}): Promise<Explanation<I>> {
    return (await this.#rows()).explain(user, item, options);
  }

  /**
   * A user's training ratings in item order, each beside what the others predict it to be: exactly as if the user were solved again
   * without it, items as they are. As an estimate of the error on ratings not seen it is too good, for the items have seen them;
   * {@link Model.estimateError} is the better one.
   *
   * @throws as {@link Model.explain}
   */
  async leaveOneOut(user: U, options: Pick<ExplainOptions, "signal"> = {}): Promise<LeftOutRating<I>[]> {
    return (await this.#rows()).leaveOneOut(user, options);
  }

  /**
   * About the RMSE on ratings not seen, from the training ratings alone: e ÷ (1 − h_user − h_item) of each, h the leverage that it has in
   * its user's and in its item's row. Approximate: near the truth where λ is well chosen, and far above it where λ is much too small. Takes
   * 2·|Ω|·K² multiply-adds of plain JavaScript and more, with turns for the event loop: a second for 100,000 ratings at K = 32.
   *
   * @throws AlternantError "no-history" unless the model keeps history "ratings"; "not-supported" for implicit feedback, and as
   *   {@link Model.explain}; "not-positive-definite", "aborted", "disposed", "no-users"
   */
  async estimateError(options: EstimateErrorOptions = {}): Promise<ErrorEstimate> {
    return (await this.#rows()).estimateError(options);
  }

  /**
   * The smaller model that is enough for {@link Model.foldIn}, `popular`, `similarItems`, `factor` and what else asks of items: without
   * users, their factors and history, so that a page can have it and nobody's taste need leave the page. It can be saved and loaded;
   * what asks of users throws "no-users".
   *
   * @throws AlternantError "not-supported", as {@link Model.foldIn}
   */
  async forFoldIn(): Promise<Model<U, I>> {
    return new Model(await (await this.#rows()).itemsOnly());
  }

  /**
   * Makes ahead, without holding the event loop, what answers single questions fast: for each side, the lengths of its
   * factors and an index in WebAssembly memory of its own, at K = 64 between 1.2 and 2 times as large as they are. `recommend`,
   * `recommendFor` and `similarItems` use that of the items; `audience` and `similarUsers` that of the users. Lanes pack large
   * indexes, into the same bits. Once a call of this has compiled the kernels, other models build theirs by their first
   * question, on the calling thread; before that, and where WebAssembly is not to be had, every score is made. Answers are the
   * same, bit for bit. In a model of items alone it also makes what rows are folded in with.
   *
   * @returns what it has cost
   * @throws AlternantError "too-large" where there is no room for an index; "aborted", "lane-failed" when a thread died,
   *   "disposed" when the engine or the model was
   */
  async prepare(options: PrepareOptions = {}): Promise<Prepared> {
    const { parts, answers } = this.#live;
    const { prepareAnswers } = await import("./prepare.js");
    const prepared = await prepareAnswers(answers, options);
    if (parts.itemsOnly !== undefined) await (await this.#rows()).prepare();
    return prepared;
  }

  /** The model as a safetensors file with a checksum, for {@link Model.fromBytes}. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return writeModel(this.#parts);
  }

  /**
   * Reads what {@link Model.toBytes} wrote. Only the file knows the type of its ids: the caller states it.
   *
   * @throws AlternantError "corrupt-model" for a damaged file or one that isn't a model; "newer-model" for one of a
   * later format version
   */
  static async fromBytes<U extends Id = Id, I extends Id = Id>(
    bytes: Uint8Array | ArrayBuffer | Blob,
  ): Promise<Model<U, I>> {
    const { readModel } = await import("./file/read.js");
    return new Model<U, I>((await readModel(bytes)) as unknown as ModelParts<U, I>);
  }

  /** Gives the memory back at once. A second call does nothing. */
  dispose(): void {
    this.#state = undefined;
  }

  get #live(): State<U, I> {
    if (this.#state === undefined)
      throw new AlternantError("disposed", "This model was disposed of; load it or train it again.");
    return this.#state;
  }

  get #parts(): ModelParts<U, I> {
    return this.#live.parts;
  }

  /** What answers by solving rows, loaded when it is first asked for. */
  #rows(): Promise<RowAnswers<U, I>> {
    const live = this.#live;
    live.rows ??= import("./row-answers.js").then(
      ({ RowAnswers }) =>
        new RowAnswers({
          parts: () => this.#parts,
          answers: () => this.#live.answers,
          rows: () => this.#rows(),
        }),
    );
    return live.rows;
  }

  get #withUsers(): ModelParts<U, I> {
    return withUsers(this.#parts);
  }
}

/** What makes lists of many users: loaded when it is first asked for. */
function listsOfMany(): Promise<typeof import("./lists.js")> {
  return import("./lists.js");
}

const RATED_WITHOUT_HISTORY =
  'ratedItems needs training rows, but this model keeps none (history: "none"). Train with history: "items" or "ratings".';
