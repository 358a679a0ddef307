import { checkSignal } from "../../abort.js";
import { AlternantError, describe } from "../../errors.js";
import { checkInteger, checkOptions } from "../../options.js";
import type { Id } from "../../ratings/vocabulary.js";
import { createYielder, interruptible } from "../../yield.js";
import { asTrained } from "../fold-in/feedback.js";
import type { GivenRow } from "../fold-in/given.js";
import { known } from "../lookup.js";
import type { ModelHistory, ModelParts } from "../parts.js";
import type { ExplainOptions, Explanation, LeftOutRating } from "../results.js";
import { type RowObjective, rowObjective } from "../row-objective.js";
import { scoreOf } from "../scoring.js";
import { checkSolved } from "./check-solved.js";
import { Reasons } from "./reasons.js";

/** What needs the users' rows as sums, as it stands in errors. */
const REASONS = "explain, leaveOneOut";

/** What explains the predictions of a model's own users, and of those who are folded in. */
export class ModelReasons<I extends Id> {
  readonly #parts: () => ModelParts<Id, I>;
  readonly #objective: RowObjective;
  readonly #reasons: Reasons<I>;

  private constructor(parts: () => ModelParts<Id, I>, objective: RowObjective, reasons: Reasons<I>) {
    this.#parts = parts;
    this.#objective = objective;
    this.#reasons = reasons;
  }

  /**
   * @param parts the model's; throws when it has been disposed of
   * @throws AlternantError "not-supported"
   */
  static async open<I extends Id>(parts: () => ModelParts<Id, I>): Promise<ModelReasons<I>> {
    const yielder = interruptible(createYielder(), () => void parts());
    const objective = await rowObjective(parts(), "user", REASONS, yielder);
    if (objective.nonnegative)
      throw new AlternantError(
        "not-supported",
        `${REASONS}: factors ≥ 0 (solver: "nonnegative") are no sum of what ratings add, for what is 0 in them depends on all ratings. Train with another solver.`,
      );
    return new ModelReasons(parts, objective, await Reasons.open(parts, objective));
  }

  /** Why a training user is predicted what they are for an item. */
  async explain(user: Id, item: I, options: ExplainOptions): Promise<Explanation<I>> {
    const parts = this.#parts();
    checkExplainOptions(options);
    const row = known(
      "user",
      user,
      parts.users,
      "For somebody new there is foldIn(ratings), which explains too.",
    );
    const column = known("item", item, parts.items);
    checkSolved(parts, "explain");
    const whose = {
      name: `explain: user ${describe(user)}`,
      row: this.#historyOf("explain", row),
      scoreOf: (of: number) => scoreOf(this.#parts(), row, of),
      signal: options.signal,
    };
    return this.#reasons.explain(whose, column, options);
  }

  /** Why somebody who was folded in is predicted what they are for an item. */
  async explainFolded(
    row: GivenRow,
    scoreOfFolded: (item: number) => number,
    item: I,
    options: ExplainOptions,
  ): Promise<Explanation<I>> {
    checkExplainOptions(options);
    const column = known("item", item, this.#parts().items);
    const whose = { name: "explain", row, scoreOf: scoreOfFolded, signal: options.signal };
    return this.#reasons.explain(whose, column, options);
  }

  /** A training user's ratings, each as the others predict it. */
  async leaveOneOut(user: Id, options: Pick<ExplainOptions, "signal">): Promise<LeftOutRating<I>[]> {
    const parts = this.#parts();
    checkOptions("leaveOneOut", options, ["signal"]);
    checkSignal(options.signal);
    const row = known("user", user, parts.users);
    checkSolved(parts, "leaveOneOut");
    return this.#reasons.leaveOneOut({
      name: `leaveOneOut: user ${describe(user)}`,
      row: this.#historyOf("leaveOneOut", row),
      scoreOf: (of) => scoreOf(this.#parts(), row, of),
      signal: options.signal,
    });
  }

  #historyOf(what: string, row: number): GivenRow {
    const { history, items } = this.#parts();
    return asTrained(what, ratingsOf(history, row, what), this.#objective, items);
  }
}

function checkExplainOptions(options: ExplainOptions): void {
  checkOptions("explain", options, ["lists", "signal"]);
  checkSignal(options.signal);
  if (options.lists !== undefined) checkInteger("lists", options.lists, 1);
}

/** @throws AlternantError "no-history" from a model that keeps no values */
export function ratingsHistory(
  history: ModelHistory,
  what: string,
): Extract<ModelHistory, { kind: "ratings" }>["byUser"] {
  if (history.kind === "ratings") return history.byUser;
  throw new AlternantError(
    "no-history",
    `${what} needs what users rated, with values, and this model keeps ${history.kind === "none" ? "nothing of it" : "the items alone"} (history: "${history.kind}"). Train with history: "ratings".`,
  );
}

function ratingsOf(history: ModelHistory, row: number, what: string): GivenRow {
  const { starts, columns, values, weights } = ratingsHistory(history, what);
  const [from, to] = [starts[row]!, starts[row + 1]!];
  const given = weights?.subarray(from, to);
  return {
    columns: columns.subarray(from, to) as Int32Array<ArrayBuffer>,
    values: values.subarray(from, to),
    weights: given,
    given,
  };
}
