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
  /** Three float64 of each row: Σt², what the solution explains of it, the penalty. `residuals` writes the first alone. */
  sums: usize;
  /** int32 state of each row (cholesky.ts). */
  states: usize;
  /** `workspaceBytes` of room; holds a row's unfinished sums between calls. */
  workspace: usize;
  rowCount: i32;
  /** K. */
  factors: i32;
  flags: i32;
  /** μ: subtracted from every rating. */
  mean: f64;
  /** λ_b. */
  biasLambda: f64;
}

/** Ratings are float64. */
export const WIDE_VALUES: i32 = 1;
/** The only row of this call continues the sums that the last call left. */
export const CONTINUED: i32 = 2;
/** The only row of this call goes on in the next call: do not solve it yet. */
export const UNFINISHED: i32 = 4;
