/// <reference lib="esnext.disposable" preserve="true" />
import { checkSignal } from "../abort.js";
import { nameClass } from "../class-name.js";
import { AlternantError, describe, throwIfAborted } from "../errors.js";
import { engineFor, type Guard } from "../kernel/index.js";
import { SummedSide } from "../kernel/summed-side.js";
import type { Answers } from "../model/answers.js";
import { compileFilter, type ItemFilter, type ItemFilterOptions } from "../model/filter.js";
import {
  Model,
  type ModelParts,
  type RecommendOptions,
  type ScoredItem,
  type UserOrItem,
} from "../model/index.js";
import { withUsers } from "../model/no-users.js";
import { checkInteger, checkOptions } from "../options.js";
import type { Id, Ratings, RatingsSource, Vocabulary } from "../ratings/index.js";
import { runNow, type Sliced } from "../ratings/slices.js";
import { createYielder, interruptible } from "../yield.js";
import { LiveAnswers } from "./answers.js";
import type { RatingValue } from "./edited-rows.js";
import { type Frozen, freeze } from "./frozen.js";
import { LiveRatings } from "./live-ratings.js";
import { presentParts } from "./present.js";
import { readRating } from "./read-rating.js";
import { refreshed } from "./refresh.js";
import type { LiveOptions, LiveRating, LiveRowState, LiveState, RefreshOptions } from "./results.js";
import { SumsCache } from "./sums-cache.js";
import { trainingRatings } from "./training-ratings.js";

const DEFAULT_CACHE = 2 ** 26;

interface State<U extends Id, I extends Id> {
  readonly ratings: LiveRatings<U, I>;
  readonly cacheBytes: number;
  frozen: Frozen<U, I>;
  /** Calls that changed something since. */
  changes: number;
  refreshes: number;
}

/**
 * A model whose ratings change: `set` and `remove` solve the user and the item of a rating anew, at once and exactly, each against the
 * other side as it is frozen since `model.live()` or the last `refresh()`. What that leaves stale (rows of others who rated the item,
 * of other items that the user rated, and μ) is told by {@link Live.stateOf} and {@link Live.state}; `refresh` solves everything anew.
 * After {@link Live.dispose} every use throws AlternantError "disposed".
 */
export class Live<U extends Id = Id, I extends Id = Id> {
  declare readonly [Symbol.dispose]: () => void;
  #state: State<U, I> | undefined;
  /** The last refresh that was asked for: they run one after the other. */
  #refreshing: Promise<unknown> = Promise.resolve();

  static {
    nameClass(Live, "Live");
    if (typeof Symbol.dispose === "symbol")
      Object.defineProperty(Live.prototype, Symbol.dispose, { value: Live.prototype.dispose });
  }

  private constructor(state: State<U, I>) {
    this.#state = state;
  }

  /**
   * For {@link Model.live}.
   *
   * @internal
   */
  static async open<U extends Id, I extends Id>(
    model: { readonly parts: ModelParts<U, I>; readonly answers: Answers<U, I> },
    ratings: RatingsSource<U, I>,
    options: LiveOptions,
    check: () => void,
  ): Promise<Live<U, I>> {
    const what = "Model.live";
    checkOptions(what, options, ["cacheBytes"]);
    const { parts, answers } = model;
    withUsers(parts);
    const numbers = SummedSide.lengthOf(parts.factors);
    const cacheBytes = checkCache(options.cacheBytes, numbers, parts.factors);
    const guard: Guard = { what, signal: undefined, check };
    const yielder = interruptible(createYielder(), check);
    const frozen = await freeze(parts, answers, new SumsCache(cacheBytes, numbers), guard, yielder);
    const base = await trainingRatings(what, parts, ratings, yielder);
    return new Live({ ratings: new LiveRatings(base), cacheBytes, frozen, changes: 0, refreshes: 0 });
  }

  /** Users in index order, new ones last. */
  get users(): Vocabulary<U> {
    return this.#live.ratings.users.whole();
  }

  /** Items in index order, new ones last. */
  get items(): Vocabulary<I> {
    return this.#live.ratings.items.whole();
  }

  /** What has happened since `live()` or the last refresh, and what it takes. */
  get state(): LiveState {
    const { ratings, frozen, changes, refreshes, cacheBytes } = this.#live;
    const { cache, users, items } = frozen;
    return {
      ratings: ratings.count,
      users: ratings.users.size,
      items: ratings.items.size,
      changes,
      solvedUsers: users.solved.size,
      solvedItems: items.solved.size,
      mean: frozen.parts.mean,
      refreshes,
      cache: {
        rows: cache.size,
        bytes: cache.bytes,
        limit: cacheBytes,
        hits: cache.hits,
        misses: cache.misses,
      },
      frozenBytes: users.bytes + items.bytes,
    };
  }

