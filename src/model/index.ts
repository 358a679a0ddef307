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
  FactorCopy,
  FactorExtremes,
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
