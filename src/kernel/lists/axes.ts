import type { Sliced } from "../../ratings/slices.js";
import type { Numbers } from "./source.js";

/** Orthonormal axes on which a few coordinates say most of a dot product. */
export interface Axes {
  /** How many. */
  readonly count: number;
  /** Axis a from a · K on. */
  readonly values: Float64Array;
  /** More than |AAᵀ − 1| comes to, as a matrix. */
  readonly error: number;
}

/** Rows of a matrix that stand for all of them. */
export interface Sample {
  readonly rows: Numbers;
  readonly at: Int32Array;
}

/** Fewer numbers than this are multiplied as fast as they are bounded. */
const LEAST_FACTORS = 16;
/** A sample's products grow with the square of K: beyond it axes would cost more than lists. */
const MOST_FACTORS = 512;
const MOST_AXES = 48;
/** Axes that are tried; none, which tells how many items are too short. */
const TRIED = [0, 8, 12, 16, 24, 32, 48];
const ITERATIONS = 4;
/** Multiply-adds of the sample's sums of products. */
const GRAM_BUDGET = 2 ** 26;
/** What an exact score costs, in multiply-adds of bounds for each factor: those come 8 at a time and from the cache. */
const EXACT_COST = 24;
/** What bounds must save at least. */
const WORTH = 0.75;

/**
 * Axes for bounds wᵀu ≤ (Aw)ᵀ(Au) + ‖w − AᵀAw‖‖u − AᵀAu‖, or undefined where a sample of the rows says that they would not
 * save much. Any orthonormal axes give valid bounds; these are near the eigenvectors of Σuuᵀ, by subspace iteration
 * (Golub, Van Loan, Matrix Computations, 4th ed., §8.2.4).
 *
 * @param biases what the score of each row adds
 * @param listed entries of a list that can be expected among the sampled rows
 */
export function* chooseAxes(
  items: Sample,
  users: Sample,
  factors: number,
  biases: Numbers | undefined,
  listed: number,
): Sliced<Axes | undefined> {
  if (factors < LEAST_FACTORS || factors > MOST_FACTORS) return undefined;
  const most = Math.min(MOST_AXES, factors >> 1);
  const values = yield* principalAxes(yield* gramOf(items, factors), factors, most);
  const counts = TRIED.filter((count) => count <= most);
  const passing = yield* countPassing(items, users, factors, biases, listed, values, counts);
  const pairs = users.at.length * items.at.length;
  let best: number | undefined;
  // What is too short for a user is skipped in chunks, not one by one.
  const reached = Math.min(1, (2 * passing[0]!) / pairs);
  let least = WORTH * (reached * factors + (EXACT_COST * factors * listed) / items.at.length);
  for (const [n, count] of counts.entries()) {
    if (count === 0) continue;
    const cost = reached * (count + 1) + (EXACT_COST * factors * passing[n]!) / pairs;
    if (cost >= least) continue;
    best = count;
    least = cost;
  }
  if (best === undefined) return undefined;
  const kept = values.slice(0, best * factors);
  const error = orthogonalityError(kept, best, factors);
  // Numbers whose products overflow have no axes.
  return error < 1e-9 ? { count: best, values: kept, error } : undefined;
}

/** Σuuᵀ over a sample, as far as it does not cost too much. */
function* gramOf({ rows, at }: Sample, factors: number): Sliced<Float64Array> {
  const gram = new Float64Array(factors * factors);
  const step = Math.max(1, Math.ceil((at.length * factors * factors) / GRAM_BUDGET));
  for (let n = 0; n < at.length; n += step) {
    const from = at[n]! * factors;
    for (let a = 0; a < factors; a++) {
      const value = rows[from + a]!;
      if (value === 0) continue;
      for (let b = a; b < factors; b++) gram[a * factors + b]! += value * rows[from + b]!;
    }
    yield;
  }
  for (let a = 0; a < factors; a++)
    for (let b = 0; b < a; b++) gram[a * factors + b] = gram[b * factors + a]!;
  return gram;
}

/** The first axes of a symmetric matrix, nearly. */
function* principalAxes(matrix: Float64Array, size: number, count: number): Sliced<Float64Array> {
  // Unit vectors along the largest diagonal entries to begin with.
  const diagonal = Array.from({ length: size }, (_, a) => ({ a, value: matrix[a * size + a]! }));
  diagonal.sort((one, other) => other.value - one.value || one.a - other.a);
  let axes = new Float64Array(count * size);
  for (let n = 0; n < count; n++) axes[n * size + diagonal[n]!.a] = 1;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const next = new Float64Array(count * size);
    for (let n = 0; n < count; n++) {
      for (let a = 0; a < size; a++) {
        let sum = 0;
        for (let b = 0; b < size; b++) sum += matrix[a * size + b]! * axes[n * size + b]!;
        next[n * size + a] = sum;
      }
      orthonormalize(next, n, size);
      yield;
    }
    axes = next;
  }
  return axes;
}

