import type { Scored } from "../kernel/lists/index.js";
import { checkOneOf } from "../options.js";
import type { Id } from "../ratings/vocabulary.js";
import { filterBits, knownIndices } from "./filter.js";
import { AUDIENCE_WITHOUT_HISTORY, hasRated, RECOMMEND_WITHOUT_HISTORY, ratedBy, rowOf } from "./history.js";
import { known, unknownIds } from "./lookup.js";
import { withUsers } from "./no-users.js";
import type { Factors, ModelParts } from "./parts.js";
import type {
  AudienceOptions,
  RecommendForOptions,
  RecommendOptions,
  ScoredItem,
  ScoredUser,
  SimilarItemsOptions,
  SimilarUsersOptions,
} from "./results.js";
import { pageOf } from "./selection.js";
import { hasDirection, type Query, Side } from "./side.js";

const NONE = new Int32Array(0);

/**
 * Whom a list is for: a row of one side, of the model or folded into it.
 *
 * @typeParam R what says which rows of the other side it has rated
 */
export interface Asker<R> {
  /** Its factors, in the model's precision. */
  readonly vector: Factors;
  /** Undefined where the model has no biases on this side. */
  readonly bias: number | undefined;
  /** @throws AlternantError "no-history" */
  readonly rated: () => R;
}

/** Answers to single questions about a model: who would like what, and what is like what. */
export class Answers<U extends Id, I extends Id> {
  readonly #parts: ModelParts<U, I>;
  readonly users: Side;
  readonly items: Side;

  constructor(parts: ModelParts<U, I>) {
    const { userFactors, itemFactors, factors, mean, userBiases, itemBiases } = parts;
    this.#parts = parts;
    this.items = new Side(itemFactors, userFactors, factors, () => itemBiases);
    this.users = new Side(userFactors, itemFactors, factors, () => userBiases?.map((bias) => mean + bias));
  }

