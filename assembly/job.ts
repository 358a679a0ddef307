// What one call of the row solver works on. TypeScript writes the fields (src/kernel/job.ts mirrors this order and a
// test compares the two); addresses are bytes from the start of the memory.

@unmanaged
export class RowJob {
  /** Factors of the side that is fixed: one row of `padded` numbers per column index. */
  fixed: usize;
  /** Factors of this call's first row; solved rows follow each other. */
  solved: usize;
  /** float64 biases of the fixed side, or 0 where there are none. */
  fixedBiases: usize;
  /** float64 biases of this call's rows, or 0 where none are solved. */
  solvedBiases: usize;
  /** float64 λ_i of each row. */
  lambdas: usize;
  /** uint32 starts of the rows' ratings within this call's `columns` and `values`, and the end. */
  starts: usize;
  /** int32 index of the fixed side's row of each rating. */
  columns: usize;
  /** The ratings, float32 or float64 (flag WIDE_VALUES). */
  values: usize;
  /** Weight of each rating, or what is its confidence (flag IMPLICIT); float32 or float64 (flag WIDE_WEIGHTS), or 0. */
  weights: usize;
  /** What all pairs of a row add to its system, rated or not (base.ts), or 0. */
  base: usize;
  /** Three float64 of each row: Σt², what the solution explains of it, the penalty. `residuals` writes the first alone. */
  sums: usize;
  /** int32 state of each row (cholesky.ts). */
  states: usize;
  /** `workspaceBytes` of room; holds a row's unfinished sums between calls. */
  workspace: usize;
  /** Room for two float64 a rating of the longest row, kept from pass to pass; 0 for solvers that pass once. */
  terms: usize;
  rowCount: i32;
  /** K. */
  factors: i32;
  flags: i32;
  /** Flag PIECE: which pass over the row's ratings this call belongs to. */
  pass: i32;
  /** Place within its row of the call's first rating. */
  position: i32;
  /** Steps of conjugate gradient, or factors of a block. */
  steps: i32;
  /** μ: subtracted from every rating. */
  mean: f64;
  /** λ_b. */
  biasLambda: f64;
  /** Confidence of a value r without a weight: offset + α·|r|. For a product (multiply.ts): what every rating is multiplied by. */
  alpha: f64;
  offset: f64;
  /** β₀: what of the weight of all pairs a rated pair does not have. */
  observedBase: f64;
}

/** Ratings are float64. */
export const WIDE_VALUES: i32 = 1;
/** The only row of this call continues the pass that the last call left. */
export const CONTINUED: i32 = 2;
/** The only row of this call goes on in the next call: do not end the pass yet. */
export const UNFINISHED: i32 = 4;
/** Values are preferences: above 0 a like (1), else a dislike (0); their size or weight is a confidence. */
export const IMPLICIT: i32 = 8;
/** Weights are float64. */
export const WIDE_WEIGHTS: i32 = 16;
/** The call holds ratings of one row, for the pass `pass` alone. Without it every row is whole and goes through all passes. */
export const PIECE: i32 = 32;
/** Conjugate gradient divides residuals by the diagonal of the system. */
export const JACOBI: i32 = 64;
