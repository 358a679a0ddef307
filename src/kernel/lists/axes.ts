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
  const counts = TRIED.filter((count) => count <= most);
  const itemRows = yield* rowsOf(items, factors);
  const values = yield* principalAxes(yield* gramOf(itemRows, factors), factors, most);
  const onAxes = (rows: Float64Array): Sliced<OnAxes> => coordinates(rows, factors, values, counts);
  const [own, other] = [yield* onAxes(itemRows), yield* onAxes(yield* rowsOf(users, factors))];
  const addends = Float64Array.from(items.at, (item) => (biases === undefined ? 0 : biases[item]!));
  const passing = yield* countPassing(own, other, factors, addends, listed, counts);
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

/** The rows of a sample, one after the other. */
function* rowsOf({ rows, at }: Sample, factors: number): Sliced<Float64Array> {
  const dense = new Float64Array(at.length * factors);
  for (let n = 0; n < at.length; n++) {
    dense.set(rows.subarray(at[n]! * factors, (at[n]! + 1) * factors), n * factors);
    if (n % 64 === 0) yield;
  }
  return dense;
}

/** Σuuᵀ over rows, four at a time, as far as it does not cost too much. */
function* gramOf(rows: Float64Array, factors: number): Sliced<Float64Array> {
  const gram = new Float64Array(factors * factors);
  const count = rows.length / factors;
  const step = Math.max(1, Math.ceil((count * factors * factors) / GRAM_BUDGET)) * factors;
  for (let at = 0; at + 3 * step < rows.length; at += 4 * step) {
    for (let a = 0; a < factors; a++) {
      const [p, q, r, s] = [
        rows[at + a]!,
        rows[at + step + a]!,
        rows[at + 2 * step + a]!,
        rows[at + 3 * step + a]!,
      ];
      for (let b = a; b < factors; b++)
        gram[a * factors + b]! +=
          p * rows[at + b]! +
          q * rows[at + step + b]! +
          (r * rows[at + 2 * step + b]! + s * rows[at + 3 * step + b]!);
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

/** Rows, their coordinates on axes, and how long what is left without the first few of them is. */
interface OnAxes {
  readonly rows: Float64Array;
  /** Rows × axes. */
  readonly values: Float64Array;
  /** Rows × numbers of axes that are tried. */
  readonly rests: Float64Array;
}

function* coordinates(
  rows: Float64Array,
  factors: number,
  axes: Float64Array,
  counts: readonly number[],
): Sliced<OnAxes> {
  const most = axes.length / factors;
  const count = rows.length / factors;
  const values = new Float64Array(count * most);
  const rests = new Float64Array(count * counts.length);
  const projected = new Float64Array(most);
  for (let n = 0; n < count; n++) {
    let squares = 0;
    for (let at = n * factors; at < (n + 1) * factors; at++) squares += rows[at]! * rows[at]!;
    project(rows, n * factors, axes, factors, projected);
    values.set(projected, n * most);
    let axis = 0;
    for (let c = 0; c < counts.length; c++) {
      for (; axis < counts[c]!; axis++) squares -= projected[axis]! * projected[axis]!;
      rests[n * counts.length + c] = Math.sqrt(Math.max(0, squares));
    }
    if (n % 16 === 0) yield;
  }
  return { rows, values, rests };
}

/** Coordinates of a row, which begins at `at`, on axes of `factors` numbers each, as many as there is room for. */
export function project(
  rows: Float64Array,
  at: number,
  axes: Float64Array,
  factors: number,
  projected: Float64Array,
): void {
  const count = projected.length;
  let axis = 0;
  // Four side by side: alone each sum would wait for its own last addition.
  for (; axis + 4 <= count; axis += 4) {
    let from = axis * factors;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let k = at; k < at + factors; k++, from++) {
      const value = rows[k]!;
      a += value * axes[from]!;
      b += value * axes[from + factors]!;
      c += value * axes[from + 2 * factors]!;
      d += value * axes[from + 3 * factors]!;
    }
    projected[axis] = a;
    projected[axis + 1] = b;
    projected[axis + 2] = c;
    projected[axis + 3] = d;
  }
  for (; axis < count; axis++) {
    let sum = 0;
    for (let k = 0; k < factors; k++) sum += rows[at + k]! * axes[axis * factors + k]!;
    projected[axis] = sum;
  }
}

/** How many of all pairs of a sample have bounds that say nothing, for each number of axes. */
function* countPassing(
  items: OnAxes,
  users: OnAxes,
  factors: number,
  addends: Float64Array,
  listed: number,
  counts: readonly number[],
): Sliced<number[]> {
  const passing = counts.map(() => 0);
  const tried = counts.length;
  const most = items.values.length / addends.length;
  const scores = new Float64Array(addends.length);
  const bounds = new Float64Array(addends.length * tried);
  for (let user = 0; user < users.rests.length / tried; user++) {
    // To a user without factors all items are the same, whatever bounds they have.
    if (users.rests[user * tried] === 0) continue;
    for (let n = 0; n < addends.length; n++) {
      scores[n] = addends[n]! + product(users.rows, user * factors, items.rows, n * factors, factors);
      let known = addends[n]!;
      let axis = 0;
      for (let c = 0; c < tried; c++) {
        const count = counts[c]!;
        known += product(users.values, user * most + axis, items.values, n * most + axis, count - axis);
        axis = count;
        bounds[n * tried + c] = known + users.rests[user * tried + c]! * items.rests[n * tried + c]!;
      }
      if (n % 64 === 0) yield;
    }
    const threshold = greatest(scores, listed);
    for (let at = 0; at < bounds.length; at++) if (bounds[at]! >= threshold) passing[at % tried]!++;
    yield;
  }
  return passing;
}

/** Part of a row times part of another, in four sums; what is left over comes last. */
function product(a: Float64Array, aAt: number, b: Float64Array, bAt: number, length: number): number {
  let [p, q, r, s] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 4 <= length; k += 4) {
    p += a[aAt + k]! * b[bAt + k]!;
    q += a[aAt + k + 1]! * b[bAt + k + 1]!;
    r += a[aAt + k + 2]! * b[bAt + k + 2]!;
    s += a[aAt + k + 3]! * b[bAt + k + 3]!;
  }
  for (; k < length; k++) p += a[aAt + k]! * b[bAt + k]!;
  return p + q + (r + s);
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
