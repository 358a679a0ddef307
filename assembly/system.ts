// A row's system, or that of a block of its factors: what all pairs add, regularization, the border of a bias, factorization
// and substitution. Its sums are where accumulate.ts put them: `width` columns, factors `first` on of the row.
import { BASE_HEAD } from "./base";
import {
  backSubstitute, DOUBTFUL, factor, NOT_FINITE, pivotStandsOut, SINGULAR, smallShare, SOLVED, systemRowBytes, wasSmall,
} from "./cholesky";
import { RowJob } from "./job";
import { finite } from "./lanes";
import { checkAt, diagonalAt, gAt, pad, RowSums, sAt, systemAt, tileRowsOf } from "./workspace";

/** Where what all pairs add to a system begins: the entry on the diagonal of factor `first`. */
// @ts-ignore: decorator
@inline
export function baseAt<T>(job: RowJob, padded: i32, first: i32): usize {
  return job.base + BASE_HEAD + <usize>first * (systemRowBytes<T>(padded) + sizeof<T>());
}

/** A += β·Σuuᵀ over all pairs, and so for the right-hand sides where a bias is solved. */
export function addBase<T>(job: RowJob, first: i32, width: i32): void {
  const padded = pad(job.factors);
  const baseBytes = systemRowBytes<T>(padded);
  const behind = <usize>(padded - first) * sizeof<T>();
  const aBytes = systemRowBytes<T>(width);
  const bytes = <usize>width * sizeof<T>();
  const g = gAt<T>(job.workspace, padded);
  const s = sAt<T>(job.workspace, padded);
  let row = systemAt<T>(job.workspace, padded);
  let base = baseAt<T>(job, padded, first);
  for (let at: usize = 0; at < bytes; at += sizeof<T>()) {
    // `base` begins at the row's entry of factor `first`.
    for (let c = at & ~15; c < bytes; c += 16) {
      v128.store(row + c, v128.add<T>(v128.load(row + c), v128.load(base + c)));
    }
    if (job.solvedBiases) {
      store<T>(g + at, load<T>(g + at) + load<T>(base + behind));
      store<T>(s + at, load<T>(s + at) + load<T>(base + behind + sizeof<T>()));
    }
    row += aBytes;
    base += baseBytes;
  }
}

/**
 * A + λI with its diagonal kept aside, and the right-hand sides as columns behind it. What is no unknown, before column
 * `from` or from `to` on, becomes 0 with 1 on the diagonal.
 */
function complete<T>(job: RowJob, width: i32, from: i32, to: i32, lambda: T): void {
  const padded = pad(job.factors);
  const aBytes = systemRowBytes<T>(width);
  const bytes = <usize>width * sizeof<T>();
  const g = gAt<T>(job.workspace, padded);
  const s = sAt<T>(job.workspace, padded);
  const diagonal = diagonalAt<T>(job.workspace, padded);
  let row = systemAt<T>(job.workspace, padded);
  for (let k = 0; k < width; k++) {
    const at = <usize>k * sizeof<T>();
    let size: T = 1;
    if (k < from || k >= to) {
      memory.fill(row, 0, aBytes);
    } else {
      size = load<T>(row + at) + lambda;
      for (let c = <usize>to * sizeof<T>(); c < bytes; c += sizeof<T>()) store<T>(row + c, 0);
      if (sizeof<T>() == 8) {
        v128.store(row + bytes, v128.load64_zero(g + at));
      } else {
        v128.store(row + bytes, v128.load32_zero(g + at));
      }
      if (job.solvedBiases) store<T>(row + bytes + sizeof<T>(), load<T>(s + at));
    }
    store<T>(row + at, size);
    store<T>(diagonal + at, size);
    row += aBytes;
  }
}

/** What was taken off A rounded like what it was taken from: pivots must stand out of that, too. */
function standOut<T>(job: RowJob, first: i32, from: i32, to: i32): void {
  if (!job.base) return;
  const padded = pad(job.factors);
  const base = baseAt<T>(job, padded, first);
  const diagonal = diagonalAt<T>(job.workspace, padded);
  for (let k = <usize>from; k < <usize>to; k++) {
    const at = diagonal + k * sizeof<T>();
    store<T>(at, load<T>(at) + load<T>(base + k * (systemRowBytes<T>(padded) + sizeof<T>())));
  }
}

