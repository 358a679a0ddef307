import { checkSignal, untilAborted } from "../abort.js";
import { nameClass } from "../class-name.js";
import { AlternantError, throwIfAborted } from "../errors.js";
import { type Engine, engineFor } from "../kernel/index.js";
import { historyFor, type Model } from "../model/index.js";
import { checkCallback, checkOptions } from "../options.js";
import { checkSource, type Id, type RatingsSource } from "../ratings/index.js";
import type { Checkpointing } from "./checkpoint/checkpointing.js";
import { type EndedEpoch, type EpochEvent, type TrainingEpoch, withMethods } from "./epoch-event.js";
import { type AlsOptions, type ResolvedAlsOptions, resolveOptions } from "./options.js";
import { Progress, type ProgressEvent } from "./progress.js";
import { Training } from "./training.js";
import type { EarlyStopping, ValidationOptions } from "./validation.js";

export interface TrainOptions<U extends Id = Id, I extends Id = Id> {
  /** Aborts training: it rejects with "aborted" and leaves nothing behind. */
  signal?: AbortSignal | undefined;
  /** The engine to run on; without one a shared engine is made on first use. */
  engine?: Engine | undefined;
  /** Called some ten times a second while rows are being solved. What it throws, or rejects with, ends the fit. */
  onProgress?: ((event: ProgressEvent) => unknown) | undefined;
  /** A model of as many factors to start from: ids are matched by name, new ones start as they would without it. */
  initial?: Model<U, I> | undefined;
  /** Ratings to judge each epoch by: training ends when they no longer gain, and the best epoch's model is returned. */
  validation?: ValidationOptions<U, I> | undefined;
  /**
   * A checkpoint of the same training (`epoch.checkpoint()`) to go on from: it ends with the bits of the one that was never
   * interrupted. Ratings and options must be those that it was made with, but for `epochs`, `tolerance`, `finish`, `history` and the engine's
   * threads; `initial` may be left out.
   */
  resume?: Uint8Array | ArrayBuffer | Blob | undefined;
}

export interface FitOptions<U extends Id = Id, I extends Id = Id> extends TrainOptions<U, I> {
  /** Called after each epoch; a promise is waited for. */
  onEpoch?: ((event: EndedEpoch) => unknown) | undefined;
}

const TRAIN_OPTIONS = ["signal", "engine", "onProgress", "initial", "validation", "resume"] as const;

/**
 * Alternating least squares. An estimator holds options, `fit` makes models; each epoch solves all items, then all users.
 *
 * Explicit ratings: r̂ = μ + b_i + c_j + w_iᵀu_j (Zhou, Wilkinson, Schreiber, Pan, "Large-scale parallel collaborative
 * filtering for the Netflix Prize", 2008). Implicit feedback: preferences weighted by confidence over all pairs (Hu, Koren,
 * Volinsky, "Collaborative filtering for implicit feedback datasets", 2008), or with one weight for all pairs (Rendle,
 * Krichene, Zhang, Koren, "Revisiting the performance of iALS on item recommendation benchmarks", 2022). Objectives and
 * updates: docs/mathematics.md.
 */
export class ALS {
  static {
    nameClass(ALS, "ALS");
  }

  readonly options: ResolvedAlsOptions;
  /** As it was asked for. */
  readonly #history: AlsOptions["history"];

  /** @throws TypeError, RangeError naming the option that is wrong */
  constructor(options: AlsOptions = {}) {
    this.options = resolveOptions(options);
    this.#history = options.history;
  }

  /**
   * Trains a model.
   *
   * @throws AlternantError "not-positive-definite" naming a row that λ leaves undetermined, "not-finite", "too-large",
   *   "invalid-rating" for a value that the options do not allow, "aborted", "lane-failed" when a thread died, "disposed"
   *   when the engine was; of `resume` "corrupt-checkpoint", "newer-checkpoint", "checkpoint-mismatch" naming what differs
   */
  async fit<U extends Id, I extends Id>(
    ratings: RatingsSource<U, I>,
    options: FitOptions<U, I> = {},
  ): Promise<Model<U, I>> {
    checkOptions("fit", options, [...TRAIN_OPTIONS, "onEpoch"]);
    const { onEpoch, ...rest } = options;
    checkCallback("onEpoch", onEpoch);
    checkSignal(rest.signal);
    // Nobody asks for the parts of the loss, which cost a pass over the ratings.
    const training = this.#train(ratings, rest, onEpoch !== undefined);
    try {
      for (;;) {
        const step = await training.next();
        if (step.done) return step.value;
        const event = withMethods<EpochEvent, Pick<EndedEpoch, "checkpoint">>(step.value, {
          checkpoint: step.value.checkpoint,
        });
        // An abort does not wait for what the caller does with the news.
        await untilAborted(Promise.resolve(onEpoch?.(event)), rest.signal, "ALS.fit");
      }
    } catch (error) {
      await training.return(undefined as never);
      throw error;
    }
  }