  /**
   * Adds a rating, or replaces it, and solves its user and its item anew. Ids that are new become known. Either all of it happens or,
   * where something is wrong, nothing.
   *
   * @throws TypeError, RangeError for ids, a value or a weight that cannot be; AlternantError "invalid-rating" for a value that the
   *   model's options do not allow, "not-positive-definite" where λ leaves a row undetermined, "not-finite"
   */
  set(rating: LiveRating<U, I>): void {
    const what = "Live.set";
    const { ratings, frozen } = this.#live;
    const { users, items } = ratings;
    const { user, item, value, weight } = readRating(what, rating, ratings, frozen.users.objective);
    const row = users.index(user) ?? users.size;
    const column = items.index(item) ?? items.size;
    this.#change(what, [row, user], [column, item], { value, weight: weight === 1 ? undefined : weight });
    if (row === users.size) users.add(user);
    if (column === items.size) items.add(item);
  }

  /**
   * Takes a rating away, and solves its user and its item anew; one without any rating left has zeros.
   *
   * @throws TypeError, RangeError; AlternantError "unknown-id", "not-rated" for a pair that is not rated, "no-ratings" for the last
   *   rating of all, "not-positive-definite" where λ leaves a row undetermined without it, "not-finite"
   */
  remove(pair: { readonly user: U; readonly item: I }): void {
    const what = "Live.remove";
    const { ratings } = this.#live;
    if (typeof pair !== "object" || pair === null || Array.isArray(pair))
      throw new TypeError(`${what} takes { user, item }, not ${describe(pair)}`);
    checkOptions(what, pair, ["user", "item"], "key");
    const { user, item } = pair;
    const row = ratings.users.known(what, user);
    const column = ratings.items.known(what, item);
    if (ratings.get(row, column) === undefined)
      throw new AlternantError(
        "not-rated",
        `${what}: user ${describe(user)} has not rated item ${describe(item)}, so there is nothing to remove. live.get(user, item) tells what is rated.`,
      );
    if (ratings.count === 1)
      throw new AlternantError(
        "no-ratings",
        `${what}: the rating of item ${describe(item)} by user ${describe(user)} is the last one, and a model needs one. Set another one before.`,
      );
    this.#change(what, [row, user], [column, item], undefined);
  }

  /** The value of a pair; undefined where it is not rated or an id is unknown. */
  get(user: U, item: I): number | undefined {
    const { ratings } = this.#live;
    const row = ratings.users.index(user);
    const column = ratings.items.index(item);
    return row === undefined || column === undefined ? undefined : ratings.get(row, column)?.value;
  }

  /** The predicted rating as things stand, never clipped; `undefined` for an unknown id. */
  predict(user: U, item: I): number | undefined {
    return this.#answers.predict(user, item);
  }

  /**
   * The items with the highest predictions for a user as things stand, as `Model.recommend` gives them; "rated" are those that are
   * rated now. Filters are made by {@link Live.filter}.
   *
   * @throws AlternantError "unknown-id"
   */
  recommend(user: U, options: RecommendOptions<I> = {}): ScoredItem<I>[] {
    return this.#answers.recommend(user, options);
  }

  /** As `Model.filter`, of the items as they are now: once there are new ones it has to be made again. */
  filter(options: ItemFilterOptions<I>): ItemFilter<I> {
    return compileFilter(this.items, options);
  }

  /** How exact a row is. @throws AlternantError "unknown-id"; TypeError unless it is `{ user: id }` or `{ item: id }` */
  stateOf(one: UserOrItem<U, I>): LiveRowState {
    return this.#answers.stateOf(one);
  }

  /** All ratings as they are now, without timestamps. */
  ratings(): Ratings<U, I> {
    return this.#live.ratings.merged();
  }

  /**
   * The model as it stands: immutable, independent of this, and with the history that the model had. Copies all of it at once. Its
   * `info.run` is that of the last training or refresh, and `info.live` tells of changes since.
   */
  snapshot(): Model<U, I> {
    const { frozen, ratings, changes } = this.#live;
    const solved = { users: frozen.users.solved, items: frozen.items.solved };
    return new Model<U, I>(runNow(presentParts(frozen, solved, ratings.merged(), changes)));
  }

