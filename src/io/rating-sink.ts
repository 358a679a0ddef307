import { AlternantError } from "../errors.js";
import { RatingsBuilder } from "../ratings/builder.js";
import type { RatingsParts } from "../ratings/finish.js";
import type { Id, IdKind, IdsOption, RatingsOptions } from "../ratings/index.js";
import type { Sliced } from "../ratings/slices.js";
import { IdTable } from "./id-table.js";
import { LineMap } from "./line-map.js";
import type { Position } from "./position.js";

/** Where rows go: gives them to the builder of the ratings, with ids of the kind asked for, and knows their lines. */
export class RatingSink {
  readonly users: IdTable = new IdTable();
  readonly items: IdTable = new IdTable();
  readonly #userIds: IdsByNumber;
  readonly #itemIds: IdsByNumber;
  readonly #builder: RatingsBuilder;
  readonly #lines = new LineMap();
  readonly #position: Position;

  /** @param what the function that reads, for messages about options, which are checked here */
  constructor(what: string, options: RatingsOptions & { ids: IdsOption }, position: Position) {
    this.#position = position;
    this.#builder = new RatingsBuilder(what, options, (row) => position.at(this.#lines.lineOf(row)));
    const { ids } = options;
    this.#userIds = new IdsByNumber(this.users, typeof ids === "string" ? ids : (ids.users ?? "string"));
    this.#itemIds = new IdsByNumber(this.items, typeof ids === "string" ? ids : (ids.items ?? "string"));
  }

  /** The number of ratings taken so far. */
  get count(): number {
    return this.#builder.count;
  }

  /** Takes the rating on the line at `position`: the numbers of its ids in the tables, and what else it has. */
  take(
    user: number,
    item: number,
    value: number,
    weight: number | undefined,
    timestamp: number | undefined,
  ): void {
    this.#lines.set(this.#builder.count, this.#position.line);
    try {
      this.#builder.add(this.#userIds.id(user), this.#itemIds.id(item), value, weight, timestamp);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      // The caller gave a file, not this row: what is wrong is the file, and the message names the line.
      throw new AlternantError("invalid-file", error.message, { cause: error });
    }
  }

  /** The parts of the Ratings; nothing can be taken afterwards. */
  assemble(): Sliced<RatingsParts> {
    return this.#builder.assemble();
  }
}

/** The ids of a table as they are kept; a number is made of a text once, not once a row. */
class IdsByNumber {
  readonly #texts: readonly string[];
  readonly #ids: readonly Id[];
  readonly #converted: Id[] = [];

  constructor(table: IdTable, kind: IdKind) {
    this.#texts = table.ids;
    this.#ids = kind === "string" ? table.ids : this.#converted;
  }

  id(number: number): Id {
    if (number >= this.#ids.length) this.#convert();
    return this.#ids[number]!;
  }

  /** What is not written as JavaScript writes an integer stays text, and the builder refuses it. */
  #convert(): void {
    for (let next = this.#converted.length; next < this.#texts.length; next++) {
      const text = this.#texts[next]!;
      this.#converted.push(String(Number(text)) === text ? Number(text) : text);
    }
  }
}
