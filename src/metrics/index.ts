export { type MaeResult, type MetricOptions, mae, type RmseResult, rmse } from "./error.js";
export type { Scorer } from "./scorer.js";
