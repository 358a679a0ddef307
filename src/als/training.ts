import { AlternantError } from "../errors.js";
import type { Engine } from "../kernel/index.js";
import { Model, type ModelParts } from "../model/index.js";
import { checkContents, type Id, type RatingsSource } from "../ratings/index.js";
import { createYielder, interruptible, type Yielder } from "../yield.js";
import { chooseSamples } from "./choose-samples.js";
import type { ResolvedAlsOptions } from "./options.js";
import type { Progress } from "./progress.js";
import { buildParts, type RunFacts, type RunNumbers, snapshotParts } from "./result.js";
import { type Loss, type LossParts, Session, type SessionState } from "./session.js";
import { chooseMethod, isExact } from "./solver.js";
import { trainingSource } from "./training-source.js";

/** What a training runs on and begins with. */
export interface TrainingStart {
  readonly engine: Engine;
  readonly signal: AbortSignal | undefined;
  readonly initial: Model | undefined;
  /** Whether it goes on from a checkpoint, and what it would start from does not matter. */
  readonly resumes?: boolean;
  /** μ where it is given; that of the ratings without. */
  readonly mean?: number;
  /** What trains, as it stands in errors. */
  readonly what: string;
}

/** What an epoch came to. */
export interface EpochFacts {
  readonly loss: Loss;
  readonly seconds: number;
  /** All epochs so far. */
  readonly run: RunFacts;
}

/** A fit under way: its ratings as they are trained on, its session, and the facts of the model that it has come to. */
export class Training<U extends Id, I extends Id> {
  readonly session: Session;
  /** The ratings that the model remembers. */
  readonly ratings: RatingsSource<U, I>;
  readonly #options: ResolvedAlsOptions;
  readonly #exact: boolean;
  readonly #mean: number;
  /** Σw of explicit ratings, which the RMSE is divided by; NaN for implicit feedback. */
  readonly #weight: number;
  /** The last epoch's, or an earlier one's that was put back in its place. */
  run: RunFacts;

  private constructor(
    session: Session,
    ratings: RatingsSource<U, I>,
    options: ResolvedAlsOptions,
    exact: boolean,
    mean: number,
    weight: number,
    run: RunFacts,
  ) {
    this.session = session;
    this.ratings = ratings;
    this.#options = options;
    this.#exact = exact;
    this.#mean = mean;
    this.#weight = weight;
    this.run = run;
  }

  /** Looks through the ratings, makes of them what is trained on, and opens a session. */
  static async open<U extends Id, I extends Id>(
    options: ResolvedAlsOptions,
    given: RatingsSource<U, I>,
    { engine, signal, initial, resumes = false, mean: held, what }: TrainingStart,
  ): Promise<Training<U, I>> {
    const began = performance.now();
    const yielder = interruptible(createYielder(), () => engine.check(signal, what));
    await checkContents(what, given, yielder);
    const source = await trainingSource(given, options, yielder);
    const ratings = source.kept as RatingsSource<U, I>;
    const implicit = options.feedback === "implicit";
    const mean = held ?? (implicit || options.biases === "none" ? 0 : ratings.mean);
    const { byUser, count } = ratings;
    let weight = implicit ? Number.NaN : count;
    if (!implicit && byUser.weightBytes !== undefined)
      weight = await (await import("./total-weight.js")).totalWeight(byUser, yielder);
    const { method, why } = chooseMethod(options, ratings);
    const session = await Session.open(engine, { options, source, mean, method, initial, what }, signal);
    const start = resumes
      ? { name: "checkpoint", why: "it goes on" }
      : await Training.#start(session, options, source.ratings, initial, yielder);
    const { threads } = session;
    return new Training(session, ratings, options, isExact(method), mean, weight, {
      engine,
      threads,
      threadsWhy:
        threads === engine.threads ? engine.threadsWhy : "one thread: others cannot read these ratings",
      solver: { name: method.kind, why },
      start,
      epochs: 0,
      loss: Number.NaN,
      rmse: Number.NaN,
      seconds: (performance.now() - began) / 1000,
      fall: Number.NaN,
    });
  }

  /** How far it has come. */
  get numbers(): RunNumbers {
    const { epochs, loss, rmse, seconds, fall, start } = this.run;
    return { epochs, loss, rmse, seconds, fall, start };
  }

  /** Whether the last epoch lowered the loss by no more than is worth another. */
  get isConverged(): boolean {
    const { tolerance } = this.#options;
    return tolerance !== undefined && this.run.fall <= tolerance;
  }

