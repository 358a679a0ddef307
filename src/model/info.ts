/** Facts about a model's data, its size and the run that made it. Plain JSON; saved with the model. */
export interface ModelInfo {
  /** The training ratings. */
  readonly data: {
    readonly users: number;
    readonly items: number;
    readonly ratings: number;
    /** ratings ÷ (users · items). */
    readonly density: number;
    /** Mean training rating. */
    readonly mean: number;
    /** Users in the vocabulary without a training rating: their factors are zero. */
    readonly usersWithoutRatings: number;
    readonly itemsWithoutRatings: number;
  };
  /** Numbers that the model holds (N·K + M·K, and N + M biases) against those of the full matrix (N·M). */
  readonly parameters: { readonly model: number; readonly full: number };
  /**
   * Where factors are canonical axes (`canonical`, `truncate`): how many factors were trained, by the run below. Fewer axes fit
   * the ratings less well than its loss says; they have no RMSE.
   */
  readonly canonical?: { readonly trainedFactors: number };
  /** Of a snapshot of a live model: calls of `set` and `remove` since the run below, of which its loss and RMSE know nothing. */
  readonly live?: { readonly changes: number };
  /** The run that made it. */
  readonly run: {
    /** The WebAssembly build that ran, such as "simd". */
    readonly build: string;
    /** Why this build was chosen. */
    readonly why: string;
    readonly precision: "float32" | "float64";
    readonly arithmetic: string;
    /** Threads that solved rows. */
    readonly threads: number;
    /** Why so many; where it is one for want of something, what to do about it. Missing in files from before there were threads. */
    readonly threadsWhy?: string;
    /** How rows were solved, and why so. Missing in files from before there was a choice. */
    readonly solver?: { readonly name: string; readonly why: string };
    /** What it started from, and why so. Missing in files from before there was a choice. */
    readonly start?: { readonly name: string; readonly why: string };
    /** Epochs that made the model: up to the best one where validation ratings judged. Of `SVD`: blocks multiplied. */
    readonly epochs: number;
    /** Training loss of the model, penalty included. Of `SVD`: the squared error over all pairs, what is not rated being 0. */
    readonly loss: number;
    /** Training RMSE of the model; missing for implicit feedback and `SVD`. */
    readonly rmse?: number;
    readonly seconds: number;
    /** How near the axes of a decomposed matrix (`SVD`) are to singular vectors. */
    readonly svd?: {
      /** What was asked for: residuals at most, as shares of σ₁. */
      readonly tolerance: number;
      /** The largest of ‖Rᵀp − σq‖ of the axes, as a share of σ₁; ‖Rq − σp‖ is rounding, for p is made of Rq. */
      readonly residual: number;
      /** Where the tolerance was not reached: what was, and what to do. */
      readonly warning?: string;
    };
    /** What validation ratings said of the model, of how many epochs judged. */
    readonly validation?: {
      readonly metric: "rmse" | "ndcg";
      readonly k?: number;
      readonly value: number;
      readonly epochs: number;
    };
  };
}
