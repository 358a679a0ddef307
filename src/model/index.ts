export { ItemFilter, type ItemFilterOptions } from "./filter.js";
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
  AudienceOptions,
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
  MeasureOptions,
  ModelSvd,
  PageOptions,
  Prepared,
  PrepareOptions,
  RatedItem,
  Reason,
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
export { type Trained, trainedModel, trainedParts } from "./trained.js";
export { historyFor, trainingRows } from "./training-rows.js";