/** How many roundings an entry of A may have, for {@link factor}: of so many unknowns, ratings, and columns of a tile. */
export function roundingsOf<T>(unknowns: i32, count: f64, width: i32): i32 {
  // An entry is a sum over a tile's ratings, and then over tiles; equal ratings round the same way every time.
  const tileRows = <f64>tileRowsOf<T>(width);
  return unknowns + <i32>((min<f64>(count, tileRows) + count / tileRows) / 8);
}

/** Σ x² of four numbers `bytes` apart, in pairs: one after the other they would wait for each other. */
// @ts-ignore: decorator
@inline
function squaresOfFour<T>(address: usize, bytes: usize): f64 {
  const x0 = <f64>load<T>(address);
  const x1 = <f64>load<T>(address + bytes);
  const x2 = <f64>load<T>(address + 2 * bytes);
  const x3 = <f64>load<T>(address + 3 * bytes);
  return (x0 * x0 + x1 * x1) + (x2 * x2 + x3 * x3);
}

/**
 * Solves the system for columns [from, to), which are factors `first` + from on, and the bias where the job has one, into `x`
 * (`width` numbers) and `sums.bias`; adds to `sums.gain`. Returns a state.
 */
export function solveSystem<T>(
  job: RowJob, first: i32, width: i32, from: i32, to: i32, lambda: f64, sums: RowSums, x: usize,
): i32 {
  const padded = pad(job.factors);
  const bias = job.solvedBiases != 0;
  const count = sums.count;
  const factors = to - from;
  const unknowns = bias ? factors + 1 : factors;
  // Fewer equations than unknowns and nothing to make up for it: counting is surer than any pivot.
  if (lambda == 0 && !job.base && count < <f64>(bias && job.biasLambda == 0 ? unknowns : factors)) return SINGULAR;

  complete<T>(job, width, from, to, <T>lambda);
  if (sums.negative != 0) standOut<T>(job, first, from, to);
  const a = systemAt<T>(job.workspace, padded);
  const diagonal = diagonalAt<T>(job.workspace, padded);
  const check = checkAt<T>(job.workspace, padded);
  const roundings = roundingsOf<T>(unknowns, count, width);
  const state = factor<T>(a, width, diagonal, check, roundings);
  if (state != SOLVED) return state;

  const aBytes = systemRowBytes<T>(width);
  const behind = a + <usize>width * sizeof<T>();
  let gain: f64 = 0;
  if (bias) {
    let zz: f64 = 0, zs: f64 = 0, ss: f64 = 0;
    let closely = false;
    for (let k = <usize>from; k < <usize>to; k++) {
      const zg = <f64>load<T>(behind + k * aBytes);
      const zk = <f64>load<T>(behind + k * aBytes + sizeof<T>());
      zz += zg * zg;
      zs += zg * zk;
      ss += zk * zk;
      if (sizeof<T>() == 8) closely = closely || wasSmall(a, aBytes, k, diagonal);
    }
    const corner = sums.weight + job.biasLambda;
    const pivot = corner - ss;
    if (closely || !(pivot > corner * <f64>smallShare<T>())) {
      if (sizeof<T>() == 4) return DOUBTFUL;
      if (!finite(pivot)) return NOT_FINITE;
      // The border is the last pivot; its column of R is R⁻ᵀs, which stands behind A as column K + 1.
      if (!pivotStandsOut(pivot, corner, a, aBytes, (<usize>width + 1) << 3, width, diagonal, check, roundings)) return SINGULAR;
    }
    const rest = sums.targets - zs;
    const b = rest / pivot;
    sums.bias = b;
    gain = zz + b * rest;
    for (let k = <usize>from; k < <usize>to; k++) {
      const at = behind + k * aBytes;
      store<T>(at, <T>(<f64>load<T>(at) - b * <f64>load<T>(at, sizeof<T>())));
    }
  } else {
    for (let k: usize = 0; k < <usize>width; k += 4) gain += squaresOfFour<T>(behind + k * aBytes, aBytes);
  }
  backSubstitute<T>(a, width, behind, aBytes, x);
  sums.gain += gain;
  return SOLVED;
}
