export {
  type BaselineOptions,
  type Baselines,
  BIAS_REGULARIZATION,
  baselines,
} from "./baselines.js";
export type { CutoffMetrics } from "./cutoff.js";
export { type MaeResult, type MetricOptions, mae, type RmseResult, rmse } from "./error.js";
export { type PopularityParts, popularity, popularityOf } from "./popularity.js";
export type { RankedTargets, Ranker, RankQuery } from "./ranker.js";
export { type RankingOptions, rankingMetrics } from "./ranking.js";
export type { RankingAt, RankingAtPerUser, RankingPerUser, RankingResult } from "./ranking-result.js";
export type { TestFacts } from "./relevant.js";
export type { Scorer } from "./scorer.js";
