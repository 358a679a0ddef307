import { untilAborted } from "../abort.js";
import { AlternantError, describe, throwIfAborted } from "../errors.js";
import { Engine, sharedEngine } from "../kernel/index.js";
import type { Model } from "../model/index.js";
import { checkOptions } from "../options.js";
import type { Id, RatingsSource } from "../ratings/index.js";
import { type AlsOptions, type ResolvedAlsOptions, resolveOptions } from "./options.js";
import { Progress, type ProgressEvent } from "./progress.js";
import { buildModel, type RunFacts, snapshotModel } from "./result.js";
import { type Loss, Session } from "./session.js";
import { checkSource } from "./source.js";
import { checkSignal } from "./training-input.js";

/** What an epoch came to. */
export interface EpochEvent {
  /** This epoch, from 1. */
  readonly epoch: number;
  /** Epochs in all. */
  readonly epochs: number;
  /** J: squared error and penalties. It never rises from one epoch to the next. */
  readonly loss: number;
  /** √(squared error / ratings) on the training ratings, predictions not clipped. */
  readonly rmse: number;
  /** Seconds that this epoch took. */
  readonly seconds: number;
  /** Ratings per second that this epoch went through, counting each once. */
  readonly ratingsPerSecond: number;
}

/** An epoch of {@link ALS.train}. */
export interface TrainingEpoch<U extends Id, I extends Id> extends EpochEvent {
  /** The model as it is after this epoch. @throws AlternantError "disposed" once the next epoch has begun */
  snapshot(): Model<U, I>;
}

export interface TrainOptions {
  /** Aborts training: it rejects with "aborted" and leaves nothing behind. */
  signal?: AbortSignal | undefined;
  /** The engine to run on; without one a shared engine is made on first use. */
  engine?: Engine | undefined;
  /** Called some ten times a second while rows are being solved. What it throws, or rejects with, ends the fit. */
  onProgress?: ((event: ProgressEvent) => unknown) | undefined;
}

export interface FitOptions extends TrainOptions {
  /** Called after each epoch; a promise is waited for. */
  onEpoch?: ((event: EpochEvent) => unknown) | undefined;
}

/**
 * Alternating least squares for explicit ratings: r̂ = μ + b_i + c_j + w_iᵀu_j, fitted by solving all items, then all
 * users, exactly, in each epoch (Zhou, Wilkinson, Schreiber, Pan, "Large-scale parallel collaborative filtering for the
 * Netflix Prize", 2008; docs/mathematics.md). An estimator holds options, `fit` makes models.
 */
export class ALS {
  readonly options: ResolvedAlsOptions;

  /** @throws TypeError, RangeError naming the option that is wrong */
  constructor(options: AlsOptions = {}) {
    this.options = resolveOptions(options);
  }

  /**
   * Trains a model.
   *
   * @throws AlternantError "not-positive-definite" naming a row that λ leaves undetermined, "not-finite", "too-large",
   *   "aborted", "lane-failed" when a thread died, "disposed" when the engine was
   */
  async fit<U extends Id, I extends Id>(
    ratings: RatingsSource<U, I>,
    options: FitOptions = {},
  ): Promise<Model<U, I>> {
    checkOptions("fit", options, ["signal", "engine", "onEpoch", "onProgress"]);
    const { onEpoch, ...rest } = options;
    checkCallback("onEpoch", onEpoch);
    checkSignal(rest.signal);
    const training = this.train(ratings, rest);
    try {
      for (;;) {
        const step = await training.next();
        if (step.done) return step.value;
        const { snapshot: _, ...event } = step.value;
        // An abort does not wait for what the caller does with the news.
        await untilAborted(Promise.resolve(onEpoch?.(event)), rest.signal, "ALS.fit");
      }
    } catch (error) {
      await training.return(undefined as never);
      throw error;
    }
  }

  /** The same loop as an async iterable: yields each epoch, returns the model of the last. */
  async *train<U extends Id, I extends Id>(
    ratings: RatingsSource<U, I>,
    options: TrainOptions = {},
  ): AsyncGenerator<TrainingEpoch<U, I>, Model<U, I>, undefined> {
    checkOptions("train", options, ["signal", "engine", "onProgress"]);
    const { signal, onProgress } = options;
    checkSource("ALS.fit", ratings);
    checkSignal(signal);
    checkCallback("onProgress", onProgress);
    throwIfAborted(signal, "ALS.fit");
    const { engine = await untilAborted(sharedEngine(), signal, "ALS.fit") } = options;
    if (!(engine instanceof Engine))
      throw new TypeError(`engine must be an Engine, made by Engine.create(), not ${describe(engine)}`);
    const mean = this.options.biases === "none" ? 0 : ratings.mean;
    const began = performance.now();
    const session = await Session.open(engine, this.options, ratings, mean, signal);
    try {
      // Without the time that a caller takes between epochs.
      let trained = (performance.now() - began) / 1000;
      const { threads } = session;
      const threadsWhy =
        threads === engine.threads ? engine.threadsWhy : "one thread: others cannot read these ratings";
      const origin = { engine, threads, threadsWhy };
      let run: RunFacts = { ...origin, epochs: 0, loss: Number.NaN, rmse: Number.NaN, seconds: trained };
      const { epochs } = this.options;
      const progress = onProgress && new Progress(onProgress, epochs);
      for (let epoch = 1; epoch <= epochs; epoch++) {
        const epochBegan = performance.now();
        await session.solveItems(progress?.half("items", epoch));
        const loss = await session.solveUsers(progress?.half("users", epoch));
        progress?.throwIfRefused();
        const seconds = (performance.now() - epochBegan) / 1000;
        trained += seconds;
        run = {
          ...origin,
          epochs: epoch,
          loss: sum(loss),
          rmse: Math.sqrt(loss.squaredError / ratings.count),
          seconds: trained,
        };
        const facts = run;
        let current = true;
        try {
          yield {
            epoch,
            epochs,
            loss: facts.loss,
            rmse: facts.rmse,
            seconds,
            ratingsPerSecond: ratings.count / seconds,
            snapshot: () => {
              if (!current)
                throw new AlternantError(
                  "disposed",
                  `The snapshot of epoch ${epoch} can be taken only until the next epoch begins.`,
                );
              return snapshotModel(session, this.options, ratings, mean, facts);
            },
          };
        } finally {
          // Also where the caller leaves its loop here: the memory then is the next fit's.
          current = false;
        }
        engine.check(signal, "ALS.fit");
      }
      return await buildModel(session, this.options, ratings, mean, run);
    } finally {
      session.close();
    }
  }
}

function checkCallback(name: string, callback: unknown): void {
  if (callback !== undefined && typeof callback !== "function")
    throw new TypeError(`${name} must be a function, not ${describe(callback)}`);
}

function sum(loss: Loss): number {
  return loss.squaredError + loss.userPenalty + loss.itemPenalty;
}
