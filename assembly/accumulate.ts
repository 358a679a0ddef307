// A row's sums over its ratings, a tile at a time: A = Σ a uuᵀ, g = Σ d u, and for a bias s = Σ a u.
import { systemRowBytes } from "./cholesky";
import { gather, gatherNegative, gatherWeighted } from "./gather";
import { gram } from "./gram";
import { RowJob } from "./job";
import { isPlain, writeTargets, writeTerms } from "./targets";
import { gAt, pad, RowSums, sAt, systemAt, targetsAt, tileAt, tileRowsOf, weightsAt } from "./workspace";

/** Turns the sign of A's upper triangle. */
function negate<T>(a: usize, width: i32): void {
  const aBytes = systemRowBytes<T>(width);
  const bytes = <usize>width * sizeof<T>();
  for (let k: usize = 0; k < <usize>width; k++) {
    const row = a + k * aBytes;
    for (let c = (k * sizeof<T>()) & ~15; c < bytes; c += 16) v128.store(row + c, v128.neg<T>(v128.load(row + c)));
  }
}

/**
 * Adds `rows` ratings from `from` of the call on, no more than a tile holds, to the sums of `width` factors from `first` on.
 * What they add is at `targetsAt` and, unless ratings are plain, at `weightsAt`; `negative` says that a weight is.
 */
export function addTile<F, T>(
  job: RowJob, from: usize, rows: usize, first: i32, width: i32, negative: bool, sums: RowSums,
): void {
  const padded = pad(job.factors);
  const workspace = job.workspace;
  const fixed = job.fixed + <usize>first * sizeof<F>();
  const rowBytes = <usize>padded * sizeof<F>();
  const columns = job.columns + (from << 2);
  const targets = targetsAt<T>(workspace, padded);
  const weights = weightsAt<T>(workspace, padded);
  const tile = tileAt<T>(workspace, padded);
  const tileBytes = <usize>width * sizeof<T>();
  const a = systemAt<T>(workspace, padded);
  const aBytes = systemRowBytes<T>(width);
  const g = gAt<T>(workspace, padded);
  const s = job.solvedBiases ? sAt<T>(workspace, padded) : 0;
  const begins = sums.count == 0;
  if (isPlain(job)) {
    gather<F, T>(fixed, rowBytes, width, columns, targets, <i32>rows, tile, g, s, begins);
  } else {
    gatherWeighted<F, T>(fixed, rowBytes, width, columns, targets, weights, <i32>rows, tile, g, s, begins);
  }
  gram<T>(tile, <i32>rows, tileBytes, width, a, aBytes, begins);
  if (negative) {
    sums.negative = 1;
    gatherNegative<F, T>(fixed, rowBytes, width, columns, weights, <i32>rows, tile);
    negate<T>(a, width);
    gram<T>(tile, <i32>rows, tileBytes, width, a, aBytes, false);
    negate<T>(a, width);
  }
  sums.count += <f64>rows;
}

/** Adds ratings [from, to) of the call to the row's sums. F is the precision of factors, T that of the arithmetic. */
export function accumulate<F, T>(job: RowJob, from: usize, to: usize, sums: RowSums): void {
  const padded = pad(job.factors);
  const targets = targetsAt<T>(job.workspace, padded);
  const weights = weightsAt<T>(job.workspace, padded);
  const tileRows = <usize>tileRowsOf<T>(padded);
  const plain = isPlain(job);
  while (from < to) {
    const rows = min<usize>(to - from, tileRows);
    let negative = false;
    if (plain) {
      writeTargets<T>(job, from, rows, targets, sums);
      sums.weight += <f64>rows;
    } else {
      negative = writeTerms<T>(job, from, rows, targets, weights, sums);
    }
    addTile<F, T>(job, from, rows, 0, padded, negative, sums);
    from += rows;
  }
}
