import { throwIfAborted } from "../../errors.js";
import type { Id } from "../../ratings/vocabulary.js";
import { createYielder, interruptible, type Yielder } from "../../yield.js";
import type { GivenRow } from "../fold-in/given.js";
import type { ModelParts } from "../parts.js";
import type { ExplainOptions, Explanation, LeftOutRating, Reason, ScoredItem } from "../results.js";
import type { RowObjective } from "../row-objective.js";
import { scoreOf } from "../scoring.js";
import { Top } from "../top.js";
import { scoredItems } from "../top-lists.js";
import { LeftOut } from "./leave-out.js";
import {
  type AllPairs,
  dotOf,
  FactoredRow,
  featuresOf,
  offsetOf,
  type RowSums,
  sumAllPairs,
  sumTerms,
  type Term,
  termsOf,
} from "./system.js";

/** Somebody whose predictions are explained. */
export interface Explained {
  /** As errors begin: `explain: user "ann"`. */
  readonly name: string;
  /** Their ratings, as training takes them. */
  readonly row: GivenRow;
  /** What the model predicts them for an item. */
  readonly scoreOf: (item: number) => number;
  readonly signal: AbortSignal | undefined;
}

/** Says what users' predictions are made of: their ratings are solved in float64, whatever the model's precision. */
export class Reasons<I extends Id> {
  readonly #parts: () => ModelParts<Id, I>;
  readonly #objective: RowObjective;
  readonly #allPairs: AllPairs;

  private constructor(parts: () => ModelParts<Id, I>, objective: RowObjective, allPairs: AllPairs) {
    this.#parts = parts;
    this.#objective = objective;
    this.#allPairs = allPairs;
  }

  /** Sums the items over all of them where unrated pairs count. */
  static async open<I extends Id>(
    parts: () => ModelParts<Id, I>,
    objective: RowObjective,
  ): Promise<Reasons<I>> {
    const yielder = interruptible(createYielder(), () => void parts());
    return new Reasons(parts, objective, await sumAllPairs(objective, yielder));
  }

  /** @throws AlternantError "not-positive-definite", "aborted", "disposed" */
  async explain(whose: Explained, item: number, { lists }: ExplainOptions): Promise<Explanation<I>> {
    const objective = this.#objective;
    const { items } = this.#parts();
    const { terms, sums, yielder } = await this.#open(whose, "explain");
    const x = featuresOf(objective, item);
    const m = offsetOf(objective, item);
    const answer = { item: items.id(item), score: whose.scoreOf(item) };
    if (terms.length === 0) return { ...answer, base: m, reasons: [] };
    const full = new FactoredRow(sums, objective, objective.lambdaOf(terms.length), whose.name);
    const v = full.solve(x);
    const leftOut = new LeftOut(objective, terms, sums, whose.name);
    const reasons: Reason<I>[] = [];
    let at = 0;
    for (const without of leftOut.scores(x, m)) {
      const term = terms[at]!;
      reasons.push({
        ...this.#rating(whose.row, at),
        contribution: term.d * dotOf(term.x, v),
        without,
        ...(lists !== undefined && { list: this.#listWithout(leftOut, whose.row, term, lists) }),
      });
      at++;
      if (yielder.due()) await yielder.pause();
    }
    return {
      ...answer,
      base: m + dotOf(v, this.#allPairs.right),
      // Equal ones stay in vocabulary order.
      reasons: reasons.sort((a, b) => b.contribution - a.contribution),
    };
  }

  /** @throws AlternantError "not-positive-definite", "aborted", "disposed" */
  async leaveOneOut(whose: Explained): Promise<LeftOutRating<I>[]> {
    const { terms, sums, yielder } = await this.#open(whose, "leaveOneOut");
    if (terms.length === 0) return [];
    const found: LeftOutRating<I>[] = [];
    for (const prediction of new LeftOut(this.#objective, terms, sums, whose.name).predictions()) {
      const at = found.length;
      found.push({
        ...this.#rating(whose.row, at),
        prediction,
        residual: terms[at]!.preference - prediction,
      });
      if (yielder.due()) await yielder.pause();
    }
    return found;
  }

  async #open(
    { row, signal }: Explained,
    what: string,
  ): Promise<{ terms: Term[]; sums: RowSums; yielder: Yielder }> {
    const check = (): void => {
      this.#parts();
      throwIfAborted(signal, what);
    };
    check();
    const yielder = interruptible(createYielder(), check);
    const terms = termsOf(this.#objective, row);
    return { terms, sums: await sumTerms(terms, this.#allPairs, yielder), yielder };
  }

  #rating({ columns, values, given }: GivenRow, at: number): Pick<Reason<I>, "item" | "value" | "weight"> {
    return {
      item: this.#parts().items.id(columns[at]!),
      value: values[at]!,
      ...(given !== undefined && { weight: given[at]! }),
    };
  }

  /** The best items for somebody without one of their ratings; that one's item may be among them, as it then is not rated. */
  #listWithout(leftOut: LeftOut, { columns }: GivenRow, term: Term, count: number): ScoredItem<I>[] {
    const parts = this.#parts();
    const { factors } = parts;
    const row = leftOut.without(term);
    const alone = {
      ...parts,
      userFactors: row.slice(0, factors),
      userBiases: row.length > factors ? row.slice(factors) : undefined,
    } as ModelParts<Id, I>;
    // The row is of float64, in which no index of float32 factors ranks: all items are scored.
    const top = new Top(count);
    const rated = new Set(columns);
    rated.delete(term.column);
    for (let item = 0; item < parts.items.size; item++)
      if (!rated.has(item)) top.offer(item, scoreOf(alone, 0, item));
    return scoredItems(top, parts.items);
  }
}
