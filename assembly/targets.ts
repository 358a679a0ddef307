// What a rating adds to its row's system: a·uuᵀ on the left and d·u on the right. Unweighted explicit ratings have a = 1 and
// d = t = r − μ − c_j: what is left for factors (and the row's own bias) to explain. In general, with the weight c of the
// rating, its preference p, m = μ + c_j, and the weight β₀ of all pairs that rated ones do not have (docs/mathematics.md):
// a = c − β₀, d = c·(p − m) + β₀·m, and c(p − m − e)² − β₀(m + e)² = q − 2de + ae² for a prediction m + e.
import { IMPLICIT, RowJob, WIDE_VALUES, WIDE_WEIGHTS } from "./job";
import { sumLanes } from "./lanes";
import { RowSums } from "./workspace";

// @ts-ignore: decorator
@inline
function valueOf(job: RowJob, rating: usize): f64 {
  return job.flags & WIDE_VALUES
    ? load<f64>(job.values + (rating << 3))
    : <f64>load<f32>(job.values + (rating << 2));
}

/** c: the weight of a rating in the loss. */
// @ts-ignore: decorator
@inline
export function weightOf(job: RowJob, rating: usize): f64 {
  if (job.weights) {
    return job.flags & WIDE_WEIGHTS
      ? load<f64>(job.weights + (rating << 3))
      : <f64>load<f32>(job.weights + (rating << 2));
  }
  return job.flags & IMPLICIT ? job.offset + job.alpha * abs(valueOf(job, rating)) : 1;
}

/** p: what the model should say of a rated pair. */
// @ts-ignore: decorator
@inline
export function preferenceOf(job: RowJob, rating: usize): f64 {
  const value = valueOf(job, rating);
  return job.flags & IMPLICIT ? <f64>(value > 0) : value;
}

/** m = μ + c_j: what is said of a pair without its factors and its row's bias. */
// @ts-ignore: decorator
@inline
export function offsetOf(job: RowJob, rating: usize): f64 {
  if (!job.fixedBiases) return job.mean;
  return job.mean + load<f64>(job.fixedBiases + (<usize>load<u32>(job.columns + (rating << 2)) << 3));
}

/** Is every rating's a = 1, as explicit ones without weights have it? */
// @ts-ignore: decorator
@inline
export function isPlain(job: RowJob): bool {
  return !job.weights && !(job.flags & IMPLICIT);
}

/** t = r − μ − c_j of a rating, in float64. */
// @ts-ignore: decorator
@inline
function target(job: RowJob, rating: usize): f64 {
  const t = valueOf(job, rating) - job.mean;
  if (!job.fixedBiases) return t;
  return t - load<f64>(job.fixedBiases + (<usize>load<u32>(job.columns + (rating << 2)) << 3));
}

/** Any ratings, one by one. */
// @ts-ignore: decorator
@inline
function writeOneByOne<T>(job: RowJob, from: usize, rows: usize, targets: usize, sums: RowSums): void {
  let squares = sums.squares;
  let total = sums.targets;
  for (let i: usize = 0; i < rows; i++) {
    const t = target(job, from + i);
    squares += t * t;
    total += t;
    store<T>(targets + i * sizeof<T>(), <T>t);
  }
  sums.squares = squares;
  sums.targets = total;
}

/** float32 ratings without biases, four at a time: one sum alone would wait for its own adds. */
// @ts-ignore: decorator
@inline
function writeByFours<T>(values: usize, rows: usize, mean: f64, targets: usize, sums: RowSums): void {
  const means = f64x2.splat(mean);
  let squares = f64x2.splat(0), moreSquares = squares, total = squares, moreTotal = squares;
  let i: usize = 0;
  for (; i + 4 <= rows; i += 4) {
    const t = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(values + (i << 2))), means);
    const u = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(values + (i << 2), 8)), means);
    squares = f64x2.add(squares, f64x2.mul(t, t));
    moreSquares = f64x2.add(moreSquares, f64x2.mul(u, u));
    total = f64x2.add(total, t);
    moreTotal = f64x2.add(moreTotal, u);
    const at = targets + i * sizeof<T>();
    if (sizeof<T>() == 8) {
      v128.store(at, t);
      v128.store(at, u, 16);
    } else {
      v128.store64_lane(at, f32x4.demote_f64x2_zero(t), 0);
      v128.store64_lane(at, f32x4.demote_f64x2_zero(u), 0, 8);
    }
  }
  let restSquares: f64 = 0, rest: f64 = 0;
  for (; i < rows; i++) {
    const t = <f64>load<f32>(values + (i << 2)) - mean;
    restSquares += t * t;
    rest += t;
    store<T>(targets + i * sizeof<T>(), <T>t);
  }
  sums.squares += sumLanes<f64>(f64x2.add(squares, moreSquares)) + restSquares;
  sums.targets += sumLanes<f64>(f64x2.add(total, moreTotal)) + rest;
}

