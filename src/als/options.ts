import { describe } from "../errors.js";
import { MOST_FACTORS, type Precision } from "../kernel/index.js";
import { BIAS_REGULARIZATION } from "../metrics/index.js";
import type { HistoryKind, ModelOptions } from "../model/index.js";
import { checkInteger, checkNumber, checkOneOf, checkOptions } from "../options.js";
import { type FeedbackOptions, type ResolvedFeedback, resolveFeedback } from "./feedback.js";
import { type ResolvedSolver, resolveSolver, type SolverOptions } from "./solver.js";

/** Which constant terms stand beside wᵀu: μ + b_i + c_j, μ alone, or none. */
export type BiasMode = "full" | "mean" | "none";

/** λ of each kind of parameter. */
export interface Regularization {
  /** λ of user factors, times n_i^ν for a user with n_i ratings. */
  users: number;
  /** λ of item factors, times n_j^ν for an item with n_j ratings. */
  items: number;
  /** λ_b of user and item biases, whatever their number of ratings. */
  biases: number;
}

export interface AlsOptions extends FeedbackOptions, SolverOptions {
  /** K, latent factors: 1–2048. */
  factors?: number | undefined;
  /** λ ≥ 0; a number is for users and items, biases keep their default. */
  regularization?: number | Partial<Regularization> | undefined;
  /**
   * ν: λ_i = λ·n_i^ν. "none" is 0 (plain λ), "count" is 1 (weighted-λ-regularization, ALS-WR). 0–2. With `unobservedWeight`
   * α₀ it is λ·(n_i + α₀·M)^ν, M the number of items (for an item: of users).
   */
  scaling?: number | "none" | "count" | undefined;
  /**
   * ν*: λ is meant for this scaling; for `scaling` it is multiplied so that the sum of all λ_i and λ_j stays what it would be
   * with ν*. A λ found at one ν then serves another (Rendle, Krichene, Zhang, Koren, "Revisiting the performance of iALS on
   * item recommendation benchmarks", 2022). 0–2; by default λ is taken as it is.
   */
  scalingStar?: number | undefined;
  /** Default: "full" for explicit ratings, "none" for implicit feedback and the non-negative solver. */
  biases?: BiasMode | undefined;
  /** Alternations, each solving all items, then all users: 1–10,000. */
  epochs?: number | undefined;
  /**
   * Training ends before its last epoch when one lowers J by this share of it or less: (J before − J after) / J before. 0–1; 0 is
   * where J has come to a rest; by default every epoch is trained.
   */
  tolerance?: number | undefined;
  /**
   * What training starts from where no model is given: "samples" (default), what fits to ever larger samples of the users have
   * come to, where the ratings are enough for any; or "random", random user factors. `model.info.run.start` says which, and why.
   */
  start?: "samples" | "random" | undefined;
  /** Seed of the random user factors that the first epoch begins with: an integer ≥ 0. */
  seed?: number | undefined;
  /** Precision of factors and arithmetic: "float32" takes half the memory and about half the time. */
  precision?: Precision | undefined;
  /**
   * What the model keeps of the training rows: "items" (default) is enough to leave rated ones out of recommendations. Of more than
   * 2²⁷ ratings in a file, whose items take 512 MiB, nothing is kept unless asked for.
   */
  history?: HistoryKind | undefined;
}

export interface ResolvedAlsOptions extends ResolvedFeedback, ResolvedSolver {
  readonly factors: number;
  readonly regularization: Readonly<Regularization>;
  readonly scaling: number;
  readonly scalingStar: number | undefined;
  readonly biases: BiasMode;
  readonly epochs: number;
  readonly tolerance: number | undefined;
  readonly start: "samples" | "random";
  readonly seed: number;
  readonly precision: Precision;
  readonly history: HistoryKind;
}

interface Defaults {
  readonly regularization: Readonly<Regularization>;
  readonly scaling: number;
  readonly biases: BiasMode;
  readonly epochs: number;
}

/** The reason of each stands in docs/options.md; `npm run bench:quality` and `bench:implicit-quality` print the sweeps behind them. */
export const DEFAULTS = {
  factors: 32,
  start: "samples",
  seed: 1,
  precision: "float64",
  history: "items",
  explicit: {
    regularization: { users: 0.55, items: 0.55, biases: BIAS_REGULARIZATION },
    scaling: 0.7,
    biases: "full",
    epochs: 20,
  } as Defaults,
  implicit: {
    regularization: { users: 3, items: 3, biases: 10 },
    scaling: 0.5,
    biases: "none",
    epochs: 15,
  } as Defaults,
  /** Implicit feedback with `unobservedWeight`. */
  allPairs: {
    regularization: { users: 0.01, items: 0.01, biases: 10 },
    scaling: 1,
    biases: "none",
    epochs: 15,
  } as Defaults,
} as const;

