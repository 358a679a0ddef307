export {
  ALS,
  type AlsOptions,
  type BaselineOptions,
  type Baselines,
  type BiasMode,
  baselines,
  type EpochEvent,
  type FitOptions,
  type Regularization,
  type ResolvedAlsOptions,
  type TrainingEpoch,
  type TrainOptions,
} from "./als/index.js";
export { AlternantError, type ErrorCode } from "./errors.js";
export { Engine, type EngineOptions } from "./kernel/index.js";
export {
  type MaeResult,
  type MetricOptions,
  mae,
  type RmseResult,
  rmse,
  type Scorer,
} from "./metrics/index.js";
export {
  type Block,
  type FactorCopy,
  type FactorExtremes,
  type Factors,
  type HistoryKind,
  Model,
  type ModelInfo,
  type ModelOptions,
  type RatedItem,
  type RecommendOptions,
  type ScoredItem,
  type ScoredUser,
  type TopOptions,
  type WeightedItem,
} from "./model/index.js";
export {
  type ConcatOptions,
  type FilterOptions,
  type Id,
  type Rating,
  type RatingColumns,
  type RatingRow,
  Ratings,
  type RatingsOptions,
  type ReadOptions,
  type SplitOptions,
  Vocabulary,
} from "./ratings/index.js";
export {
  type GenreWeights,
  type SyntheticWorld,
  type SyntheticWorldOptions,
  syntheticWorld,
  type Truth,
} from "./synthetic/index.js";