  /** The same loop as an async iterable: yields each epoch, returns the model of the last, or of the best by validation. */
  train<U extends Id, I extends Id>(
    ratings: RatingsSource<U, I>,
    options: TrainOptions<U, I> = {},
  ): AsyncGenerator<TrainingEpoch<U, I>, Model<U, I>, undefined> {
    return this.#train(ratings, options, true);
  }

  async *#train<U extends Id, I extends Id>(
    given: RatingsSource<U, I>,
    options: TrainOptions<U, I>,
    wantsParts: boolean,
  ): AsyncGenerator<TrainingEpoch<U, I>, Model<U, I>, undefined> {
    checkOptions("train", options, TRAIN_OPTIONS);
    const { signal, onProgress, initial } = options;
    checkSource("ALS.fit", given);
    checkSignal(signal);
    checkCallback("onProgress", onProgress);
    if (initial !== undefined)
      (await import("./warm-start.js")).checkInitial(initial, given, this.options.factors);
    const stopping =
      options.validation === undefined
        ? undefined
        : new (await import("./validation.js")).EarlyStopping<U, I>(options.validation, given, this.options);
    throwIfAborted(signal, "ALS.fit");
    const engine = await engineFor(options.engine, signal, "ALS.fit");
    let checkpoints: Promise<Checkpointing<U, I>> | undefined;
    const checkpointing = (): Promise<Checkpointing<U, I>> => {
      checkpoints ??= import("./checkpoint/checkpointing.js").then(
        ({ Checkpointing }) =>
          new Checkpointing({
            options: this.options,
            ratings: given,
            arithmetic: engine.build.arithmetic,
            stopping: stopping as EarlyStopping | undefined,
            initial: initial as Model | undefined,
          }),
      );
      return checkpoints;
    };
    const history = historyFor(this.#history, this.options.history, given);
    const open = (from: Model | undefined): Promise<Training<U, I>> =>
      Training.open({ ...this.options, history }, given, {
        engine,
        signal,
        initial: from,
        resumes: options.resume !== undefined,
        what: "ALS.fit",
      });
    const training = await (options.resume === undefined
      ? open(initial as Model | undefined)
      : (await checkpointing()).resume(options.resume, signal, () => open(undefined)));
    try {
      const { epochs } = this.options;
      const progress = onProgress && new Progress(onProgress, epochs);
      for (
        let epoch = training.run.epochs + 1;
        epoch <= epochs && !training.isConverged && !stopping?.isOver;
        epoch++
      ) {
        const { loss, seconds, run } = await training.epoch(epoch, progress);
        const parts = wantsParts ? await training.partsOf(loss) : undefined;
        const validation = await stopping?.judge(training, { engine, signal });
        let current = true;
        const checkCurrent = (what: string): void => {
          if (!current)
            throw new AlternantError(
              "disposed",
              `The ${what} of epoch ${epoch} can be taken only until the next epoch begins.`,
            );
        };
        try {
          const event: EpochEvent = {
            epoch,
            epochs,
            loss: run.loss,
            ...parts,
            rmse: run.rmse,
            ...(validation !== undefined && { validation }),
            seconds,
            ratingsPerSecond: training.ratings.count / seconds,
          };
          yield withMethods(event, {
            snapshot: () => {
              checkCurrent("snapshot");
              return training.snapshot(run);
            },
            checkpoint: async () => {
              checkCurrent("checkpoint");
              return (await checkpointing()).take(training);
            },
          });
        } finally {
          // Also where the caller leaves its loop here: the memory then is the next fit's.
          current = false;
          await (await checkpoints)?.copied();
        }
        engine.check(signal, "ALS.fit");
      }
      await stopping?.restoreBest(training);
      // What is told of the model is what was judged of it as it is returned.
      if (await training.finish()) await stopping?.judgeFinished(training, { engine, signal });
      return await training.model();
    } finally {
      training.close();
    }
  }
}
