export type { FoldedItem, FoldedUser } from "./fold-in/folded.js";
export type { FoldInItemRow, FoldInRow } from "./fold-in/given.js";
export type { ModelInfo } from "./info.js";
export type { InspectedAxis, Inspection, InspectOptions } from "./inspect.js";
export { Model } from "./model.js";
export { noUsers } from "./no-users.js";
export type {
  Factors,
  HistoryKind,
  ItemRows,
  ItemsOnly,
  JsonValue,
  ModelHistory,
  ModelOptions,
  ModelParts,
} from "./parts.js";
export type {
  Block,
  CanonicalOptions,
  DecomposeOptions,
  ErrorEstimate,
  EstimateErrorOptions,
  ExplainOptions,
  Explanation,
  FactorCopy,
  FactorExtremes,
  FoldInOptions,
  LeftOutRating,
  ModelSvd,
  RatedItem,
  Reason,
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
