import type { Id } from "../ratings/vocabulary.js";
import type { Answers } from "./answers.js";
import type { FoldedItem, FoldedUser } from "./fold-in/folded.js";
import type { FoldInItemRow, FoldInRow } from "./fold-in/given.js";
import { FoldIn } from "./fold-in/index.js";
import { itemsOnly } from "./items-only.js";
import { withUsers } from "./no-users.js";
import type { ModelParts } from "./parts.js";
import type { ModelReasons } from "./reasons/index.js";
import type {
  ErrorEstimate,
  EstimateErrorOptions,
  ExplainOptions,
  Explanation,
  FoldInOptions,
  LeftOutRating,
} from "./results.js";
import type { RowSide } from "./row-objective.js";

/** A model as what is folded into it asks it: each throws when it has been disposed of, and nothing holds what it gave back. */
interface AnsweringModel<U extends Id, I extends Id> {
  readonly parts: () => ModelParts<U, I>;
  readonly answers: () => Answers<U, I>;
  readonly rows: () => Promise<RowAnswers<U, I>>;
}

/** What a model answers by solving rows: new people and items, and reasons. Loaded on first use, as is what each needs. */
export class RowAnswers<U extends Id, I extends Id> {
  readonly #model: AnsweringModel<U, I>;
  /** What is made on first use, under its name; a failure is forgotten, so that the next call tries again. */
  readonly #made: Map<string, Promise<unknown>> = new Map();

  constructor(model: AnsweringModel<U, I>) {
    this.#model = model;
  }

  async foldIn(rows: Iterable<FoldInRow<I>>, options: FoldInOptions): Promise<FoldedUser<I>> {
    return (await this.#foldIn("user")).user(rows, options);
  }

  async foldInItem(rows: Iterable<FoldInItemRow<U>>, options: FoldInOptions): Promise<FoldedItem<U>> {
    this.#checkHasUsers();
    return (await this.#foldIn("item")).item(rows, options);
  }

  /** The parts of the model of items alone. */
  async itemsOnly(): Promise<ModelParts<U, I>> {
    return itemsOnly(this.#model.parts());
  }

  async explain(user: U, item: I, options: ExplainOptions): Promise<Explanation<I>> {
    this.#checkHasUsers();
    return (await this.reasons()).explain(user, item, options);
  }

  async leaveOneOut(user: U, options: Pick<ExplainOptions, "signal">): Promise<LeftOutRating<I>[]> {
    this.#checkHasUsers();
    return (await this.reasons()).leaveOneOut(user, options);
  }

  async estimateError(options: EstimateErrorOptions): Promise<ErrorEstimate> {
    this.#checkHasUsers();
    const { estimateError } = await import("./reasons/estimate.js");
    return estimateError(this.#model.parts, options);
  }

  /** Makes ready to fold users in. */
  async prepare(): Promise<void> {
    await this.#foldIn("user");
  }

  #foldIn(side: RowSide): Promise<FoldIn> {
    const model = this.#model as unknown as AnsweringModel<Id, Id>;
    const reasons = async (): Promise<ModelReasons<Id>> => (await model.rows()).reasons();
    const { parts, answers } = model;
    return this.#once(side, () => FoldIn.open(side, { parts, answers, reasons }));
  }

  /** What explains predictions. */
  reasons(): Promise<ModelReasons<I>> {
    return this.#once("reasons", async () => {
      const { ModelReasons } = await import("./reasons/index.js");
      return ModelReasons.open<I>(this.#model.parts as () => ModelParts<Id, I>);
    });
  }

  #once<T>(name: string, make: () => Promise<T>): Promise<T> {
    let made = this.#made.get(name) as Promise<T> | undefined;
    if (made === undefined) {
      made = make();
      made.catch(() => this.#made.delete(name));
      this.#made.set(name, made);
    }
    return made;
  }

  #checkHasUsers(): void {
    withUsers(this.#model.parts());
  }
}
