import { throwIfAborted } from "../errors.js";
import type { RatingsSide, RatingsSource } from "../ratings/index.js";
import { stretchesOf } from "../ratings/passes.js";
import { createYielder, interruptible, type Yielder } from "../yield.js";

/** Each sweep solves all item biases, then all user biases; they converge in a handful. */
const MAX_SWEEPS = 50;
/** Biases have converged when none moves by more than this share of the range of ratings. */
const TOLERANCE = 1e-6;

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
  const { mean, min, max, byUser, byItem } = ratings;
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
  side: RatingsSide,
  mean: number,
  lambda: number,
  fixed: Float64Array,
  solved: Float64Array,
  yielder: Yielder,
): Promise<number> {
  const { starts } = side;
  const stretches = stretchesOf(side);
  let { from, to: end, columns, values, weights } = stretches.next().value!;
  let moved = 0;
  let sinceLook = 0;
  for (let row = 0; row < solved.length; row++) {
    const to = starts[row + 1]!;
    const count = to - starts[row]!;
    if (count === 0) continue;
    let sum = 0;
    let weight = 0;
    for (let p = starts[row]!; p < to; p++) {
      if (p === end) ({ from, to: end, columns, values, weights } = stretches.next().value!);
      const w = weights === undefined ? 1 : weights[p - from]!;
      sum += w * (values[p - from]! - mean - fixed[columns[p - from]!]!);
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
