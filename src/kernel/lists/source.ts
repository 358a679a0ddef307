/** Numbers in either precision. */
export type Numbers = Float32Array | Float64Array;

/** What scores every pair by ((μ + b) + c) + wᵀu, as lists are made of it. Nothing in it changes meanwhile. */
export interface ListSource {
  /** K. */
  readonly factors: number;
  /** N × K, row-major. */
  readonly userFactors: Numbers;
  /** M × K, of the same type. */
  readonly itemFactors: Numbers;
  /** μ. */
  readonly mean: number;
  readonly userBiases: Float64Array | undefined;
  readonly itemBiases: Float64Array | undefined;
  /** ‖u‖ of each item, where cosines are asked for. */
  readonly lengths?: Float64Array;
}

/** Items of rows as compressed rows: columns ascending inside a row, row i from starts[i] to starts[i + 1] − 1. */
export interface ItemLists {
  readonly starts: Float64Array;
  readonly columns: Int32Array;
}
