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
    readonly epochs: number;
    /** Training loss after the last epoch, penalty included. */
    readonly loss: number;
    /** Training RMSE after the last epoch. */
    readonly rmse: number;
    readonly seconds: number;
  };
}
