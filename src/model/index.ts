export type { ModelInfo } from "./info.js";
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
  WeightedItem,
} from "./results.js";