  /** Goes on from where another training was. @throws AlternantError "aborted", "disposed" */
  async resume(state: SessionState, run: RunNumbers): Promise<void> {
    await this.session.restore(state);
    this.run = { ...this.run, ...run, seconds: run.seconds + this.run.seconds };
  }

  /** Goes from random factors on to what samples make of them, where that is what training starts from. */
  static async #start(
    session: Session,
    options: ResolvedAlsOptions,
    ratings: RatingsSource,
    initial: Model | undefined,
    yielder: Yielder,
  ): Promise<RunFacts["start"]> {
    if (initial !== undefined) return { name: "initial", why: "a model was given" };
    if (options.start === "random") return { name: "random", why: "asked for" };
    const { steps, why } = chooseSamples(options, ratings);
    if (steps.length === 0) return { name: "random", why };
    try {
      const { startFromSamples } = await import("./sampled-start.js");
      const random = await startFromSamples(session, ratings, steps, yielder);
      if (random === undefined)
        return { name: "random", why: "a sample of the users leaves factors undetermined" };
      return {
        name: "samples",
        why: random === 0 ? why : `${why}; ${random} users at random, of whose items samples have none`,
      };
    } catch (error) {
      session.close();
      throw error;
    }
  }

  /** Solves all items, then all users. */
  async epoch(epoch: number, progress: Progress | undefined): Promise<EpochFacts> {
    const began = performance.now();
    await this.session.solveItems(progress?.half("items", epoch));
    const loss = await this.session.solveUsers(progress?.half("users", epoch));
    progress?.throwIfRefused();
    const seconds = (performance.now() - began) / 1000;
    this.run = { ...this.#after(loss, seconds), epochs: epoch };
    return { loss, seconds, run: this.run };
  }

  /** The parts of a loss; explicit ratings tell them for nothing. @throws AlternantError "not-finite" */
  async partsOf(loss: Loss): Promise<LossParts> {
    if (this.#options.feedback === "implicit") {
      const parts = await this.session.lossParts();
      this.#checkFinite(parts.observed + parts.unobserved + parts.regularization);
      return parts;
    }
    const { squaredError, userPenalty, itemPenalty } = loss;
    return { observed: squaredError, unobserved: 0, regularization: userPenalty + itemPenalty };
  }

  /** After a solver that is not exact, and where that is asked for, users are solved exactly once more; tells whether. */
  async finish(): Promise<boolean> {
    if (this.#exact || this.#options.finish === "none") return false;
    const began = performance.now();
    const loss = await this.session.finishUsers();
    this.run = this.#after(loss, (performance.now() - began) / 1000);
    return true;
  }

  /** The model as it stands, at once. */
  snapshot(run: RunFacts): Model<U, I> {
    return new Model(snapshotParts(this.session, this.#options, this.ratings, this.#mean, run));
  }

  /** The same with turns for the event loop. @param changed options that it is to differ in */
  async model(changed: Partial<ResolvedAlsOptions> = {}): Promise<Model<U, I>> {
    return new Model(await this.parts(changed));
  }

  /** What that model is made of. */
  parts(changed: Partial<ResolvedAlsOptions> = {}): Promise<ModelParts<U, I>> {
    return buildParts(this.session, { ...this.#options, ...changed }, this.ratings, this.#mean, this.run);
  }

  close(): void {
    this.session.close();
  }

  /** Factors may be finite where their products are not: a model that cannot tell its loss is none. */
  #checkFinite(loss: number): void {
    if (!Number.isFinite(loss))
      throw new AlternantError(
        "not-finite",
        `The loss is not finite (${loss}): factors of users and items are too large or too small for their products in ${this.#options.precision}. Raise the regularization, bring weights and confidences closer to 1${this.#options.precision === "float32" ? ', or use precision: "float64"' : ""}.`,
      );
  }

  /** The run as it is after so many seconds more. */
  #after(loss: Loss, seconds: number): RunFacts {
    const total = loss.squaredError + loss.userPenalty + loss.itemPenalty;
    this.#checkFinite(total);
    return {
      ...this.run,
      loss: total,
      rmse: Math.sqrt(loss.squaredError / this.#weight),
      seconds: this.run.seconds + seconds,
      fall: this.run.loss === 0 ? 0 : (this.run.loss - total) / this.run.loss,
    };
  }
}
