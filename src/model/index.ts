export type { ModelInfo } from "./info.js";
export type { InspectedAxis, Inspection, InspectOptions } from "./inspect.js";
export { Model } from "./model.js";
export type {
  Factors,
  HistoryKind,
  ItemRows,
  JsonValue,
  ModelHistory,
  ModelOptions,
  ModelParts,
} from "./parts.js";
export type {
  Block,
  CanonicalOptions,
  DecomposeOptions,
  FactorCopy,
  FactorExtremes,
  ModelSvd,
  RatedItem,
  RecommendationBlock,
  RecommendManyOptions,
  RecommendOptions,
  ScoredItem,
  ScoredUser,
  TopOptions,
  UserOrItem,
  WeightedItem,
} from "./results.js";
export { type Trained, trainedModel } from "./trained.js";
