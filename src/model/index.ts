export { ItemFilter, type ItemFilterOptions } from "./filter.js";
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
  AudienceOptions,
  Block,
  CanonicalOptions,
  DecomposeOptions,
  FactorCopy,
  FactorExtremes,
  MeasureOptions,
  ModelSvd,
  PageOptions,
  PrepareOptions,
  RatedItem,
  RecommendationBlock,
  RecommendForOptions,
  RecommendManyOptions,
  RecommendOptions,
  ScoredItem,
  ScoredUser,
  SimilarItemsOptions,
  SimilarUsersOptions,
  TopOptions,
  UserOrItem,
  WeightedItem,
} from "./results.js";
export { type Trained, trainedModel } from "./trained.js";
