export { ALS, type FitOptions, type TrainOptions } from "./als.js";
export type { EndedEpoch, EpochEvent, TrainingEpoch } from "./epoch-event.js";
export { estimateMemory, type MemoryEstimate } from "./estimate.js";
export type { Confidence } from "./feedback.js";
export type { AlsOptions, BiasMode, Regularization, ResolvedAlsOptions } from "./options.js";
export type { ProgressEvent } from "./progress.js";
export type { Solver } from "./solver.js";
export type { ValidationOptions } from "./validation.js";
