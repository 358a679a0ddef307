import { AlternantError } from "../errors.js";
import { checkOneOf, checkOptions } from "../options.js";
import { complete, type RatingsParts } from "./finish.js";
import { orient } from "./orient.js";
import type { Duplicates, RatingsOptions } from "./rating.js";
import { MAX_VALUE, type Place, pairOf, refuseNumber, refuseShape } from "./refusals.js";
import type { Sliced } from "./slices.js";
import { type RatingStore, Triples } from "./triples.js";
import type { IdKind, Vocabulary } from "./vocabulary.js";
import { VocabularyBuilder } from "./vocabulary-builder.js";

const KINDS = ["string", "number"] as const;
const DUPLICATES = ["error", "last", "mean", "sum"] as const;
const KEYS = ["user", "item", "value", "weight", "timestamp"] as const;

/** Takes ratings one after another, checks each as it comes, and makes the parts of a Ratings of them. */
export class RatingsBuilder {
  readonly #what: string;
  readonly #place: Place;
  readonly #duplicates: Duplicates;
  readonly #users: VocabularyBuilder;
  readonly #items: VocabularyBuilder;
  readonly #triples = new Triples();
  readonly #store: RatingStore;
  #timed = false;

  /**
   * @param what the function that reads, as it stands in messages about options
   * @param options validated here
   * @param place tells in messages where a rating was given, from its position counted from 0
   * @param store takes the ratings in place of memory: who gives it has no use for {@link assemble}
   */
  constructor(
    what: string,
    options: RatingsOptions,
    place: Place = (row) => `row ${row}`,
    store?: RatingStore,
  ) {
    this.#what = what;
    this.#place = place;
    this.#store = store ?? this.#triples;
    this.#duplicates = checkDuplicates(what, options.duplicates);
    const { users, items } = checkIds(what, options.ids);
    this.#users = new VocabularyBuilder("user", users, place);
    this.#items = new VocabularyBuilder("item", items, place);
  }

  /** The number of ratings taken so far. */
  get count(): number {
    return this.#store.count;
  }

