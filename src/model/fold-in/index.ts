import { checkSignal } from "../../abort.js";
import { throwIfAborted } from "../../errors.js";
import type { Guard } from "../../kernel/index.js";
import { checkOptions } from "../../options.js";
import type { Id } from "../../ratings/vocabulary.js";
import type { FoldInOptions } from "../results.js";
import type { RowSide } from "../row-objective.js";
import { FoldedItem, type FoldedModel, type FoldedRow, FoldedUser } from "./folded.js";
import { type FoldInItemRow, type FoldInRow, readGiven } from "./given.js";
import { type FoldInSolver, openFoldIn } from "./solver.js";

/** Folds rows of one side into a model. */
export class FoldIn {
  readonly #model: FoldedModel;
  readonly #solver: FoldInSolver;

  private constructor(model: FoldedModel, solver: FoldInSolver) {
    this.#model = model;
    this.#solver = solver;
  }

  /**
   * Makes ready what all calls share, such as the other side's factors in a WebAssembly memory.
   */
  static async open(side: RowSide, model: FoldedModel): Promise<FoldIn> {
    const what = side === "user" ? "foldIn" : "foldInItem";
    const guard: Guard = { what, signal: undefined, check: () => void model.parts() };
    return new FoldIn(model, await openFoldIn(model.parts(), side, guard));
  }

  async user<I extends Id>(rows: Iterable<FoldInRow<I>>, options: FoldInOptions): Promise<FoldedUser<I>> {
    return new FoldedUser<I>(await this.#fold("foldIn", "item", rows, options));
  }

  async item<U extends Id>(rows: Iterable<FoldInItemRow<U>>, options: FoldInOptions): Promise<FoldedItem<U>> {
    return new FoldedItem<U>(await this.#fold("foldInItem", "user", rows, options));
  }

  /** @param given whose ids the rows name */
  async #fold(
    what: string,
    given: "item" | "user",
    rows: Iterable<FoldInRow | FoldInItemRow>,
    options: FoldInOptions,
  ): Promise<FoldedRow> {
    checkOptions(what, options, ["signal"]);
    const { signal } = options;
    checkSignal(signal);
    const check = (): void => {
      this.#model.parts();
      throwIfAborted(signal, what);
    };
    check();
    const parts = this.#model.parts();
    const row = readGiven<Id>(what, given, rows, given === "item" ? parts.items : parts.users);
    const prepared = this.#solver.prepare(what, row);
    const { factors, bias } = await this.#solver.solve(prepared, { what, signal, check });
    return { model: this.#model, given: row.columns, row: prepared, factors, bias };
  }
}
