// The ratings' matrix times the factors of the fixed side: each row becomes Σ s·(t − b)·u over its ratings, t = r − μ − c_j what is
// left of a rating, b the row's bias and s a scale. What is not rated is 0. This is what a truncated SVD multiplies by.
//
// A tile's ratings go through 8 vectors of a row at a time: the sums stay in registers, and each visit of a row takes two whole
// cache lines. Tiles are added up in float64, so that a popular item's sum does not lose what float32 rounds away.
import { CONTINUED, RowJob, UNFINISHED, WIDE_VALUES } from "./job";
import { multiplyAdd, splatAt, sumLanes } from "./lanes";
import { writeTargets } from "./targets";
import { pad, RowSums, solutionAt, targetsAt, TILE_ROWS, weightsAt } from "./workspace";

/** Adds a vector of sums in T to float64 sums. */
// @ts-ignore: decorator
@inline
function addWide<T>(out: usize, sum: v128): void {
  if (sizeof<T>() == 8) {
    v128.store(out, f64x2.add(v128.load(out), sum));
    return;
  }
  const high = v128.shuffle<f32>(sum, sum, 2, 3, 2, 3);
  v128.store(out, f64x2.add(v128.load(out), f64x2.promote_low_f32x4(sum)));
  v128.store(out, f64x2.add(v128.load(out, 16), f64x2.promote_low_f32x4(high)), 16);
}

/** out += Σ tᵢ·uᵢ of 8 vectors of the rows that `indices` names. */
function addEight<T>(rows: usize, rowBytes: usize, indices: usize, end: usize, targets: usize, out: usize): void {
  let c0 = v128.splat<T>(<T>0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
  for (; indices < end; indices += 4) {
    const u = rows + <usize>load<u32>(indices) * rowBytes;
    const t = splatAt<T>(targets);
    c7 = multiplyAdd<T>(t, v128.load(u, 112), c7);
    c6 = multiplyAdd<T>(t, v128.load(u, 96), c6);
    c5 = multiplyAdd<T>(t, v128.load(u, 80), c5);
    c4 = multiplyAdd<T>(t, v128.load(u, 64), c4);
    c3 = multiplyAdd<T>(t, v128.load(u, 48), c3);
    c2 = multiplyAdd<T>(t, v128.load(u, 32), c2);
    c1 = multiplyAdd<T>(t, v128.load(u, 16), c1);
    c0 = multiplyAdd<T>(t, v128.load(u), c0);
    targets += sizeof<T>();
  }
  const step: usize = 128 / sizeof<T>();
  addWide<T>(out, c0);
  addWide<T>(out + step, c1);
  addWide<T>(out + 2 * step, c2);
  addWide<T>(out + 3 * step, c3);
  addWide<T>(out + 4 * step, c4);
  addWide<T>(out + 5 * step, c5);
  addWide<T>(out + 6 * step, c6);
  addWide<T>(out + 7 * step, c7);
}

/** The same of one vector. */
function addOne<T>(rows: usize, rowBytes: usize, indices: usize, end: usize, targets: usize, out: usize): void {
  let c = v128.splat<T>(<T>0);
  for (; indices < end; indices += 4) {
    c = multiplyAdd<T>(splatAt<T>(targets), v128.load(rows + <usize>load<u32>(indices) * rowBytes), c);
    targets += sizeof<T>();
  }
  addWide<T>(out, c);
}

/** s·(r − m) of float32 ratings, four at a time, as T. Returns the sum of squares. */
// @ts-ignore: decorator
@inline
function centreByFours<T>(values: usize, count: usize, mean: f64, scale: f64, out: usize): f64 {
  const means = f64x2.splat(mean);
  const scales = f64x2.splat(scale);
  let squares = f64x2.splat(0), moreSquares = squares;
  let i: usize = 0;
  for (; i + 4 <= count; i += 4) {
    const at = values + (i << 2);
    const x = f64x2.mul(f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(at)), means), scales);
    const y = f64x2.mul(f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(at, 8)), means), scales);
    squares = f64x2.add(squares, f64x2.mul(x, x));
    moreSquares = f64x2.add(moreSquares, f64x2.mul(y, y));
    const to = out + i * sizeof<T>();
    if (sizeof<T>() == 8) {
      v128.store(to, x);
      v128.store(to, y, 16);
    } else {
      v128.store64_lane(to, f32x4.demote_f64x2_zero(x), 0);
      v128.store64_lane(to, f32x4.demote_f64x2_zero(y), 0, 8);
    }
  }
  let sum = sumLanes<f64>(f64x2.add(squares, moreSquares));
  for (; i < count; i++) {
    const value = scale * (<f64>load<f32>(values + (i << 2)) - mean);
    sum += value * value;
    store<T>(out + i * sizeof<T>(), <T>value);
  }
  return sum;
}