/** Makes a row of unit length and orthogonal to those before it; zero, which bounds nothing, where nothing is left of it. */
function orthonormalize(axes: Float64Array, n: number, size: number): void {
  const row = axes.subarray(n * size, (n + 1) * size);
  const before = lengthOf(row);
  // Twice is enough (Giraud, Langou, Rozložník, "The loss of orthogonality in the Gram–Schmidt process", 2005).
  for (let pass = 0; pass < 2; pass++)
    for (let other = 0; other < n; other++) {
      const axis = axes.subarray(other * size, (other + 1) * size);
      let product = 0;
      for (let a = 0; a < size; a++) product += row[a]! * axis[a]!;
      for (let a = 0; a < size; a++) row[a]! -= product * axis[a]!;
    }
  const length = lengthOf(row);
  const left = length > 1e-10 * before && length < Infinity;
  for (let a = 0; a < size; a++) row[a] = left ? row[a]! / length : 0;
}

function lengthOf(row: Float64Array): number {
  let squares = 0;
  for (const value of row) squares += value * value;
  return Math.sqrt(squares);
}

/** How far axes are from orthonormal, zero ones aside, as Frobenius's norm of what is too much. */
function orthogonalityError(axes: Float64Array, count: number, size: number): number {
  let squares = 0;
  for (let n = 0; n < count; n++)
    for (let other = 0; other <= n; other++) {
      let product = 0;
      for (let a = 0; a < size; a++) product += axes[n * size + a]! * axes[other * size + a]!;
      const wanted = n === other && product !== 0 ? 1 : 0;
      squares += 2 * (product - wanted) ** 2;
    }
  return Math.sqrt(squares) + size * 2 ** -52;
}

/** How many of all pairs of a sample have bounds that say nothing, for each number of axes. */
function* countPassing(
  items: Sample,
  users: Sample,
  factors: number,
  biases: Numbers | undefined,
  listed: number,
  axes: Float64Array,
  counts: readonly number[],
): Sliced<number[]> {
  const most = axes.length / factors;
  const passing = counts.map(() => 0);
  const own = yield* coordinates(items, factors, axes);
  const other = yield* coordinates(users, factors, axes);
  const scores = new Float64Array(items.at.length);
  const bounds = counts.map(() => new Float64Array(items.at.length));
  for (let user = 0; user < users.at.length; user++) {
    // To a user without factors all items are the same, whatever bounds they have.
    if (other.rest(user, 0) === 0) continue;
    for (let n = 0; n < items.at.length; n++) {
      const item = items.at[n]!;
      const bias = biases === undefined ? 0 : biases[item]!;
      let sum = 0;
      for (let k = 0; k < factors; k++)
        sum += users.rows[users.at[user]! * factors + k]! * items.rows[item * factors + k]!;
      scores[n] = bias + sum;
      let known = bias;
      let from = 0;
      for (let c = 0; c < counts.length; c++) {
        const count = counts[c]!;
        for (; from < count; from++)
          known += other.values[user * most + from]! * own.values[n * most + from]!;
        bounds[c]![n] = known + other.rest(user, count) * own.rest(n, count);
      }
      if (n % 64 === 0) yield;
    }
    const threshold = greatest(scores, listed);
    for (const [c, row] of bounds.entries()) for (const bound of row) if (bound >= threshold) passing[c]!++;
    yield;
  }
  return passing;
}

/** The nth greatest of some numbers, for an n of a few. */
function greatest(numbers: Float64Array, n: number): number {
  const best = new Float64Array(n).fill(-Infinity);
  for (const number of numbers) {
    if (!(number > best[n - 1]!)) continue;
    let at = n - 1;
    for (; at > 0 && best[at - 1]! < number; at--) best[at] = best[at - 1]!;
    best[at] = number;
  }
  return best[n - 1]!;
}

/** Coordinates of a sample on axes, and how long what is left without the first few is. */
function* coordinates(
  { rows, at }: Sample,
  factors: number,
  axes: Float64Array,
): Sliced<{ values: Float64Array; rest(n: number, count: number): number }> {
  const most = axes.length / factors;
  const values = new Float64Array(at.length * most);
  const rests = new Float64Array(at.length * (most + 1));
  for (let n = 0; n < at.length; n++) {
    const from = at[n]! * factors;
    let squares = 0;
    for (let k = 0; k < factors; k++) squares += rows[from + k]! ** 2;
    rests[n * (most + 1)] = Math.sqrt(squares);
    for (let axis = 0; axis < most; axis++) {
      let sum = 0;
      for (let k = 0; k < factors; k++) sum += rows[from + k]! * axes[axis * factors + k]!;
      values[n * most + axis] = sum;
      squares -= sum * sum;
      rests[n * (most + 1) + axis + 1] = Math.sqrt(Math.max(0, squares));
    }
    if (n % 16 === 0) yield;
  }
  return { values, rest: (n, count) => rests[n * (most + 1) + count]! };
}
