/// <reference lib="esnext.disposable" preserve="true" />
import { AlternantError } from "../errors.js";
import { checkOneOf } from "../options.js";
import type { Id, Vocabulary } from "../ratings/vocabulary.js";
import { Answers } from "./answers.js";
import { ratedBy, rowOf } from "./history.js";
import type { ModelInfo } from "./info.js";
import { frozenCopy } from "./json.js";
import { known } from "./lookup.js";
import { withUsers } from "./no-users.js";
import type { Factors, HistoryKind, ModelOptions, ModelParts } from "./parts.js";
import type { FactorCopy, RatedItem } from "./results.js";
import type { RowAnswers } from "./row-answers.js";

/** All that a model has until it is disposed of. */
interface State<U extends Id, I extends Id> {
  readonly parts: ModelParts<U, I>;
  readonly answers: Answers<U, I>;
  /** What answers by solving rows, from first use on. */
  rows: Promise<RowAnswers<U, I>> | undefined;
}

let stateWithin: <U extends Id, I extends Id>(model: StoredModel<U, I>) => State<U, I> | undefined;

/** What a model is made of, as it can be read, until it is disposed of: the foundation of `Model`. */
export class StoredModel<U extends Id = Id, I extends Id = Id> {
  declare readonly [Symbol.dispose]: () => void;
  #state: State<U, I> | undefined;

  static {
    stateWithin = (model) => model.#state;
    // As a computed method it would be called "undefined" in an engine without the symbol.
    if (typeof Symbol.dispose === "symbol")
      Object.defineProperty(StoredModel.prototype, Symbol.dispose, { value: StoredModel.prototype.dispose });
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
    return partsOf(this).users;
  }

  /** Items in index order. */
  get items(): Vocabulary<I> {
    return partsOf(this).items;
  }

  /** N. */
  get userCount(): number {
    return partsOf(this).users.size;
  }

  /** M. */
  get itemCount(): number {
    return partsOf(this).items.size;
  }

  /** K, the number of latent features. */
  get factors(): number {
    return partsOf(this).factors;
  }

  /** μ, the fixed part of each score: the training mean, or 0 for a model without biases. */
  get mean(): number {
    return partsOf(this).mean;
  }

  /** Least and greatest training rating; scores may lie outside. */
  get range(): readonly [min: number, max: number] {
    return partsOf(this).range;
  }

  /** What of the training rows the model keeps. */
  get history(): HistoryKind {
    return partsOf(this).history.kind;
  }

  /** The options it was trained with. */
  get options(): ModelOptions {
    return partsOf(this).options;
  }

  /** Facts about the data, the size and the run. */
  get info(): ModelInfo {
    return partsOf(this).info;
  }

  /** The K factors of a user. @throws AlternantError "unknown-id" */
  userVector(user: U): Factors {
    const { users, userFactors, factors } = partsOf(this);
    const row = known("user", user, users);
    return userFactors.slice(row * factors, (row + 1) * factors);
  }

  /** The K factors of an item. @throws AlternantError "unknown-id" */
  itemVector(item: I): Factors {
    const { items, itemFactors, factors } = partsOf(this);
    const row = known("item", item, items);
    return itemFactors.slice(row * factors, (row + 1) * factors);
  }

  /** b, in the unit of the ratings; 0 in a model without biases. @throws AlternantError "unknown-id" */
  userBias(user: U): number {
    const { users, userBiases } = partsOf(this);
    const row = known("user", user, users);
    return userBiases === undefined ? 0 : userBiases[row]!;
  }

  /** c, in the unit of the ratings; 0 in a model without biases. @throws AlternantError "unknown-id" */
  itemBias(item: I): number {
    const { items, itemBiases } = partsOf(this);
    const row = known("item", item, items);
    return itemBiases === undefined ? 0 : itemBiases[row]!;
  }

  /** All factors of one side. */
  copyFactors(side: "users" | "items"): FactorCopy {
    const { items, itemFactors, factors } = partsOf(this);
    if (checkOneOf("side", side, ["users", "items"]) === "items")
      return { rows: items.size, factors, values: itemFactors.slice() };
    const { users, userFactors } = withUsers(partsOf(this));
    return { rows: users.size, factors, values: userFactors.slice() };
  }

  /**
   * What a user rated in training, in item order; with values where the model keeps them (history "ratings").
   *
   * @throws AlternantError "unknown-id"; "no-history" from a model that keeps no training rows
   */
  ratedItems(user: U): RatedItem<I>[] {
    const { history, users, items } = partsOf(this);
    const row = known("user", user, users);
    const columns = rowOf(ratedBy(partsOf(this), RATED_WITHOUT_HISTORY), row);
    if (history.kind !== "ratings") return Array.from(columns, (column) => ({ item: items.id(column) }));
    const { starts, values, weights } = history.byUser;
    const from = starts[row]!;
    return Array.from(columns, (column, at) => ({
      item: items.id(column),
      value: values[from + at]!,
      ...(weights && { weight: weights[from + at]! }),
    }));
  }

  /** Gives the memory back at once. A second call does nothing. */
  dispose(): void {
    this.#state = undefined;
  }
}

/** For the classes that `Model` is made of: what one of them has. @throws AlternantError "disposed" */
export function stateOf<U extends Id, I extends Id>(model: StoredModel<U, I>): State<U, I> {
  const state = stateWithin(model);
  if (state === undefined)
    throw new AlternantError("disposed", "This model was disposed of; load it or train it again.");
  return state;
}

/** The same of its parts alone. @throws AlternantError "disposed" */
export function partsOf<U extends Id, I extends Id>(model: StoredModel<U, I>): ModelParts<U, I> {
  return stateOf(model).parts;
}

const RATED_WITHOUT_HISTORY =
  'ratedItems needs training rows, but this model keeps none (history: "none"). Train with history: "items" or "ratings".';