  /**
   * Solves all items, then all users, by the options that the model was trained with: the bits of one epoch from `snapshot()` over the
   * ratings as they are, but for μ, which stays. Then both sides are frozen anew. `set` and `remove` may go on meanwhile: what they
   * change is solved once more at the end. Where it fails or is aborted, everything is as it was.
   *
   * @throws AlternantError as `ALS.fit`
   */
  async refresh(options: RefreshOptions = {}): Promise<void> {
    checkOptions("Live.refresh", options, ["engine", "signal"]);
    checkSignal(options.signal);
    const run = this.#refreshing.then(() => this.#refresh(options));
    this.#refreshing = run.catch(() => undefined);
    return run;
  }

  /** Gives the memory back. A second call does nothing. */
  dispose(): void {
    this.#state = undefined;
  }

  get #live(): State<U, I> {
    if (this.#state === undefined)
      throw new AlternantError(
        "disposed",
        "This live model was disposed of; make another one with model.live(ratings).",
      );
    return this.#state;
  }

  get #answers(): LiveAnswers<U, I> {
    const { frozen, ratings } = this.#live;
    return new LiveAnswers(frozen, ratings);
  }

  /** Changes a pair's rating and solves both its rows, or throws and does nothing. */
  #change(
    what: string,
    [row, user]: readonly [number, U],
    [column, item]: readonly [number, I],
    after: RatingValue | undefined,
  ): void {
    const live = this.#live;
    const { ratings, frozen } = live;
    const before = ratings.get(row, column);
    const undo = ratings.put(row, column, after);
    try {
      const change = { before, after };
      const rows = frozen.users.propose(
        row,
        ratings.byUser,
        { column, ...change },
        `${what}: user ${describe(user)}`,
      );
      const columns = frozen.items.propose(
        column,
        ratings.byItem,
        { column: row, ...change },
        `${what}: item ${describe(item)}`,
      );
      frozen.users.commit(rows);
      frozen.items.commit(columns);
      live.changes++;
    } catch (error) {
      undo();
      throw error;
    }
  }

  async #refresh({ engine: given, signal }: RefreshOptions): Promise<void> {
    const what = "Live.refresh";
    throwIfAborted(signal, what);
    const { ratings, frozen, cacheBytes, changes } = this.#live;
    const solved = { users: new Map(frozen.users.solved), items: new Map(frozen.items.solved) };
    const start = { frozen, solved, ratings: ratings.freeze(), cacheBytes };
    try {
      const engine = await engineFor(given, signal, what);
      const check = (): void => {
        void this.#live;
        engine.check(signal, what);
      };
      check();
      const next = await refreshed(start, engine, { what, signal, check });
      const yielder = interruptible(createYielder(), check);
      for (const work = this.#solveEdited(next.frozen, what); !work.next().done; )
        if (yielder.due()) await yielder.pause();
      // Nothing can be edited between the end of that and here.
      const live = this.#live;
      ratings.rebase(next.ratings);
      live.frozen = next.frozen;
      live.changes -= changes;
      live.refreshes++;
    } catch (error) {
      ratings.thaw();
      throw error;
    }
  }

  /** Solves the rows that were edited while others were refreshed, until a look at all of them finds none: in one step with its end. */
  *#solveEdited({ users, items }: Frozen<U, I>, what: string): Sliced<void> {
    const { ratings } = this.#live;
    const sides = [
      {
        side: users,
        rows: ratings.byUser,
        ids: ratings.users,
        name: "user",
        done: new Map<number, number>(),
      },
      {
        side: items,
        rows: ratings.byItem,
        ids: ratings.items,
        name: "item",
        done: new Map<number, number>(),
      },
    ];
    for (let solved = true; solved; ) {
      solved = false;
      for (const { side, rows, ids, name, done } of sides)
        for (const [row, version] of rows.editedRows()) {
          if (done.get(row) === version) continue;
          side.commit(side.propose(row, rows, undefined, `${what}: ${name} ${describe(ids.id(row))}`));
          done.set(row, version);
          solved = true;
          yield;
        }
    }
  }
}

/** @throws TypeError, RangeError for a limit that no row fits into */
function checkCache(given: number | undefined, numbers: number, factors: number): number {
  if (given === undefined) return DEFAULT_CACHE;
  checkInteger("cacheBytes", given, 0);
  const least = SumsCache.rowBytes(numbers);
  if (given >= least) return given;
  throw new RangeError(
    `cacheBytes must be at least ${least}, what the sums of one row of ${factors} factors take, not ${given}. Leave it out for ${DEFAULT_CACHE}.`,
  );
}
