import { describe } from "../errors.js";
import type { Precision } from "../kernel/index.js";
import type { HistoryKind } from "../model/index.js";
import { checkInteger, checkNumber, checkOneOf, checkOptions } from "../options.js";

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

export interface AlsOptions {
  /** K, latent factors: 1–2048. */
  factors?: number | undefined;
  /** λ ≥ 0; a number is for users and items, biases keep their default. */
  regularization?: number | Partial<Regularization> | undefined;
  /** ν: λ_i = λ·n_i^ν. "none" is 0 (plain λ), "count" is 1 (weighted-λ-regularization, ALS-WR). 0–2. */
  scaling?: number | "none" | "count" | undefined;
  biases?: BiasMode | undefined;
  /** Alternations, each solving all items, then all users: 1–10,000. */
  epochs?: number | undefined;
  /** Seed of the random user factors that training starts from: an integer ≥ 0. */
  seed?: number | undefined;
  /** Precision of factors and arithmetic: "float32" takes half the memory and about half the time. */
  precision?: Precision | undefined;
  /** What the model keeps of the training rows: "items" is enough to leave rated ones out of recommendations. */
  history?: HistoryKind | undefined;
}

export interface ResolvedAlsOptions {
  readonly factors: number;
  readonly regularization: Readonly<Regularization>;
  readonly scaling: number;
  readonly biases: BiasMode;
  readonly epochs: number;
  readonly seed: number;
  readonly precision: Precision;
  readonly history: HistoryKind;
}

/** The reason of each stands in the README; `npm run bench:quality` prints the sweep behind λ, ν and the epochs. */
export const DEFAULTS: ResolvedAlsOptions = {
  factors: 32,
  regularization: { users: 0.55, items: 0.55, biases: 3 },
  scaling: 0.7,
  biases: "full",
  epochs: 20,
  seed: 1,
  precision: "float64",
  history: "items",
};

/** Above it one factorization takes a second, and its matrix more than a cache. */
export const MOST_FACTORS = 2048;
const LARGEST_LAMBDA = 1e15;

/** Checks options and fills in the defaults. @throws TypeError, RangeError naming the option */
export function resolveOptions(options: AlsOptions): ResolvedAlsOptions {
  checkOptions("ALS", options, Object.keys(DEFAULTS));
  // Defaults by destructuring: they take the place of undefined, and null is refused as what it is.
  const {
    factors = DEFAULTS.factors,
    regularization = {},
    scaling = DEFAULTS.scaling,
    biases = DEFAULTS.biases,
    epochs = DEFAULTS.epochs,
    seed = DEFAULTS.seed,
    precision = DEFAULTS.precision,
    history = DEFAULTS.history,
  } = options;
  return Object.freeze({
    factors: checkInteger("factors", factors, 1, MOST_FACTORS),
    regularization: resolveRegularization(regularization),
    scaling: resolveScaling(scaling),
    biases: checkOneOf("biases", biases, ["full", "mean", "none"]),
    epochs: checkInteger("epochs", epochs, 1, 10_000),
    seed: checkInteger("seed", seed, 0),
    precision: checkOneOf("precision", precision, ["float64", "float32"]),
    history: checkOneOf("history", history, ["none", "items", "ratings"]),
  });
}

function resolveScaling(given: unknown): number {
  if (typeof given === "number") return checkNumber("scaling", given, { min: 0, max: 2 });
  if (typeof given !== "string")
    throw new TypeError(`scaling must be a number, "none" or "count", not ${describe(given)}`);
  return checkOneOf("scaling", given, ["none", "count"]) === "none" ? 0 : 1;
}

function resolveRegularization(given: unknown): Readonly<Regularization> {
  if (typeof given === "number") {
    const lambda = checkLambda("regularization", given);
    return Object.freeze({ users: lambda, items: lambda, biases: DEFAULTS.regularization.biases });
  }
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new TypeError(
      `regularization must be a number or { users, items, biases }, not ${describe(given)}`,
    );
  checkOptions("regularization", given, Object.keys(DEFAULTS.regularization));
  const defaults = DEFAULTS.regularization;
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
