import type { AlsOptions } from "../../src/als/index.js";
import { DEFAULTS } from "../../src/als/options.js";
import type { Precision } from "../../src/kernel/index.js";
import type { Variant } from "./attempt.js";
import type { Feedback, ShapeName } from "./data.js";
import { ALL, CORE } from "./variants.js";

/** What is tried on a shape, for either kind of feedback. */
export interface Setting {
  readonly shape: ShapeName;
  readonly feedback: Feedback;
  readonly factors: number;
  /** λ that are tried, as multiples of the default. */
  readonly lambdas: readonly number[];
  /** Seeds of the random users, a round each. */
  readonly seeds: readonly number[];
  /** Variants of each precision. */
  readonly tried: readonly { readonly precision: Precision; readonly variants: readonly Variant[] }[];
  /** Precision of what is not timed: the runs that λ is chosen by, and long ones. */
  readonly untimed: Precision;
  /** Epochs at most: of the runs that λ is chosen by, of timed ones, of long ones. */
  readonly most: { readonly tuning: number; readonly timed: number; readonly long: number };
}

/** The runs that λ is chosen by start from this seed alone. */
export const TUNING_SEED = 100;

const LAMBDAS = { explicit: [0.5, 0.7, 1, 1.4], implicit: [0.5, 1, 2, 4] } as const;
/** A run takes a minute there. */
const LARGE_LAMBDAS = { explicit: [0.5, 0.7, 1], implicit: [1, 2, 4] } as const;
/** J goes on falling slowly at the λ that serves held-out ratings; likes come to both marks early. */
const LARGE_MOST = {
  explicit: { tuning: 5, timed: 40, long: 30 },
  implicit: { tuning: 5, timed: 12, long: 12 },
} as const;
const SEEDS = [1, 2, 3, 4, 5];
const WIDE = { precision: "float64", variants: ALL } as const;

export const SETTINGS: readonly Setting[] = (["explicit", "implicit"] as const).flatMap(
  (feedback): Setting[] => [
    {
      ...{ shape: "20m", feedback, factors: 32, lambdas: LARGE_LAMBDAS[feedback], seeds: SEEDS },
      tried: [WIDE, { precision: "float32", variants: CORE }],
      ...{ untimed: "float32", most: LARGE_MOST[feedback] },
    },
    {
      ...{ shape: "1m", feedback, factors: 32, lambdas: LAMBDAS[feedback], seeds: SEEDS },
      ...{ tried: [WIDE], untimed: "float64", most: { tuning: 15, timed: 30, long: 30 } },
    },
    {
      ...{ shape: "ml-latest-small", feedback, factors: 16, lambdas: LAMBDAS[feedback], seeds: SEEDS },
      ...{ tried: [WIDE], untimed: "float64", most: { tuning: 20, timed: 60, long: 60 } },
    },
  ],
);

/** Options of a run. @param multiple of the default λ */
export function optionsOf(
  { feedback, factors }: Setting,
  multiple: number,
  seed: number,
  precision: Precision,
): AlsOptions {
  const regularization = multiple * DEFAULTS[feedback].regularization.users;
  return { feedback, factors, regularization, seed, precision };
}
