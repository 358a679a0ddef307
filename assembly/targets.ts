// t = r − μ − c_j of ratings: what is left for factors (and the row's own bias) to explain.
import { RowJob, WIDE_VALUES } from "./job";
import { sumLanes } from "./lanes";
import { RowSums } from "./workspace";

/** t = r − μ − c_j of a rating, in float64. */
// @ts-ignore: decorator
@inline
export function target(job: RowJob, rating: usize): f64 {
  const value = job.flags & WIDE_VALUES
    ? load<f64>(job.values + (rating << 3))
    : <f64>load<f32>(job.values + (rating << 2));
  const t = value - job.mean;
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

/** Targets of the call's `rows` ratings from `from` on, as T into `targets`; adds Σt² and Σt to the row's sums. */
export function writeTargets<T>(job: RowJob, from: usize, rows: usize, targets: usize, sums: RowSums): void {
  if (job.fixedBiases || job.flags & WIDE_VALUES) writeOneByOne<T>(job, from, rows, targets, sums);
  else writeByFours<T>(job.values + (from << 2), rows, job.mean, targets, sums);
}
