import { AlternantError, describe } from "../errors.js";
import type { Engine } from "../kernel/index.js";
import { rankingMetrics, rmse } from "../metrics/index.js";
import type { Model } from "../model/index.js";
import { checkInteger, checkOneOf, checkOptions } from "../options.js";
import { type Id, notRatings, Ratings, type RatingsSource, type Vocabulary } from "../ratings/index.js";
import type { ResolvedAlsOptions } from "./options.js";
import type { RunNumbers } from "./result.js";
import type { SessionState } from "./session.js";
import type { Training } from "./training.js";

export interface ValidationOptions<U extends Id = Id, I extends Id = Id> {
  /** Ratings that are not trained on, of users and items that are known to those that are. */
  ratings: Ratings<U, I>;
  /** What is judged by: "rmse" (the default for explicit ratings) or "ndcg" at `k` (the default for implicit feedback). */
  metric?: "rmse" | "ndcg" | undefined;
  /** The length of the lists that NDCG judges. Default 10. */
  k?: number | undefined;
  /** Epochs in a row without a gain over the best after which training ends. Default 3. */
  patience?: number | undefined;
}

/** The epoch that was judged best. */
interface Best {
  readonly value: number;
  readonly run: RunNumbers;
  readonly state: SessionState;
}

/** What epochs are judged by, beside the ratings. */
export interface Judging {
  readonly metric: "rmse" | "ndcg";
  /** The length of lists; missing for the RMSE. */
  readonly k?: number;
  readonly patience: number;
}

/** How far a training is from its end, after any epoch: every one is judged. */
export interface StoppingState {
  /** Epochs since the best. */
  readonly since: number;
  readonly best: Best;
}

/** Judges epochs by validation ratings, keeps the best, and says when it is enough. */
export class EarlyStopping<U extends Id = Id, I extends Id = Id> {
  readonly ratings: Ratings<U, I>;
  readonly #metric: "rmse" | "ndcg";
  readonly #k: number;
  readonly #patience: number;
  #best: Best | undefined;
  #judged = 0;
  #since = 0;

  /** @throws TypeError, RangeError naming the option; AlternantError "unknown-id" for ids that are not trained on */
  constructor(options: ValidationOptions<U, I>, training: RatingsSource<U, I>, als: ResolvedAlsOptions) {
    checkOptions("validation", options, ["ratings", "metric", "k", "patience"]);
    const implicit = als.feedback === "implicit";
    const { ratings, metric = implicit ? "ndcg" : "rmse", k = 10, patience = 3 } = options;
    if (!(ratings instanceof Ratings)) throw notRatings("validation.ratings", ratings);
    this.ratings = ratings;
    this.#metric = checkOneOf("validation.metric", metric, ["rmse", "ndcg"]);
    this.#k = checkInteger("validation.k", k, 1);
    this.#patience = checkInteger("validation.patience", patience, 1);
    if (implicit && metric === "rmse")
      throw new RangeError(
        'validation.metric must be "ndcg" for implicit feedback, not "rmse": its predictions are no ratings.',
      );
    checkKnown("user", ratings.users, training.users);
    checkKnown("item", ratings.items, training.items);
  }

  /** Whether the last epochs have gained nothing. */
  get isOver(): boolean {
    return this.#since >= this.#patience;
  }

  get judging(): Judging {
    return { metric: this.#metric, ...this.#listLength, patience: this.#patience };
  }

  /** Undefined before the first epoch. */
  get state(): StoppingState | undefined {
    return this.#best && { since: this.#since, best: this.#best };
  }

  /** Goes on from where another training was. */
  resume({ since, best }: StoppingState): void {
    this.#since = since;
    this.#best = best;
    this.#judged = best.run.epochs + since;
  }

  /** Judges the epoch that a training has come to; returns the metric. */
  async judge(
    training: Training<U, I>,
    running: { engine: Engine; signal: AbortSignal | undefined },
  ): Promise<number> {
    // Lists are judged without what was rated, whatever the model is to remember.
    const value = await this.#valueOf(await training.model({ history: "items" }), running);
    this.#judged++;
    this.#since++;
    const sign = this.#metric === "rmse" ? -1 : 1;
    if (this.#best === undefined || sign * value > sign * this.#best.value) {
      this.#since = 0;
      this.#best = { value, run: training.numbers, state: await training.session.state() };
    }
    return value;
  }

  /** Judges a model whose users were solved once more since its best epoch, and notes that. */
  async judgeFinished(
    training: Training<U, I>,
    running: { engine: Engine; signal: AbortSignal | undefined },
  ): Promise<void> {
    const { validation } = training.run;
    if (validation === undefined) return;
    const value = await this.#valueOf(await training.model({ history: "items" }), running);
    training.run = { ...training.run, validation: { ...validation, value } };
  }

  async #valueOf(
    model: Model<U, I>,
    { engine, signal }: { engine: Engine; signal: AbortSignal | undefined },
  ): Promise<number> {
    if (this.#metric === "rmse") return (await rmse(model, this.ratings, { signal })).rmse;
    const { at } = await rankingMetrics(model, this.ratings, { k: this.#k, auc: false, engine, signal });
    return at[0]!.ndcg;
  }

  /** Puts the best epoch back in place of the last one. */
  async restoreBest(training: Training<U, I>): Promise<void> {
    const best = this.#best;
    if (best === undefined) return;
    const { epochs, seconds } = training.run;
    if (best.run.epochs !== epochs) await training.session.restore(best.state);
    const validation = {
      metric: this.#metric,
      ...this.#listLength,
      value: best.value,
      epochs: this.#judged,
    };
    training.run = { ...training.run, ...best.run, seconds, validation };
  }

  get #listLength(): { readonly k?: number } {
    return this.#metric === "ndcg" ? { k: this.#k } : {};
  }
}

function checkKnown(what: "user" | "item", ids: Vocabulary, known: Vocabulary): void {
  if (ids === known) return;
  let unknown = 0;
  let first: Id | undefined;
  for (const id of ids) {
    if (known.index(id) !== undefined) continue;
    first ??= id;
    unknown++;
  }
  if (first !== undefined)
    throw new AlternantError(
      "unknown-id",
      `validation.ratings have ${unknown} ${what}${unknown === 1 ? "" : "s"} that the training ratings do not know, ${describe(first)} first: a model cannot be judged by them. Hold ratings out with split(), which shares the ids, or leave these out.`,
    );
}
