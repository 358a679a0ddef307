import { nameClass } from "../class-name.js";
import { describe, throwIfAborted } from "../errors.js";
import { checkOptions } from "../options.js";
import { createYielder } from "../yield.js";
import { RatingsBuilder } from "./builder.js";
import { readColumns } from "./columns.js";
import { type ConcatOptions, concatenate } from "./concat.js";
import type { Csr } from "./csr.js";
import { type DecayOptions, decayParts } from "./decay.js";
import { type FilterOptions, filterRows } from "./filter.js";
import { finish, type RatingsParts } from "./finish.js";
import { type HeldOutUsers, type HoldOutUsersOptions, holdOutUsersParts } from "./hold-out-users.js";
import { type LeaveOutOptions, type LeftOut, leaveOutParts } from "./leave-out.js";
import type {
  IdsOption,
  ItemId,
  Rating,
  RatingColumns,
  RatingRow,
  RatingsOptions,
  UserId,
} from "./rating.js";
import { type ReadOptions, readRows, readRowsAsync } from "./read.js";
import { runNow, runWithPauses } from "./slices.js";
import type { RatingsSource } from "./source.js";
import { type SplitOptions, splitParts } from "./split.js";
import type { Id, Vocabulary } from "./vocabulary.js";

const OPTIONS = ["ids", "duplicates"] as const;

/**
 * The known ratings {(user, item) → value}: sparse, in both orientations, each pair at most once. Immutable, and never
 * empty. 16 bytes a rating when all values are float32 numbers, 24 otherwise; weights take as much again as values,
 * timestamps 8. While they are made, the rows as they came take 12 bytes a rating more (16 where values are no float32
 * numbers), weights and timestamps apart.
 */
