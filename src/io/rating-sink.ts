import { AlternantError } from "../errors.js";
import { RatingsBuilder } from "../ratings/builder.js";
import type { RatingsParts } from "../ratings/finish.js";
import type { Id, IdKind, IdsOption, RatingsOptions } from "../ratings/index.js";
import type { Sliced } from "../ratings/slices.js";
import type { RatingStore } from "../ratings/triples.js";
import type { Vocabulary } from "../ratings/vocabulary.js";
import { IdTable } from "./id-table.js";
import { LineMap } from "./line-map.js";
import type { Position } from "./position.js";

/** Where rows go: gives them to the builder of the ratings, with ids of the kind asked for, and knows their lines. */
export class RatingSink {
  readonly users: IdTable = new IdTable();
  readonly items: IdTable = new IdTable();
  readonly #userKind: IdKind;
  readonly #itemKind: IdKind;
  /** Takes ratings whose ids {@link know} named, without a line. */
  readonly builder: RatingsBuilder;
  readonly #lines = new LineMap();
  readonly #position: Position;
  /** How many ids the builder has of each side. */
  #userCount = 0;
  #itemCount = 0;

  /**
   * @param what the function that reads, for messages about options, which are checked here
   * @param store takes the ratings in place of memory
   */
  constructor(
    what: string,
    options: RatingsOptions & { ids: IdsOption },
    position: Position,
    store?: RatingStore,
  ) {
    this.#position = position;
    this.builder = new RatingsBuilder(what, options, (row) => position.at(this.#lines.lineOf(row)), store);
    const { ids } = options;
    this.#userKind = typeof ids === "string" ? ids : (ids.users ?? "string");
    this.#itemKind = typeof ids === "string" ? ids : (ids.items ?? "string");
  }

  /** The number of ratings taken so far. */
  get count(): number {
    return this.builder.count;
  }

  /** Gives ids their indices before any rating is taken. */
  know(users: Vocabulary, items: Vocabulary): void {
    for (const id of users) {
      this.users.numberOf(String(id));
      this.#userCount = this.builder.addUser(id) + 1;
    }
    for (const id of items) {
      this.items.numberOf(String(id));
      this.#itemCount = this.builder.addItem(id) + 1;
    }
  }

  /** Takes the rating on the line at `position`: the numbers of its ids in the tables, and what else it has. */
  take(
    user: number,
    item: number,
    value: number,
    weight: number | undefined,
    timestamp: number | undefined,
  ): void {
    this.#lines.set(this.builder.count, this.#position.line);
    try {
      // Both number ids in order of first appearance, so a number that came before is the builder's index already.
      if (user === this.#userCount)
        this.#userCount = this.builder.addUser(idOf(this.users, user, this.#userKind)) + 1;
      if (item === this.#itemCount)
        this.#itemCount = this.builder.addItem(idOf(this.items, item, this.#itemKind)) + 1;
      this.builder.addByIndex(user, item, value, weight, timestamp);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      // The caller gave a file, not this row: what is wrong is the file, and the message names the line.
      throw new AlternantError("invalid-file", error.message, { cause: error });
    }
  }

  /** The parts of the Ratings; nothing can be taken afterwards. */
  assemble(): Sliced<RatingsParts> {
    return this.builder.assemble();
  }
}

/**
 * An id of the kind that it is kept as. What is not written as JavaScript writes an integer stays text, and the builder
 * refuses it: two texts never become one number.
 */
function idOf(table: IdTable, number: number, kind: IdKind): Id {
  const text = table.ids[number]!;
  return kind === "number" && String(Number(text)) === text ? Number(text) : text;
}