  recommend(user: U, options: RecommendOptions<I>): ScoredItem<I>[] {
    const { users, userFactors, userBiases } = this.#withUsers;
    if (user === undefined || user === null)
      throw new TypeError(`recommend needs a user id, not ${user}; for someone unknown there is popular().`);
    const row = known("user", user, users, "For someone unknown there is popular().");
    return this.itemsFor(
      {
        vector: this.#row(userFactors, row),
        bias: userBiases?.[row],
        rated: () => rowOf(ratedBy(this.#parts, RECOMMEND_WITHOUT_HISTORY), row),
      },
      options,
    );
  }

  /** The items with the highest predictions for somebody. */
  itemsFor({ vector, bias, rated }: Asker<Int32Array>, options: RecommendOptions<I>): ScoredItem<I>[] {
    const { items, mean } = this.#parts;
    const page = pageOf("recommend", options, items.size, ["exclude", "filter"]);
    const bits = filterBits(options.filter, items);
    const leftOut = excludes(options.exclude) ? rated() : NONE;
    const by = { kind: "prediction", base: bias === undefined ? mean : mean + bias } as const;
    return this.#itemsOf(this.items.rank({ vector, by, leftOut, bits, page }));
  }

  audience(item: I, options: AudienceOptions): ScoredUser<U>[] {
    const { items, itemFactors, itemBiases } = this.#withUsers;
    const row = known("item", item, items);
    return this.usersFor(
      {
        vector: this.#row(itemFactors, row),
        bias: itemBiases?.[row],
        // Who rated an item is written nowhere but in the users' rows: it is looked up for the best alone.
        rated: () => {
          const lists = ratedBy(this.#parts, AUDIENCE_WITHOUT_HISTORY);
          return (user) => hasRated(lists, user, row);
        },
      },
      options,
    );
  }

  /** The users with the highest predictions for an item. */
  usersFor(
    { vector, bias, rated }: Asker<Int32Array | ((user: number) => boolean)>,
    options: AudienceOptions,
  ): ScoredUser<U>[] {
    const { users, mean, userBiases } = this.#parts;
    const page = pageOf("audience", options, users.size, ["exclude"]);
    const without = excludes(options.exclude) ? rated() : NONE;
    // Users' addends are μ + b, in the order of src/model/scoring.ts: sums of two numbers have no other.
    const rest = userBiases === undefined ? mean : 0;
    const by = { kind: "prediction", base: bias === undefined ? rest : rest + bias } as const;
    return this.#usersOf(
      this.users.rank({
        vector,
        by,
        bits: undefined,
        page,
        leftOut: typeof without === "function" ? NONE : without,
        ...(typeof without === "function" && { without }),
      }),
    );
  }

  recommendFor(basket: readonly I[], options: RecommendForOptions<I>): ScoredItem<I>[] {
    const { items, itemFactors, factors } = this.#parts;
    const page = pageOf("recommendFor", options, items.size, ["filter", "measure"]);
    const bits = filterBits(options.filter, items);
    const measure = measureOf(options.measure);
    const unknown: I[] = [];
    const rows = knownIndices("recommendFor: basket", basket, items, unknown);
    if (rows.length === 0)
      throw new RangeError("recommendFor needs at least one item; for an empty basket there is popular()");
    if (unknown.length > 0) throw unknownIds("recommendFor: this", "item", unknown, items);
    const mean = new Float64Array(factors);
    let counted = 0;
    for (const row of rows) {
      const length = measure === "cosine" ? this.items.lengthOf(row) : 1;
      if (!hasDirection(length)) continue;
      counted++;
      for (let k = 0; k < factors; k++) mean[k]! += itemFactors[row * factors + k]! / length;
    }
    if (counted === 0) return [];
    const vector = itemFactors.slice(0, factors);
    for (let k = 0; k < factors; k++) vector[k] = mean[k]! / counted;
    const leftOut = Int32Array.from(new Set(rows)).sort();
    const by = measure === "cosine" ? ({ kind: "cosine", length: 1 } as const) : PRODUCT;
    return this.#itemsOf(this.items.rank({ vector, by, leftOut, bits, page }));
  }

  similarItems(item: I, options: SimilarItemsOptions<I>): ScoredItem<I>[] {
    const { items } = this.#parts;
    const page = pageOf("similarItems", options, items.size, ["filter", "measure"]);
    const bits = filterBits(options.filter, items);
    const by = measureOf(options.measure);
    return this.#itemsOf(similar(this.items, known("item", item, items), by, { bits, page }));
  }

  similarUsers(user: U, options: SimilarUsersOptions): ScoredUser<U>[] {
    const { users } = this.#withUsers;
    const page = pageOf("similarUsers", options, users.size, ["measure"]);
    const by = measureOf(options.measure);
    const row = known("user", user, users);
    return this.#usersOf(similar(this.users, row, by, { bits: undefined, page }));
  }

  get #withUsers(): ModelParts<U, I> {
    return withUsers(this.#parts);
  }

  #row(rows: Factors, row: number): Factors {
    const { factors } = this.#parts;
    return rows.subarray(row * factors, (row + 1) * factors);
  }

  #itemsOf(rows: readonly Scored[]): ScoredItem<I>[] {
    const { items } = this.#parts;
    return rows.map(({ index, score }) => ({ item: items.id(index), score }));
  }

  #usersOf(rows: readonly Scored[]): ScoredUser<U>[] {
    const { users } = this.#parts;
    return rows.map(({ index, score }) => ({ user: users.id(index), score }));
  }
}

const PRODUCT = { kind: "product", base: 0 } as const;

/** The rows most like one of them, itself left out. */
function similar(
  side: Side,
  row: number,
  measure: "cosine" | "dot",
  wanted: Pick<Query, "bits" | "page">,
): Scored[] {
  const vector = side.rows.subarray(row * side.factors, (row + 1) * side.factors);
  const leftOut = Int32Array.of(row);
  if (measure === "dot") return side.rank({ vector, by: PRODUCT, leftOut, ...wanted });
  const length = side.lengthOf(row);
  return hasDirection(length)
    ? side.rank({ vector, by: { kind: "cosine", length }, leftOut, ...wanted })
    : [];
}

/** Whether rated ones are left out, as they are by default. */
export function excludes(exclude: "rated" | "none" | undefined): boolean {
  return exclude === undefined || checkOneOf("exclude", exclude, ["rated", "none"]) === "rated";
}

function measureOf(measure: "cosine" | "dot" | undefined): "cosine" | "dot" {
  return measure === undefined ? "cosine" : checkOneOf("measure", measure, ["cosine", "dot"]);
}
