export type { Arithmetic, ArithmeticOption, BuildChoice } from "./builds.js";
export { Engine, type EngineOptions, type Lease, sharedEngine } from "./engine.js";
export { type HalfSums, InlineDriver } from "./half-epoch.js";
export {
  type FitLayout,
  type FitShape,
  factorView,
  layOutFit,
  MEMORY_LIMIT,
  type Precision,
  type SideLayout,
} from "./layout.js";
export { type HalfEpoch, RowSolver } from "./row-solver.js";
