import type { Live, LiveOptions } from "../live/index.js";
import type { RatingsSource } from "../ratings/source.js";
import type { Id } from "../ratings/vocabulary.js";
import type { FoldedItem, FoldedUser } from "./fold-in/folded.js";
import type { FoldInItemRow, FoldInRow } from "./fold-in/given.js";
import { PredictingModel } from "./predicting-model.js";
import type {
  ErrorEstimate,
  EstimateErrorOptions,
  ExplainOptions,
  Explanation,
  FoldInOptions,
  LeftOutRating,
  Prepared,
  PrepareOptions,
} from "./results.js";
import type { RowAnswers } from "./row-answers.js";
import { partsOf, stateOf } from "./stored-model.js";

/** What a model answers by solving rows: new people and items, new ratings, and reasons. */
export class SolvingModel<U extends Id = Id, I extends Id = Id> extends PredictingModel<U, I> {
  /**
   * Somebody whom the model was not trained on, from their ratings: what training would have made of them beside items as they are, bit
   * for bit in default arithmetic (a model trained by relaxed arithmetic is folded into by that where the engine has it). A row of
   * `ALS` is solved exactly, whatever solver trained it; one of `SVD` is projected on its axes, what is not given being 0. The order
   * of ratings changes nothing. Nothing is added to the model, and nothing leaves the machine.
   *
   * The first call copies item factors into a WebAssembly memory, which {@link Model.dispose} gives back.
   *
   * @param rows `[item, value]`, `{ item, value, weight }`, or an item's id alone, which means value 1
   * @throws TypeError, RangeError for rows of a wrong shape or value; AlternantError "unknown-id" naming all items that the model does
   *   not know, "duplicate-rating", "no-ratings", "invalid-rating" for a value that the model's options do not allow,
   *   "not-positive-definite" where λ leaves the row undetermined, "not-finite", "too-large", "aborted", "disposed"; "not-supported"
   *   for a model of `ALS` in canonical form, whose penalty is another one
   */
  async foldIn(rows: Iterable<FoldInRow<I>>, options: FoldInOptions = {}): Promise<FoldedUser<I>> {
    return (await rowsOf(this)).foldIn(rows, options);
  }

  /**
   * An item that the model was not trained on, from what users gave it; all else as {@link Model.foldIn}, with users and items
   * exchanged.
   *
   * @throws as {@link Model.foldIn}; AlternantError "no-users" from a model of items alone
   */
  async foldInItem(rows: Iterable<FoldInItemRow<U>>, options: FoldInOptions = {}): Promise<FoldedItem<U>> {
    return (await rowsOf(this)).foldInItem(rows, options);
  }

  /**
   * This model with ratings that change: added, replaced and removed one by one, new users and items among them, each change solved
   * for at once. This model stays as it is.
   *
   * @param ratings those that the model was trained on; newer ones are put in with `live.set`
   * @throws TypeError, RangeError for other ratings or a cache that no row fits into; AlternantError "not-supported" for models of `SVD`
   *   and canonical ones, "no-users", "too-large", "disposed"
   */
  async live(ratings: RatingsSource<U, I>, options: LiveOptions = {}): Promise<Live<U, I>> {
    const state = stateOf(this);
    const { Live } = await import("../live/index.js");
    return Live.open(state, ratings, options, () => void stateOf(this));
  }

  /**
   * What a prediction is made of: score = base + Σ contributions, one of each rating of the user's, and what the score would be without
   * that rating, exactly as if the user were solved again (docs/mathematics.md). Worked out in float64: to rounding for factors of
   * that precision; with float32 factors contributions are those of the exact row, and add up to the score as near as float32 is to
   * it. Takes n·K² + K³ multiply-adds for a user of n ratings, of plain JavaScript.
   *
   * @throws AlternantError "unknown-id"; "no-history" unless the model keeps history "ratings"; "not-supported" for models of `SVD`,
   *   canonical ones, those of factors ≥ 0, those whose users an inexact solver left unfinished, and snapshots after changes of a live model; "not-positive-definite" where λ
   *   leaves the row without a rating undetermined; "aborted", "disposed", "no-users"
   */
  async explain(user: U, item: I, options: ExplainOptions = {}): Promise<Explanation<I>> {
    return (await rowsOf(this)).explain(user, item, options);
  }

  /**
   * A user's training ratings in item order, each beside what the others predict it to be: exactly as if the user were solved again
   * without it, items as they are. As an estimate of the error on ratings not seen it is too good, for the items have seen them;
   * {@link Model.estimateError} is the better one.
   *
   * @throws as {@link Model.explain}
   */
  async leaveOneOut(user: U, options: Pick<ExplainOptions, "signal"> = {}): Promise<LeftOutRating<I>[]> {
    return (await rowsOf(this)).leaveOneOut(user, options);
  }

  /**
   * About the RMSE on ratings not seen, from the training ratings alone: e ÷ (1 − h_user − h_item) of each, h the leverage that it has in
   * its user's and in its item's row. Approximate: near the truth where λ is well chosen, and far above it where λ is much too small. Takes
   * 2·|Ω|·K² multiply-adds of plain JavaScript and more, with turns for the event loop: a second for 100,000 ratings at K = 32.
   *
   * @throws AlternantError "no-history" unless the model keeps history "ratings"; "not-supported" for implicit feedback, and as
   *   {@link Model.explain}; "not-positive-definite", "aborted", "disposed", "no-users"
   */
  async estimateError(options: EstimateErrorOptions = {}): Promise<ErrorEstimate> {
    return (await rowsOf(this)).estimateError(options);
  }

  /**
   * Makes ahead, without holding the event loop, what answers single questions fast: for each side, the lengths of its
   * factors and an index in WebAssembly memory of its own, at K = 64 between 1.1 and 2 times as large as they are. `recommend`,
   * `recommendFor` and `similarItems` use that of the items; `audience` and `similarUsers` that of the users. Lanes pack large
   * indexes, into the same bits. Once a call of this has compiled the kernels, other models build theirs by their first
   * question, on the calling thread; before that, and where WebAssembly is not to be had, every score is made. Answers are the
   * same, bit for bit. In a model of items alone it also makes what rows are folded in with.
   *
   * @returns what it has cost
   * @throws AlternantError "too-large" where there is no room for an index; "aborted", "lane-failed" when a thread died,
   *   "disposed" when the engine or the model was
   */
  async prepare(options: PrepareOptions = {}): Promise<Prepared> {
    const { parts, answers } = stateOf(this);
    const { prepareAnswers } = await import("./prepare.js");
    const prepared = await prepareAnswers(answers, options);
    if (parts.itemsOnly !== undefined) await (await rowsOf(this)).prepare();
    return prepared;
  }
}

/** What answers by solving rows, loaded when it is first asked for. @throws AlternantError "disposed" */
export function rowsOf<U extends Id, I extends Id>(model: SolvingModel<U, I>): Promise<RowAnswers<U, I>> {
  const state = stateOf(model);
  state.rows ??= import("./row-answers.js").then(
    ({ RowAnswers }) =>
      new RowAnswers({
        parts: () => partsOf(model),
        answers: () => stateOf(model).answers,
        rows: () => rowsOf(model),
      }),
  );
  return state.rows;
}