/** Every name that `new ALS` knows. */
export const OPTIONS: readonly (keyof AlsOptions)[] = [
  "factors",
  "feedback",
  "confidence",
  "unobservedWeight",
  "zeros",
  "regularization",
  "scaling",
  "scalingStar",
  "biases",
  "epochs",
  "tolerance",
  "solver",
  "cgSteps",
  "preconditioner",
  "blockSize",
  "finish",
  "start",
  "seed",
  "precision",
  "history",
];

const LARGEST_LAMBDA = 1e15;

/** Checks options and fills in the defaults. @throws TypeError, RangeError naming the option */
export function resolveOptions(options: AlsOptions): ResolvedAlsOptions {
  checkOptions("ALS", options, OPTIONS);
  const feedback = resolveFeedback(options);
  const defaults = DEFAULTS[feedback.unobservedWeight === undefined ? feedback.feedback : "allPairs"];
  // Defaults by destructuring: they take the place of undefined, and null is refused as what it is.
  const {
    factors: asked = DEFAULTS.factors,
    regularization = {},
    scaling = defaults.scaling,
    scalingStar,
    epochs = defaults.epochs,
    tolerance,
    start = DEFAULTS.start,
    seed = DEFAULTS.seed,
    precision = DEFAULTS.precision,
    history = DEFAULTS.history,
  } = options;
  const factors = checkInteger("factors", asked, 1, MOST_FACTORS);
  const solver = resolveSolver(options, factors);
  return Object.freeze({
    factors,
    ...feedback,
    regularization: resolveRegularization(regularization, defaults.regularization),
    scaling: resolveScaling(scaling),
    scalingStar:
      scalingStar === undefined ? undefined : checkNumber("scalingStar", scalingStar, { min: 0, max: 2 }),
    biases: resolveBiases(options.biases, feedback, solver, defaults.biases),
    epochs: checkInteger("epochs", epochs, 1, 10_000),
    tolerance: tolerance === undefined ? undefined : checkNumber("tolerance", tolerance, { min: 0, max: 1 }),
    ...solver,
    start: checkOneOf("start", start, ["samples", "random"]),
    seed: checkInteger("seed", seed, 0),
    precision: checkOneOf("precision", precision, ["float64", "float32"]),
    history: checkOneOf("history", history, ["none", "items", "ratings"]),
  });
}

/** The options as a model keeps them: those that apply. */
export function optionsAsJson(options: ResolvedAlsOptions): ModelOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { algorithm: "als", ...Object.fromEntries(given) };
}

/**
 * The options that a model was trained with, from how it keeps them.
 *
 * @throws TypeError, RangeError for what no model of ALS has
 */
export function optionsFromJson({ algorithm: _, confidence, ...options }: ModelOptions): ResolvedAlsOptions {
  // What `unobservedWeight` alone makes of confidences nobody can ask for by themselves.
  const implied = options["unobservedWeight"] !== undefined && isOne(confidence);
  return resolveOptions({ ...options, ...(!implied && { confidence }) } as AlsOptions);
}

function isOne(confidence: unknown): boolean {
  return (
    typeof confidence === "object" && confidence !== null && "alpha" in confidence && confidence.alpha === 0
  );
}

function resolveBiases(
  given: unknown,
  { feedback }: ResolvedFeedback,
  { solver }: ResolvedSolver,
  byDefault: BiasMode,
): BiasMode {
  if (given === undefined) return solver === "nonnegative" ? "none" : byDefault;
  const biases = checkOneOf("biases", given, ["full", "mean", "none"]);
  if (solver === "nonnegative" && biases !== "none")
    throw new RangeError(
      `biases must be "none" with solver: "nonnegative", not ${describe(biases)}: predictions are sums of non-negative products. Leave biases out, or use another solver.`,
    );
  if (feedback === "implicit" && biases === "mean")
    throw new RangeError(
      'biases must be "none" or "full" for implicit feedback, not "mean": the mean of pairs that are nearly all unrated says nothing.',
    );
  return biases;
}

function resolveScaling(given: unknown): number {
  if (typeof given === "number") return checkNumber("scaling", given, { min: 0, max: 2 });
  if (typeof given !== "string")
    throw new TypeError(`scaling must be a number, "none" or "count", not ${describe(given)}`);
  return checkOneOf("scaling", given, ["none", "count"]) === "none" ? 0 : 1;
}

function resolveRegularization(given: unknown, defaults: Readonly<Regularization>): Readonly<Regularization> {
  if (typeof given === "number") {
    const lambda = checkLambda("regularization", given);
    return Object.freeze({ users: lambda, items: lambda, biases: defaults.biases });
  }
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new TypeError(
      `regularization must be a number or { users, items, biases }, not ${describe(given)}`,
    );
  checkOptions("regularization", given, Object.keys(defaults));
  const {
    users = defaults.users,
    items = defaults.items,
    biases = defaults.biases,
  }: Partial<Regularization> = given;
  return Object.freeze({
    users: checkLambda("regularization.users", users),
    items: checkLambda("regularization.items", items),
    biases: checkLambda("regularization.biases", biases),
  });
}

function checkLambda(name: string, value: unknown): number {
  return checkNumber(name, value, { min: 0, max: LARGEST_LAMBDA });
}