/** a and d of float32 ratings without biases and weights, two at a time; as `writeTerms`. */
// @ts-ignore: decorator
@inline
function writeTermsByTwos<T>(
  job: RowJob, from: usize, rows: usize, targets: usize, weights: usize, sums: RowSums,
): bool {
  const implicit = (job.flags & IMPLICIT) != 0;
  const alpha = f64x2.splat(implicit ? job.alpha : 0);
  const offset = f64x2.splat(implicit ? job.offset : 1);
  const likes = i64x2.splat(implicit ? -1 : 0);
  const observed = f64x2.splat(job.observedBase);
  const mean = f64x2.splat(job.mean);
  const zero = f64x2.splat(0);
  const constant = f64x2.mul(f64x2.mul(observed, mean), mean);
  const shift = f64x2.mul(observed, mean);
  let squares = zero, total = zero, weight = zero, below = zero;
  for (let i: usize = 0; i < rows; i += 2) {
    const value = f64x2.promote_low_f32x4(v128.load64_zero(job.values + ((from + i) << 2)));
    const c = f64x2.add(offset, f64x2.mul(alpha, f64x2.abs(value)));
    const like = v128.and(f64x2.gt(value, zero), f64x2.splat(1));
    const t = f64x2.sub(v128.bitselect(like, value, likes), mean);
    const a = f64x2.sub(c, observed);
    const ct = f64x2.mul(c, t);
    const d = f64x2.add(ct, shift);
    squares = f64x2.add(squares, f64x2.sub(f64x2.mul(ct, t), constant));
    total = f64x2.add(total, d);
    weight = f64x2.add(weight, a);
    below = v128.or(below, f64x2.lt(a, zero));
    const at = i * sizeof<T>();
    if (sizeof<T>() == 8) {
      v128.store(targets + at, d);
      v128.store(weights + at, a);
    } else {
      v128.store64_lane(targets + at, f32x4.demote_f64x2_zero(d), 0);
      v128.store64_lane(weights + at, f32x4.demote_f64x2_zero(a), 0);
    }
  }
  sums.squares += sumLanes<f64>(squares);
  sums.targets += sumLanes<f64>(total);
  sums.weight += sumLanes<f64>(weight);
  return v128.any_true(below);
}

/**
 * a and d of any of the call's ratings, as T into `weights` and `targets`; adds Σq, Σd and Σa to the row's sums. Returns
 * whether an a is negative.
 */
export function writeTerms<T>(
  job: RowJob, from: usize, rows: usize, targets: usize, weights: usize, sums: RowSums,
): bool {
  let negative = false;
  if (!job.weights && !job.fixedBiases && !(job.flags & WIDE_VALUES)) {
    const even = rows & ~1;
    negative = writeTermsByTwos<T>(job, from, even, targets, weights, sums);
    from += even;
    rows -= even;
    targets += even * sizeof<T>();
    weights += even * sizeof<T>();
  }
  let squares = sums.squares;
  let total = sums.targets;
  let weight = sums.weight;
  for (let i: usize = 0; i < rows; i++) {
    const c = weightOf(job, from + i);
    const m = offsetOf(job, from + i);
    const t = preferenceOf(job, from + i) - m;
    const a = c - job.observedBase;
    const d = c * t + job.observedBase * m;
    squares += c * t * t - job.observedBase * m * m;
    total += d;
    weight += a;
    negative = negative || a < 0;
    store<T>(targets + i * sizeof<T>(), <T>d);
    store<T>(weights + i * sizeof<T>(), <T>a);
  }
  sums.squares = squares;
  sums.targets = total;
  sums.weight = weight;
  return negative;
}

/** Targets of the call's `rows` plain ratings from `from` on, as T into `targets`; adds Σt² and Σt to the row's sums. */
export function writeTargets<T>(job: RowJob, from: usize, rows: usize, targets: usize, sums: RowSums): void {
  if (job.fixedBiases || job.flags & WIDE_VALUES) writeOneByOne<T>(job, from, rows, targets, sums);
  else writeByFours<T>(job.values + (from << 2), rows, job.mean, targets, sums);
}
