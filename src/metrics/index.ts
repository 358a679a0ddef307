export { type MaeResult, type MetricOptions, mae, type RmseResult, rmse } from "./error.js";
export type { RankedTargets, Ranker, RankQuery } from "./ranker.js";
export type { Scorer } from "./scorer.js";
