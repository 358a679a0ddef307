export type { BuildName } from "./binaries.js";
export type { Arithmetic, ArithmeticOption, BuildChoice } from "./builds.js";
export type { Driver, Guard, HalfSums, NamedHalf, OnWork, Residuals } from "./driver.js";
export { Engine, type EngineOptions, engineFor, type Lease, type Workplace } from "./engine.js";
export { type Frequency, frequencyOf, type RowCounts, rescaling, type Scaling } from "./frequency.js";
export type { HalfEpoch, ImplicitTerms, Method, NormalShares } from "./half-epoch.js";
export { implicitTerms, type RatingTerm, ratingTerm } from "./implicit-terms.js";
export {
  type FitLayout,
  type FitShape,
  factorView,
  lambdaView,
  layOutFit,
  MEMORY_LIMIT,
  MOST_FACTORS,
  type Precision,
  type SideLayout,
} from "./layout.js";
export type { ItemLists, Ranks } from "./lists/index.js";
export { MOST_THREADS, threadsFor } from "./threads.js";
export { solvingCost } from "./work.js";
