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
  FactorCopy,
  FactorExtremes,
  ModelSvd,
  RatedItem,
  RecommendationBlock,
  RecommendManyOptions,
  RecommendOptions,
  ScoredItem,
  ScoredUser,
  SvdOptions,
  TopOptions,
  UserOrItem,
  WeightedItem,
} from "./results.js";
