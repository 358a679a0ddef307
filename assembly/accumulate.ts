// A row's sums over its ratings, a tile at a time: A = Σ a uuᵀ, g = Σ d u, and for a bias s = Σ a u.
import { systemRowBytes } from "./cholesky";
import { gather, gatherNegative, gatherWeighted } from "./gather";
import { gram } from "./gram";
import { RowJob } from "./job";
import { isPlain, writeTargets, writeTerms } from "./targets";
import { gAt, pad, RowSums, sAt, systemAt, targetsAt, tileAt, tileRowsOf, weightsAt } from "./workspace";

/** Turns the sign of A's upper triangle. */
function negate<T>(a: usize, padded: i32): void {
  const aBytes = systemRowBytes<T>(padded);
  const width = <usize>padded * sizeof<T>();
  for (let k: usize = 0; k < <usize>padded; k++) {
    const row = a + k * aBytes;
    for (let c = (k * sizeof<T>()) & ~15; c < width; c += 16) v128.store(row + c, v128.neg<T>(v128.load(row + c)));
  }
}

/** Adds ratings [from, to) of the call to the row's sums. F is the precision of factors, T that of the arithmetic. */
export function accumulate<F, T>(job: RowJob, from: usize, to: usize, sums: RowSums): void {
  const padded = pad(job.factors);
  const workspace = job.workspace;
  const targets = targetsAt<T>(workspace, padded);
  const weights = weightsAt<T>(workspace, padded);
  const tile = tileAt<T>(workspace, padded);
  const tileBytes = <usize>padded * sizeof<T>();
  const tileRows = <usize>tileRowsOf<T>(padded);
  const a = systemAt<T>(workspace, padded);
  const aBytes = systemRowBytes<T>(padded);
  const g = gAt<T>(workspace, padded);
  const s = job.solvedBiases ? sAt<T>(workspace, padded) : 0;
  const plain = isPlain(job);
  while (from < to) {
    const rows = min<usize>(to - from, tileRows);
    const columns = job.columns + (from << 2);
    const first = sums.count == 0;
    let negative = false;
    if (plain) {
      writeTargets<T>(job, from, rows, targets, sums);
      sums.weight += <f64>rows;
      gather<F, T>(job.fixed, padded, columns, targets, <i32>rows, tile, g, s, first);
    } else {
      negative = writeTerms<T>(job, from, rows, targets, weights, sums);
      gatherWeighted<F, T>(job.fixed, padded, columns, targets, weights, <i32>rows, tile, g, s, first);
    }
    gram<T>(tile, <i32>rows, tileBytes, padded, a, aBytes, first);
    if (negative) {
      sums.negative = 1;
      gatherNegative<F, T>(job.fixed, padded, columns, weights, <i32>rows, tile);
      negate<T>(a, padded);
      gram<T>(tile, <i32>rows, tileBytes, padded, a, aBytes, false);
      negate<T>(a, padded);
    }
    sums.count += <f64>rows;
    from += rows;
  }
}