export class Ratings<U extends Id = Id, I extends Id = Id>
  implements RatingsSource<U, I>, Iterable<Rating<U, I>>
{
  static {
    nameClass(Ratings, "Ratings");
  }

  readonly users: Vocabulary<U>;
  readonly items: Vocabulary<I>;
  /** A row for each user. */
  readonly byUser: Csr;
  /** A row for each item. */
  readonly byItem: Csr;
  /** One a rating, in the order of `byUser`, where the ratings have timestamps. */
  readonly timestamps: Float64Array | undefined;
  /** The mean of the values, summed in the order of `byUser`. */
  readonly mean: number;
  /** The least value. */
  readonly min: number;
  /** The greatest value. */
  readonly max: number;

  /**
   * Takes sorted parts as they are; {@link Ratings.from} and its like are for everything else.
   *
   * @internal
   */
  constructor(parts: RatingsParts<U, I>) {
    this.users = parts.users;
    this.items = parts.items;
    this.byUser = parts.byUser;
    this.byItem = parts.byItem;
    this.timestamps = parts.timestamps;
    this.mean = parts.mean;
    this.min = parts.min;
    this.max = parts.max;
  }

  /**
   * Ratings from rows, in linear time.
   *
   * @param rows any number of `[user, item]`, `[user, item, value]` or `{ user, item, value?, weight?, timestamp? }`
   * @throws TypeError, RangeError naming the row (counted from 0) for a bad id, value, weight, timestamp or shape;
   *   AlternantError "duplicate-rating" for a pair rated twice, "no-ratings" when there are no rows
   */
  static from<U extends Id, I extends Id, const J extends IdsOption = Record<never, never>>(
    rows: Iterable<RatingRow<U, I>>,
    options: RatingsOptions<J> = {},
  ): Ratings<UserId<U, J>, ItemId<I, J>> {
    checkOptions("Ratings.from", options, OPTIONS);
    const builder = new RatingsBuilder("Ratings.from", options);
    readRows("Ratings.from", rows, builder);
    return built(runNow(builder.assemble()));
  }

  /**
   * The same from rows that come over time, or from so many that the event loop should run meanwhile: it runs at
   * least every 8 ms.
   *
   * @throws (rejects) as {@link Ratings.from}, and with AlternantError "aborted"
   */
  static async fromAsync<U extends Id, I extends Id, const J extends IdsOption = Record<never, never>>(
    rows: AsyncIterable<RatingRow<U, I>> | Iterable<RatingRow<U, I>>,
    options: RatingsOptions<J> & ReadOptions = {},
  ): Promise<Ratings<UserId<U, J>, ItemId<I, J>>> {
    const what = "Ratings.fromAsync";
    checkOptions(what, options, [...OPTIONS, "signal", "onProgress"]);
    throwIfAborted(options.signal, what);
    const builder = new RatingsBuilder(what, options);
    const yielder = createYielder();
    await readRowsAsync(what, rows, builder, yielder, options);
    return built(await runWithPauses(builder.assemble(), yielder, options.signal, what));
  }

  /**
   * The same from columns: arrays or typed arrays of equal length.
   *
   * @throws as {@link Ratings.from}; RangeError for unequal lengths
   */
  static fromColumns<U extends Id, I extends Id, const J extends IdsOption = Record<never, never>>(
    columns: RatingColumns<U, I>,
    options: RatingsOptions<J> = {},
  ): Ratings<UserId<U, J>, ItemId<I, J>> {
    checkOptions("Ratings.fromColumns", options, OPTIONS);
    const builder = new RatingsBuilder("Ratings.fromColumns", options);
    readColumns("Ratings.fromColumns", columns, builder);
    return built(runNow(builder.assemble()));
  }

  /** N, the number of users in the vocabulary: also those without ratings, as a half of a split may have. */
  get userCount(): number {
    return this.users.size;
  }

  /** M, the number of items in the vocabulary. */
  get itemCount(): number {
    return this.items.size;
  }

  /** |Ω|, the number of ratings. */
  get count(): number {
    return this.byUser.count;
  }

  /** The share of all pairs that is rated: |Ω| / (N · M). */
  get density(): number {
    return this.count / (this.userCount * this.itemCount);
  }

  /** The value of a pair; undefined where it is not rated or an id is unknown. Takes O(log n) of the user's n. */
  get(user: U, item: I): number | undefined {
    const row = this.users.index(user);
    const column = this.items.index(item);
    if (row === undefined || column === undefined) return undefined;
    const position = this.byUser.find(row, column);
    return position < 0 ? undefined : this.byUser.values[position];
  }

  /** All ratings, by user and then item in the order of the vocabularies; each a new object. */
  *[Symbol.iterator](): Generator<Rating<U, I>, void, void> {
    const { byUser, timestamps } = this;
    const { starts, columns, values, weights } = byUser;
    for (let row = 0; row < byUser.rowCount; row++)
      for (let p = starts[row]!; p < starts[row + 1]!; p++) {
        const rating: Rating<U, I> = {
          user: this.users.id(row),
          item: this.items.id(columns[p]!),
          value: values[p]!,
        };
        if (weights !== undefined) rating.weight = weights[p]!;
        if (timestamps !== undefined) rating.timestamp = timestamps[p]!;
        yield rating;
      }
  }

  /**
   * Holds out exactly round(test · count) ratings at random (at least 1, at most count − 1). Both halves share the
   * vocabularies of these ratings, so that indices mean the same in all three.
   *
   * @throws TypeError, RangeError for bad options or fewer than 2 ratings
   */
  split(options: SplitOptions): [train: Ratings<U, I>, test: Ratings<U, I>] {
    const [train, test] = runNow(splitParts<U, I>(this, options, false));
    return [new Ratings(train), new Ratings(test)];
  }

  /**
   * Holds out so many ratings of every user who has more than that (leave-k-out), for rankings: every one of them has
   * something in the test and something to train on. The parts share the vocabularies of these ratings.
   *
   * @throws TypeError, RangeError for bad options or missing timestamps; AlternantError "no-ratings" when no user has enough
   */
  leaveOut(options: LeaveOutOptions): LeftOut<Ratings<U, I>> {
    const { train, test, usersWithoutTest } = runNow(leaveOutParts<U, I>(this, options));
    return { train: new Ratings(train), test: new Ratings(test), usersWithoutTest };
  }

  /**
   * Holds out whole users (strong generalization: Liang et al., "Variational autoencoders for collaborative filtering",
   * 2018): a model trained on the others is given part of their ratings and tested on the rest. Called on `train` again it
   * holds out others, for validation. The parts share the vocabularies of these ratings.
   *
   * @throws TypeError, RangeError for bad options or missing timestamps; AlternantError "no-ratings" when nobody would be
   *   left to train on
   */
  holdOutUsers(options: HoldOutUsersOptions): HeldOutUsers<Ratings<U, I>> {
    const { train, foldIn, test } = runNow(holdOutUsersParts<U, I>(this, options));
    return { train: new Ratings(train), foldIn: new Ratings(foldIn), test: new Ratings(test) };
  }

  /**
   * The ratings of users and items with enough of them, repeated until all have (k-core). Ids without ratings leave
   * the vocabularies; the others keep their order.
   *
   * @throws TypeError, RangeError for bad options; AlternantError "no-ratings" when nothing is left
   */
  filter(options: FilterOptions): Ratings<U, I> {
    const filtered = filterRows(this, options);
    if (filtered === undefined) return this;
    return new Ratings(runNow(finish(filtered.users, filtered.items, filtered.rows)));
  }

  /**
   * The same ratings, older ones with less weight: w·2^(−(now − timestamp) / halfLife), w the weight that a rating has (1
   * where it has none). Ids, values and timestamps are shared with these ratings.
   *
   * @throws TypeError, RangeError for bad options, ratings without timestamps, or one so old that its weight would be 0
   */
  decay(options: DecayOptions): Ratings<U, I> {
    return new Ratings(runNow(decayParts<U, I>(this, options)));
  }

  /**
   * These ratings and more. Ids keep their indices, new ones follow. Where only one of the two has weights, the
   * others weigh 1.
   *
   * @throws TypeError when the kinds of ids differ, or only one has timestamps; AlternantError "duplicate-rating"
   *   for a pair that both rate, unless `duplicates` says which value holds
   */
  concat(more: Ratings<U, I>, options: ConcatOptions = {}): Ratings<U, I> {
    if (!(more instanceof Ratings))
      throw new TypeError(
        `Ratings.concat: expected Ratings, not ${describe(more)}; make them with Ratings.from`,
      );
    return new Ratings(runNow(concatenate<U, I>(this, more, options)));
  }
}

/** The ids have passed the builder's checks, which the types only repeat. */
function built<U extends Id, I extends Id>(parts: RatingsParts): Ratings<U, I> {
  return new Ratings(parts as unknown as RatingsParts<U, I>);
}
