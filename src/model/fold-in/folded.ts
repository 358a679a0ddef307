import type { Id } from "../../ratings/vocabulary.js";
import type { Answers } from "../answers.js";
import { checkId } from "../lookup.js";
import type { Factors, ModelParts } from "../parts.js";
import type { ModelReasons } from "../reasons/index.js";
import type {
  AudienceOptions,
  ExplainOptions,
  Explanation,
  RecommendOptions,
  ScoredItem,
  ScoredUser,
} from "../results.js";
import { scoreOf } from "../scoring.js";
import type { GivenRow } from "./given.js";

/** The model that rows are folded into. */
export interface FoldedModel {
  /** Its parts; throws when it has been disposed of. */
  readonly parts: () => ModelParts;
  /** What ranks its items and users. */
  readonly answers: () => Answers<Id, Id>;
  /** What explains its predictions. */
  readonly reasons: () => Promise<ModelReasons<Id>>;
}

/** What a row that was folded in has come to. */
export interface FoldedRow {
  readonly model: FoldedModel;
  /** Columns that were given, ascending. */
  readonly given: Int32Array;
  /** The ratings that count: all but zeros that are dropped. */
  readonly row: GivenRow;
  readonly factors: Factors;
  readonly bias: number;
}

/** A row that was folded in, whoever it is of. */
class Folded {
  /** How many ratings it was made of. */
  readonly count: number;
  /** b of a user, c of an item, in the unit of the ratings; 0 in a model without biases. */
  readonly bias: number;
  readonly #factors: Factors;

  /** @internal */
  constructor({ row, factors, bias }: FoldedRow) {
    this.count = row.columns.length;
    this.bias = bias;
    this.#factors = factors;
  }

  /** A copy of the K factors. */
  get vector(): Factors {
    return this.#factors.slice();
  }
}

/** Somebody whom the model was not trained on, of the ratings that {@link Model.foldIn} was given. Nothing is added to the model. */
export class FoldedUser<I extends Id = Id> extends Folded {
  readonly #row: FoldedRow;

  /** @internal */
  constructor(row: FoldedRow) {
    super(row);
    this.#row = row;
  }

  /** The predicted rating, never clipped; `undefined` when the model does not know the item. @throws AlternantError "disposed" */
  predict(item: I): number | undefined {
    const parts = this.#parts;
    const column = parts.items.index(checkId("item", item));
    return column === undefined ? undefined : scoreOf(parts, 0, column);
  }

  /**
   * The items with the highest predictions, best first, as `Model.recommend` gives them; `exclude: "rated"` leaves out those that were
   * given.
   *
   * @throws AlternantError "disposed"
   */
  recommend(options: RecommendOptions<I> = {}): ScoredItem<I>[] {
    const { model, given, factors, bias } = this.#row;
    const { itemBiases } = model.parts();
    const asker = { vector: factors, bias: itemBiases && bias, rated: () => given };
    return model.answers().itemsFor(asker, options as RecommendOptions<Id>) as ScoredItem<I>[];
  }

  /**
   * What a prediction is made of, as `Model.explain` says it of training users; no history is needed.
   *
   * @throws AlternantError "unknown-id", "not-supported", "not-positive-definite", "aborted", "disposed"
   */
  async explain(item: I, options: ExplainOptions = {}): Promise<Explanation<I>> {
    const reasons = await this.#row.model.reasons();
    const score = (of: number): number => scoreOf(this.#parts, 0, of);
    return reasons.explainFolded(this.#row.row, score, item, options) as Promise<Explanation<I>>;
  }

  /** The model with this user alone. */
  get #parts(): ModelParts {
    const { factors, bias } = this.#row;
    const model = this.#row.model.parts();
    return {
      ...model,
      userFactors: factors,
      userBiases: model.itemBiases && Float64Array.of(bias),
    };
  }
}

/** An item that the model was not trained on, of what {@link Model.foldInItem} was told that users gave it. */
export class FoldedItem<U extends Id = Id> extends Folded {
  readonly #row: FoldedRow;

  /** @internal */
  constructor(row: FoldedRow) {
    super(row);
    this.#row = row;
  }

  /** What a user would give it, never clipped; `undefined` for a user whom the model does not know. @throws AlternantError "disposed" */
  predict(user: U): number | undefined {
    const parts = this.#parts;
    const row = parts.users.index(checkId("user", user));
    return row === undefined ? undefined : scoreOf(parts, row, 0);
  }

  /**
   * The users with the highest predictions for it, best first, equal scores in vocabulary order; `exclude: "rated"` (default) leaves
   * out those who were given.
   *
   * @throws AlternantError "disposed"
   */
  audience(options: AudienceOptions = {}): ScoredUser<U>[] {
    const { model, given, factors, bias } = this.#row;
    const { userBiases } = model.parts();
    const asker = { vector: factors, bias: userBiases && bias, rated: () => given };
    return model.answers().usersFor(asker, options) as ScoredUser<U>[];
  }

  /** The model with this item alone. */
  get #parts(): ModelParts {
    const { factors, bias } = this.#row;
    const model = this.#row.model.parts();
    return { ...model, itemFactors: factors, itemBiases: model.userBiases && Float64Array.of(bias) };
  }
}