/**
 * s·(t − b) of a tile of ratings, where `weightsAt<f64>` says, rounded to T at last: t itself may be too large for float32.
 * Returns the sum of squares.
 */
export function centredTile<T>(job: RowJob, from: usize, count: usize, bias: f64): f64 {
  const padded = pad(job.factors);
  const targets = targetsAt<f64>(job.workspace, padded);
  const out = weightsAt<f64>(job.workspace, padded);
  if (!job.fixedBiases && !(job.flags & WIDE_VALUES)) {
    return centreByFours<T>(job.values + (from << 2), count, job.mean + bias, job.alpha, out);
  }
  writeTargets<f64>(job, from, count, targets, changetype<RowSums>(job.workspace));
  const scale = job.alpha;
  let squares: f64 = 0;
  for (let i: usize = 0; i < count; i++) {
    const value = scale * (load<f64>(targets + (i << 3)) - bias);
    squares += value * value;
    store<T>(out + i * sizeof<T>(), <T>value);
  }
  return squares;
}

/** Adds Σ t·u of a tile's ratings to float64 sums. */
// @ts-ignore: decorator
@inline
export function addTileProducts<F>(
  job: RowJob, from: usize, count: usize, rowBytes: usize, targets: usize, product: usize,
): void {
  const eights = rowBytes & ~127;
  const indices = job.columns + (from << 2);
  const end = indices + (count << 2);
  let at: usize = 0;
  for (; at < eights; at += 128) {
    addEight<F>(job.fixed + at, rowBytes, indices, end, targets, product + at * (8 / sizeof<F>()));
  }
  for (; at < rowBytes; at += 16) {
    addOne<F>(job.fixed + at, rowBytes, indices, end, targets, product + at * (8 / sizeof<F>()));
  }
}

/** A row's float64 sums as its factors. */
// @ts-ignore: decorator
@inline
export function put<F>(sums: usize, out: usize, count: usize): void {
  for (let k: usize = 0; k < count; k++) store<F>(out + k * sizeof<F>(), <F>load<f64>(sums + (k << 3)));
}

/** Multiplies each row of the job; its first sum is Σ s²(t − b)². No row fails. */
export function multiplyRatings<F>(job: RowJob): i32 {
  const padded = pad(job.factors);
  const rowBytes = <usize>padded * sizeof<F>();
  const workspace = job.workspace;
  const sums = changetype<RowSums>(workspace);
  const product = solutionAt<f64>(workspace, padded);
  const centred = weightsAt<f64>(workspace, padded);
  const goesOn = (job.flags & CONTINUED) != 0;
  for (let row: usize = 0, rows = <usize>job.rowCount; row < rows; row++) {
    if (!goesOn) {
      sums.reset();
      memory.fill(product, 0, <usize>padded << 3);
    }
    const bias = job.solvedBiases ? load<f64>(job.solvedBiases + (row << 3)) : 0;
    const to = <usize>load<u32>(job.starts + (row << 2), 4);
    for (let from = <usize>load<u32>(job.starts + (row << 2)); from < to; from += TILE_ROWS) {
      const count = min<usize>(to - from, TILE_ROWS);
      sums.gain += centredTile<F>(job, from, count, bias);
      addTileProducts<F>(job, from, count, rowBytes, centred, product);
    }
    if (job.flags & UNFINISHED) return 0;
    put<F>(product, job.solved + row * rowBytes, <usize>padded);
    const out = job.sums + row * 24;
    store<f64>(out, sums.gain);
    store<f64>(out, 0, 8);
    store<f64>(out, 0, 16);
    store<i32>(job.states + (row << 2), 0);
  }
  return 0;
}
