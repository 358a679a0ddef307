import { checkSignal } from "../abort.js";
import { checkNumber, checkOptions } from "../options.js";
import { checkSource, type Id, type RatingsSource } from "../ratings/index.js";
import type { Scorer } from "./scorer.js";

/** λ_b of biases alone: the best on MovieLens, of the sweep that `npm run bench:quality` prints. */
export const BIAS_REGULARIZATION = 3;

export interface BaselineOptions {
  /** λ_b ≥ 0 of the biases. */
  regularization?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** What a model must beat to be worth its factors. */
export interface Baselines<U extends Id, I extends Id> {
  /** r̂ = μ. */
  readonly mean: Scorer<U, I>;
  /** r̂ = μ + b_i + c_j, minimizing Σw(r − r̂)² + λ_b(Σb² + Σc²), w the weights of ratings (1 where there are none). */
  readonly biases: Scorer<U, I>;
}

/**
 * Fits the baselines of explicit ratings: the mean alone (of values, whatever they weigh), and the mean with user and item
 * biases.
 *
 * @throws TypeError, RangeError for a bad option; AlternantError "aborted"
 */
export async function baselines<U extends Id, I extends Id>(
  ratings: RatingsSource<U, I>,
  options: BaselineOptions = {},
): Promise<Baselines<U, I>> {
  checkOptions("baselines", options, ["regularization", "signal"]);
  const { regularization = BIAS_REGULARIZATION, signal } = options;
  const lambda = checkNumber("regularization", regularization, { min: 0 });
  checkSource("baselines", ratings);
  checkSignal(signal);
  const { users, items, mean, min, max } = ratings;
  const range = [min, max] as const;
  const { fitBiases } = await import("./fit-biases.js");
  const { users: userBiases, items: itemBiases } = await fitBiases("baselines", ratings, lambda, signal);
  return {
    mean: { users, items, range, score: () => mean },
    biases: {
      users,
      items,
      range,
      score: (user, item) => mean + (user < 0 ? 0 : userBiases[user]!) + (item < 0 ? 0 : itemBiases[item]!),
    },
  };
}