  /** The ids of the ratings taken, of which there is at least one. */
  vocabularies(): { readonly users: Vocabulary; readonly items: Vocabulary } {
    return { users: this.#users.build(), items: this.#items.build() };
  }

  /** Takes a rating in any shape of {@link RatingRow}. */
  addRow(row: unknown): void {
    if (Array.isArray(row)) {
      if (row.length === 3) this.add(row[0], row[1], row[2]);
      else if (row.length === 2) this.add(row[0], row[1], 1);
      else refuseShape(this.#place(this.count), row);
    } else if (typeof row === "object" && row !== null) this.#addObject(row);
    else refuseShape(this.#place(this.count), row);
  }

  /** Takes a rating; a weight or timestamp that is undefined is not given. */
  add(user: unknown, item: unknown, value: unknown, weight?: unknown, timestamp?: unknown): void {
    this.addByIndex(this.addUser(user), this.addItem(item), value, weight, timestamp);
  }

  /** The index of a user's id, which is a new one if the id is. */
  addUser(id: unknown): number {
    return this.#users.add(id, this.count);
  }

  /** The index of an item's id, which is a new one if the id is. */
  addItem(id: unknown): number {
    return this.#items.add(id, this.count);
  }

  /** Takes a rating by the indexes of its ids, for a caller that knows them without a look at the ids. */
  addByIndex(u: number, i: number, value: unknown, weight?: unknown, timestamp?: unknown): void {
    const row = this.#store.count;
    if (typeof value !== "number" || !(value >= -MAX_VALUE && value <= MAX_VALUE))
      refuseNumber(this.#place(row), "value", value, this.#users.id(u), this.#items.id(i));
    if (weight !== undefined) this.#checkWeight(weight, row, this.#users.id(u), this.#items.id(i));
    if (timestamp !== undefined || this.#timed)
      this.#checkTimestamp(timestamp, row, this.#users.id(u), this.#items.id(i));
    this.#store.push(u, i, value, weight as number | undefined, timestamp as number | undefined);
  }

  /**
   * The parts of the Ratings, in linear time. The builder must not be used afterwards.
   *
   * @throws AlternantError "no-ratings", "duplicate-rating"
   */
  *assemble(): Sliced<RatingsParts> {
    const users = this.#users;
    const items = this.#items;
    if (this.count === 0)
      throw new AlternantError("no-ratings", `${this.#what}: there are no ratings; give at least one`);
    const orientations = yield* orient(this.#triples, users.size, items.size, this.#duplicates, {
      repeated: (user, item) => this.#refuseRepeated(user, item),
      tooLarge: (user, item, sum) => this.#refuseSum(user, item, sum),
    });
    const vocabularies = this.vocabularies();
    return yield* complete(vocabularies.users, vocabularies.items, orientations);
  }

  #addObject(row: object): void {
    const { user, item, value, weight, timestamp } = row as Record<(typeof KEYS)[number], unknown>;
    for (const key in row) {
      if (!(KEYS as readonly string[]).includes(key)) checkOptions(this.#place(this.count), row, KEYS, "key");
      // A key without a value is a slip somewhere in the data, not the wish for the default.
      if (row[key as keyof object] === undefined)
        this.#refuseUndefined(key as (typeof KEYS)[number], user, item);
    }
    this.add(user, item, value === undefined ? 1 : value, weight, timestamp);
  }

  #refuseUndefined(key: (typeof KEYS)[number], user: unknown, item: unknown): void {
    if (key !== "user" && key !== "item") refuseNumber(this.#place(this.count), key, undefined, user, item);
  }

  #checkWeight(weight: unknown, row: number, user: unknown, item: unknown): void {
    if (typeof weight !== "number" || !(weight > 0 && weight < Infinity))
      refuseNumber(this.#place(row), "weight", weight, user, item);
    if (this.#duplicates === "mean" || this.#duplicates === "sum")
      throw new RangeError(
        `${this.#what}: duplicates ${JSON.stringify(this.#duplicates)} does not go with weights, ` +
          `but ${this.#place(row)} has one; use "last", or merge the rows and their weights before`,
      );
  }

  #checkTimestamp(timestamp: unknown, row: number, user: unknown, item: unknown): void {
    if (typeof timestamp !== "number" || !Number.isFinite(timestamp))
      refuseNumber(this.#place(row), "timestamp", timestamp, user, item);
    if (row > 0 && !this.#timed)
      throw new TypeError(
        `${this.#place(row)} has a timestamp, but ${this.#place(0)} has none; give one to every row, or to none`,
      );
    this.#timed = true;
  }

  #refuseRepeated(user: number, item: number): never {
    const [first, second] = this.#triples.positionsOf(user, item);
    throw new AlternantError(
      "duplicate-rating",
      `${pairOf(this.#users.id(user), this.#items.id(item))} is rated twice, in ${this.#place(first)} and in ` +
        `${this.#place(second)}; remove one, or say what to keep: { duplicates: "last" }, "mean" or "sum"`,
    );
  }

  #refuseSum(user: number, item: number, sum: number): never {
    const [first, second] = this.#triples.positionsOf(user, item);
    throw new RangeError(
      `${pairOf(this.#users.id(user), this.#items.id(item))}: the sum of its values (in ${this.#place(first)}, ` +
        `${this.#place(second)}, …) must be from -1e15 to 1e15, not ${sum}; use duplicates "last" or "mean"`,
    );
  }
}

/** Returns the rule for duplicates, "error" if none is given. */
export function checkDuplicates(what: string, duplicates: unknown): Duplicates {
  return duplicates === undefined ? "error" : checkOneOf(`${what}: duplicates`, duplicates, DUPLICATES);
}

function checkIds(what: string, ids: unknown): { users: IdKind | undefined; items: IdKind | undefined } {
  if (typeof ids !== "object" || ids === null) {
    const both = ids === undefined ? undefined : checkOneOf(`${what}: ids`, ids, KINDS);
    return { users: both, items: both };
  }
  checkOptions(`${what}: ids`, ids, ["users", "items"]);
  const { users, items } = ids as { users?: unknown; items?: unknown };
  return {
    users: users === undefined ? undefined : checkOneOf(`${what}: ids.users`, users, KINDS),
    items: items === undefined ? undefined : checkOneOf(`${what}: ids.items`, items, KINDS),
  };
}
