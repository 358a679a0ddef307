import type { ALS, EpochEvent, TrainOptions } from "../als/index.js";
import { baselines, type RmseResult, rmse } from "../metrics/index.js";
import type { Model } from "../model/index.js";
import type { Id, Ratings, RatingsSource } from "../ratings/index.js";
import { CheckpointWriter } from "./checkpoints.js";
import { asUsage, type Context } from "./context.js";
import { startProgress } from "./progress.js";

/** A model and the epochs that made it. */
export interface Trained<U extends Id, I extends Id> {
  readonly model: Model<U, I>;
  readonly epochs: readonly EpochEvent[];
}

/** Trains with a progress bar. @param keep where checkpoints go, where some are to be kept */
export async function train<U extends Id, I extends Id>(
  als: ALS,
  ratings: RatingsSource<U, I>,
  options: Omit<TrainOptions<U, I>, "onProgress">,
  keep?: { readonly context: Context; readonly folder: string; readonly every: number },
): Promise<Trained<U, I>> {
  const epochs: EpochEvent[] = [];
  const progress = startProgress("training", als.options.epochs);
  let note = "";
  const writer = keep && new CheckpointWriter(keep.folder, keep.every, progress.say);
  const release = writer?.endByInterrupt(keep!.context);
  const model = await als
    .fit(ratings, {
      ...options,
      onProgress: ({ share }) => progress.update(share * als.options.epochs, note),
      onEpoch: async (event) => {
        epochs.push(event);
        note = Number.isNaN(event.rmse) ? `loss ${event.loss.toFixed(0)}` : `RMSE ${event.rmse.toFixed(4)}`;
        progress.update(event.epoch, note);
        await writer?.after(event);
      },
    })
    .catch((error: unknown) =>
      // What data does wrong is an AlternantError: the rest is about options.
      asUsage(() => {
        throw error;
      }),
    )
    .finally(() => {
      release?.();
      progress.stop();
    });
  return { model, epochs };
}

/** The error of a model on ratings that it did not see, beside what it must beat. */
export async function testErrors<U extends Id, I extends Id>(
  model: Model<U, I>,
  training: RatingsSource<U, I>,
  test: Ratings<U, I>,
  signal: AbortSignal,
): Promise<Record<"mean" | "biases" | "model", RmseResult>> {
  const { mean, biases } = await baselines(training, { signal });
  return {
    mean: await rmse(mean, test, { signal }),
    biases: await rmse(biases, test, { signal }),
    model: await rmse(model, test, { signal }),
  };
}
