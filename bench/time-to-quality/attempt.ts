import { ALS, type AlsOptions } from "../../src/als/index.js";
import { Training } from "../../src/als/training.js";
import type { Engine } from "../../src/kernel/index.js";
import type { Model } from "../../src/model/index.js";
import type { Ratings } from "../../src/ratings/index.js";

/** What a variant is tried on. */
export interface Problem {
  readonly train: Ratings;
  /** Those of all variants: feedback, factors, λ, precision, seed. */
  readonly options: AlsOptions;
  readonly engine: Engine;
}

/** What one epoch came to. */
export interface Step {
  /** J; Infinity where it is that of another objective. */
  readonly loss: number;
  /** Epochs that it took: two where the first one was taken back. */
  readonly epochs: number;
  /** Whether the model is one that was asked for, in its precision: others do not come to a mark. */
  readonly counts: boolean;
}

/** A training under way. Whoever drives it keeps the time of all that it does, but for `model`. */
export interface Attempt {
  epoch(): Promise<Step>;
  /** The model as it stands. */
  model(): Model;
  close(): void;
}

/** A way to train. */
export interface Variant {
  readonly name: string;
  /** The variant whose λ it takes, where it differs from that in precision alone. */
  readonly tunedAs?: Variant;
  open(problem: Problem): Promise<Attempt>;
}

/** A training by plain epochs, ready to begin; what it takes to come there is the variant's time. */
export function openTraining(
  { train, options, engine }: Problem,
  changes: AlsOptions,
): Promise<Training<never, never>> {
  const resolved = new ALS({ ...options, ...changes }).options;
  const start = { engine, signal: undefined, initial: undefined, what: "bench" };
  return Training.open(resolved, train, start) as Promise<Training<never, never>>;
}

/** One epoch of it. */
export async function plainStep(training: Training<never, never>): Promise<Step> {
  const { run } = await training.epoch(training.run.epochs + 1, undefined);
  return { loss: run.loss, epochs: 1, counts: true };
}

/** The model of a training as it stands. */
export function modelOf(training: Training<never, never>): Model {
  return training.snapshot(training.run) as unknown as Model;
}
