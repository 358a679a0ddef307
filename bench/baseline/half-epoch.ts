export type Numbers = Float64Array | Float32Array;

/** Half an epoch of explicit ALS without biases: every row of one side, the other side fixed. */
export interface HalfEpoch {
  /** Where each row's ratings begin, and where the last one's end: rows + 1 numbers. */
  readonly starts: Float64Array;
  readonly columns: Int32Array;
  readonly values: Numbers;
  /** λ_i of each row, already scaled by its count of ratings; above 0 for every row that has ratings. */
  readonly lambdas: Float64Array;
  /** The fixed side's factors, columns × factors, row-major without padding. */
  readonly fixed: Numbers;
  /** Takes the solved side's factors, rows × factors; a row without ratings becomes zeros. */
  readonly solved: Numbers;
  readonly factors: number;
}

/** Solves (Σ u uᵀ + λ_i I) w_i = Σ r u for every row i. */
export type SolveHalfEpoch = (problem: HalfEpoch) => void;
