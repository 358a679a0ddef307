import { nameClass } from "../class-name.js";
import type { Engine } from "../kernel/index.js";
import { historyFor, type Model } from "../model/index.js";
import { checkOptions } from "../options.js";
import type { Id, RatingsSource } from "../ratings/index.js";
import { type ResolvedSvdOptions, resolveOptions, type SvdOptions } from "./options.js";

/** How far a decomposition has come. */
export interface SvdProgress {
  /** Blocks of vectors that have been multiplied by RᵀR. */
  readonly iteration: number;
  /** Axes that met the tolerance when it was last looked at. */
  readonly converged: number;
  /** Largest residual then, as a share of σ₁; NaN before. */
  readonly residual: number;
}

export interface SvdFitOptions {
  /** Aborts the fit: it rejects with "aborted" and leaves nothing behind. */
  signal?: AbortSignal | undefined;
  /** The engine to run on; without one a shared engine is made on first use. */
  engine?: Engine | undefined;
  /** Called after each block of vectors. What it throws, or rejects with, ends the fit. */
  onProgress?: ((event: SvdProgress) => unknown) | undefined;
}

/**
 * Truncated singular value decomposition of the ratings' matrix, in which what is not rated counts as 0, after centring: the
 * K axes P S Qᵀ nearest to it. As PureSVD (Cremonesi, Koren, Turrin, "Performance of recommender algorithms on top-N
 * recommendation tasks", 2010) and latent semantic analysis it is older than `ALS`, and the baseline that it must beat.
 *
 * By block Krylov subspaces of RᵀR with full reorthogonalization and thick restarts (Golub, Underwood, "The block Lanczos method
 * for computing eigenvalues", 1977; Wu, Simon, "Thick-restart Lanczos method for large symmetric eigenvalue problems", 2000).
 */
export class SVD {
  static {
    nameClass(SVD, "SVD");
  }

  readonly options: ResolvedSvdOptions;
  /** As it was asked for. */
  readonly #history: SvdOptions["history"];

  /** @throws TypeError, RangeError naming the option that is wrong */
  constructor(options: SvdOptions = {}) {
    this.options = resolveOptions(options);
    this.#history = options.history;
  }

  /**
   * Decomposes the ratings. The model's factors are P√S and Q√S, as `model.canonical()` gives them.
   *
   * @throws RangeError for more factors than users or items; AlternantError "not-converged" under `strict` when the tolerance
   *   is not reached, "no-ratings" when centring leaves only zeros, "invalid-rating" for ratings with weights, "too-large",
   *   "aborted", "lane-failed" when a thread died, "disposed" when the engine was
   */
  async fit<U extends Id, I extends Id>(
    ratings: RatingsSource<U, I>,
    options: SvdFitOptions = {},
  ): Promise<Model<U, I>> {
    checkOptions("fit", options, ["signal", "engine", "onProgress"]);
    const { fitSvd } = await import("./fit.js");
    const history = historyFor(this.#history, this.options.history, ratings);
    return fitSvd(ratings, { ...this.options, history }, options);
  }
}
