export {
  ALS,
  type EpochEvent,
  type FitOptions,
  type TrainingEpoch,
  type TrainOptions,
} from "./als.js";
export { type BaselineOptions, type Baselines, baselines } from "./baselines.js";
export { estimateMemory, type MemoryEstimate } from "./estimate.js";
export type { AlsOptions, BiasMode, Regularization, ResolvedAlsOptions } from "./options.js";
export type { ProgressEvent } from "./progress.js";
