import { checkSignal } from "../abort.js";
import { throwIfAborted } from "../errors.js";
import { checkNumber, checkOptions } from "../options.js";
import { type Csr, csrOf, type Id, notRatings, Ratings, type RatingsSource } from "../ratings/index.js";
import { createYielder, interruptible, type Yielder } from "../yield.js";
import type { Scorer } from "./scorer.js";

/** Each sweep solves all item biases, then all user biases; they converge in a handful. */
const MAX_SWEEPS = 50;
/** Biases have converged when none moves by more than this share of the range of ratings. */
const TOLERANCE = 1e-6;

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
  ratings: Ratings<U, I>,
  options: BaselineOptions = {},
): Promise<Baselines<U, I>> {
  checkOptions("baselines", options, ["regularization", "signal"]);
  const { regularization = BIAS_REGULARIZATION, signal } = options;
  const lambda = checkNumber("regularization", regularization, { min: 0 });
  if (!(ratings instanceof Ratings)) throw notRatings("baselines", ratings);
  checkSignal(signal);
  const { users, items, mean, min, max } = ratings;
  const range = [min, max] as const;
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

/**
 * b and c of r̂ = μ + b_i + c_j, minimizing Σw(r − r̂)² + λ_b(Σb² + Σc²).
 *
 * @param what they are fitted for, as it stands in errors
 * @throws AlternantError "aborted"
 */
export async function fitBiases(
  what: string,
  ratings: RatingsSource,
  lambda: number,
  signal: AbortSignal | undefined,
): Promise<{ readonly users: Float64Array<ArrayBuffer>; readonly items: Float64Array<ArrayBuffer> }> {
  const check = (): void => throwIfAborted(signal, what);
  check();
  const { mean, min, max } = ratings;
  const byUser = csrOf(ratings.byUser);
  const byItem = csrOf(ratings.byItem);
  const users = new Float64Array(ratings.userCount);
  const items = new Float64Array(ratings.itemCount);
  const yielder = interruptible(createYielder(), check);
  const tolerance = TOLERANCE * (max - min);
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    const moved = Math.max(
      await solveBiases(byItem, mean, lambda, users, items, yielder),
      await solveBiases(byUser, mean, lambda, items, users, yielder),
    );
    if (moved <= tolerance) break;
  }
  return { users, items };
}

/** b = Σw(r − μ − c) / (Σw + λ_b) of each row, the other side's biases c fixed; returns the largest change. */
async function solveBiases(
  { starts, columns, values, weights }: Csr,
  mean: number,
  lambda: number,
  fixed: Float64Array,
  solved: Float64Array,
  yielder: Yielder,
): Promise<number> {
  let moved = 0;
  let sinceLook = 0;
  for (let row = 0; row < solved.length; row++) {
    const to = starts[row + 1]!;
    const count = to - starts[row]!;
    if (count === 0) continue;
    let sum = 0;
    let weight = 0;
    for (let p = starts[row]!; p < to; p++) {
      const w = weights === undefined ? 1 : weights[p]!;
      sum += w * (values[p]! - mean - fixed[columns[p]!]!);
      weight += w;
    }
    const bias = sum / (weight + lambda);
    moved = Math.max(moved, Math.abs(bias - solved[row]!));
    solved[row] = bias;
    sinceLook += count;
    if (sinceLook < 20_000) continue;
    sinceLook = 0;
    if (yielder.due()) await yielder.pause();
  }
  return moved;
}
