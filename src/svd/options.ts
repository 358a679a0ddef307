import { MOST_FACTORS, type Precision } from "../kernel/index.js";
import { BIAS_REGULARIZATION } from "../metrics/index.js";
import type { HistoryKind } from "../model/index.js";
import { checkInteger, checkNumber, checkOneOf, checkOptions } from "../options.js";

/** What is subtracted from known ratings before what is unknown counts as 0. */
export type Center = "none" | "mean" | "biases";

export interface SvdOptions {
  /** K, the number of axes: 1–2048, and no more than there are users or items. */
  factors?: number | undefined;
  /**
   * "none": the ratings as they are (PureSVD, latent semantic analysis). "mean": their mean μ is subtracted, and predicted again.
   * "biases": so are the biases of users and items, fitted as `baselines` does.
   */
  center?: Center | undefined;
  /** λ_b ≥ 0 of biases. */
  biasRegularization?: number | undefined;
  /** How far each axis may be from one: ‖Rq − σp‖ and ‖Rᵀp − σq‖ at most, as shares of σ₁. At least 1e-14. */
  tolerance?: number | undefined;
  /** Blocks of vectors that are multiplied by RᵀR at most; as many as K axes take are always. */
  maxIterations?: number | undefined;
  /** Whether a tolerance that is not reached is an error. By default the model is returned, and `info.run.svd` tells. */
  strict?: boolean | undefined;
  /** Seed of the random vectors that it starts from: an integer ≥ 0. */
  seed?: number | undefined;
  /**
   * Precision of products with the ratings and of the model's factors. "float32" takes about half the time and cannot reach
   * tolerances below some 1e-6.
   */
  precision?: Precision | undefined;
  /** What the model keeps of the training rows: "items" is enough to leave rated ones out of recommendations. */
  history?: HistoryKind | undefined;
}

export type ResolvedSvdOptions = { readonly [Name in keyof SvdOptions]-?: NonNullable<SvdOptions[Name]> };

/** The reason of each stands in docs/options.md. */
export const DEFAULTS: ResolvedSvdOptions = {
  factors: 32,
  center: "biases",
  biasRegularization: BIAS_REGULARIZATION,
  tolerance: 1e-4,
  maxIterations: 200,
  strict: false,
  seed: 1,
  precision: "float64",
  history: "items",
};

/** Checks options and fills in the defaults. @throws TypeError, RangeError naming the option */
export function resolveOptions(options: SvdOptions): ResolvedSvdOptions {
  checkOptions("SVD", options, Object.keys(DEFAULTS));
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const all = { ...DEFAULTS, ...Object.fromEntries(given) } as ResolvedSvdOptions;
  checkInteger("factors", all.factors, 1, MOST_FACTORS);
  checkOneOf("center", all.center, ["none", "mean", "biases"]);
  checkNumber("biasRegularization", all.biasRegularization, { min: 0 });
  checkNumber("tolerance", all.tolerance, { min: 1e-14, below: 1 });
  checkInteger("maxIterations", all.maxIterations, 1, 1_000_000);
  checkOneOf("strict", all.strict, [true, false]);
  checkInteger("seed", all.seed, 0);
  checkOneOf("precision", all.precision, ["float64", "float32"]);
  checkOneOf("history", all.history, ["none", "items", "ratings"]);
  return Object.freeze(all);
}
