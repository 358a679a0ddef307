import type { ByteSource } from "../../model/file/bytes-of.js";
import type { Id } from "../../ratings/index.js";
import type { Training } from "../training.js";
import { identityOf, type TrainingCall, type TrainingIdentity } from "./identity.js";
import { readResume } from "./resume.js";
import { writeCheckpoint } from "./write.js";

/** Goes on from a checkpoint and makes others; the ratings are hashed when that is asked for. */
export class Checkpointing<U extends Id, I extends Id> {
  readonly #call: TrainingCall;
  #identity: Promise<TrainingIdentity> | undefined;
  #copying: Promise<unknown> = Promise.resolve();

  constructor(call: TrainingCall) {
    this.#call = call;
  }

  /**
   * Brings a training, and what ends it, to where a checkpoint was made.
   *
   * @param open opens the training
   * @throws AlternantError as `ALS.train` for `resume`
   */
  async resume(
    from: ByteSource,
    signal: AbortSignal | undefined,
    open: () => Promise<Training<U, I>>,
  ): Promise<Training<U, I>> {
    const { stopping } = this.#call;
    const state = await readResume(from, this.#call, () => this.#identify(), signal);
    // Where the model that it started from is no longer given, its hash is still part of what the training is.
    this.#identity = Promise.resolve(state.identity);
    if (state.stopping) stopping?.resume(state.stopping);
    const training = await open();
    try {
      await training.resume(state.session, state.run);
      return training;
    } catch (error) {
      training.close();
      throw error;
    }
  }

  /** A checkpoint of the epoch that a training has come to; the next may begin when {@link copied} has resolved. */
  take(training: Training<U, I>): Promise<Uint8Array<ArrayBuffer>> {
    const { stopping } = this.#call;
    const run = training.numbers;
    const judged = stopping?.state;
    // What was judged best just now has been copied for that.
    const copy = judged?.since === 0 ? Promise.resolve(judged.best.state) : training.session.state();
    this.#copying = Promise.allSettled([this.#copying, copy]);
    return (async () => {
      const session = await copy;
      return writeCheckpoint({ identity: await this.#identify(), run, session, stopping: judged });
    })();
  }

  /** Resolves when all that was asked for has been copied, or could not be. */
  async copied(): Promise<void> {
    await this.#copying;
  }

  /** Once a training: it takes a look at every rating. */
  #identify(): Promise<TrainingIdentity> {
    this.#identity ??= identityOf(this.#call);
    return this.#identity;
  }
}
