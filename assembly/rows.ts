// The row solver: for each row of a call gather, accumulate, border for the bias, regularize, factor, solve, and the sums
// of the loss (docs/mathematics.md). F is the precision of factors in memory, T the precision of the arithmetic.
import { accumulate } from "./accumulate";
import { BASE_HEAD, BaseHead } from "./base";
import {
  backSubstitute, DOUBTFUL, factor, NOT_FINITE, pivotStandsOut, SINGULAR, smallShare, SOLVED, systemRowBytes, wasSmall,
} from "./cholesky";
import { CONTINUED, RowJob, UNFINISHED } from "./job";
import { finite } from "./lanes";
import { dot } from "./score";
import { checkAt, diagonalAt, gAt, pad, RowSums, sAt, solutionAt, systemAt, tileRowsOf } from "./workspace";

/** A += β·Σuuᵀ over all pairs, and so for the right-hand sides and the sums of a bias. */
function addBase<T>(job: RowJob, a: usize, padded: i32, sums: RowSums): void {
  const head = changetype<BaseHead>(job.base);
  sums.squares += head.squares;
  sums.targets += head.targets;
  sums.weight += head.weight;
  const aBytes = systemRowBytes<T>(padded);
  const width = <usize>padded * sizeof<T>();
  const g = gAt<T>(job.workspace, padded);
  const s = sAt<T>(job.workspace, padded);
  for (let k: usize = 0; k < <usize>padded; k++) {
    const row = a + k * aBytes;
    const base = job.base + BASE_HEAD + k * aBytes;
    for (let c = (k * sizeof<T>()) & ~15; c < width; c += 16) {
      v128.store(row + c, v128.add<T>(v128.load(row + c), v128.load(base + c)));
    }
    if (!job.solvedBiases) continue;
    const at = k * sizeof<T>();
    store<T>(g + at, load<T>(g + at) + load<T>(base + width));
    store<T>(s + at, load<T>(s + at) + load<T>(base + width + sizeof<T>()));
  }
}

/** A + λI with its diagonal kept aside, 1 on the diagonal of padding, and the right-hand sides as columns behind it. */
function complete<T>(a: usize, workspace: usize, factors: i32, padded: i32, lambda: T, bias: bool): void {
  const aBytes = systemRowBytes<T>(padded);
  const g = gAt<T>(workspace, padded);
  const s = sAt<T>(workspace, padded);
  const diagonal = diagonalAt<T>(workspace, padded);
  for (let k: usize = 0; k < <usize>padded; k++) {
    const at = k * sizeof<T>();
    const row = a + k * aBytes;
    const size = k < <usize>factors ? load<T>(row + at) + lambda : <T>1;
    store<T>(row + at, size);
    store<T>(diagonal + at, size);
    const behind = row + <usize>padded * sizeof<T>();
    if (sizeof<T>() == 8) {
      v128.store(behind, v128.load64_zero(g + at));
    } else {
      v128.store(behind, v128.load32_zero(g + at));
    }
    if (bias) store<T>(behind + sizeof<T>(), load<T>(s + at));
  }
}

/** What was taken off A rounded like what it was taken from: pivots must stand out of that, too. */
function standOut<T>(job: RowJob, diagonal: usize, padded: i32): void {
  if (!job.base) return;
  const aBytes = systemRowBytes<T>(padded);
  for (let k: usize = 0; k < <usize>job.factors; k++) {
    const at = diagonal + k * sizeof<T>();
    store<T>(at, load<T>(at) + load<T>(job.base + BASE_HEAD + k * (aBytes + sizeof<T>())));
  }
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

/** Solves the row whose sums are complete; writes factors, bias and sums, returns a state. */
function solve<F, T>(job: RowJob, row: usize, sums: RowSums): i32 {
  const factors = job.factors;
  const padded = pad(factors);
  const workspace = job.workspace;
  const a = systemAt<T>(workspace, padded);
  const lambda = load<f64>(job.lambdas + (row << 3));
  const bias = job.solvedBiases != 0;
  const count = sums.count;
  const unknowns = bias ? factors + 1 : factors;
  // Fewer equations than unknowns and nothing to make up for it: counting is surer than any pivot.
  if (lambda == 0 && !job.base && count < <f64>(bias && job.biasLambda == 0 ? unknowns : factors)) return SINGULAR;

  if (job.base) addBase<T>(job, a, padded, sums);
  complete<T>(a, workspace, factors, padded, <T>lambda, bias);
  const diagonal = diagonalAt<T>(workspace, padded);
  if (sums.negative != 0) standOut<T>(job, diagonal, padded);
  const check = checkAt<T>(workspace, padded);
  // An entry of A is a sum over a tile's ratings, and then over tiles; equal ratings round the same way every time.
  const tileRows = <f64>tileRowsOf<T>(padded);
  const roundings = unknowns + <i32>((min<f64>(count, tileRows) + count / tileRows) / 8);
  const state = factor<T>(a, padded, diagonal, check, roundings);
  if (state != SOLVED) return state;

  const aBytes = systemRowBytes<T>(padded);
  const behind = a + <usize>padded * sizeof<T>();
  let explained: f64 = 0;
  let b: f64 = 0;
  if (bias) {
    let zz: f64 = 0, zs: f64 = 0, ss: f64 = 0;
    let closely = false;
    for (let k: usize = 0; k < <usize>factors; k++) {
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
      if (!pivotStandsOut(pivot, corner, a, aBytes, (<usize>padded + 1) << 3, padded, diagonal, check, roundings)) return SINGULAR;
    }
    const rest = sums.targets - zs;
    b = rest / pivot;
    explained = zz + b * rest;
  }
  for (let k: usize = 0; k < <usize>padded; k += 4) {
    if (bias) {
      for (let i: usize = 0; i < 4; i++) {
        const at = behind + (k + i) * aBytes;
        store<T>(at, <T>(<f64>load<T>(at) - b * <f64>load<T>(at, sizeof<T>())));
      }
    } else {
      explained += squaresOfFour<T>(behind + k * aBytes, aBytes);
    }
  }
  const solved = job.solved + row * <usize>padded * sizeof<F>();
  if (sizeof<F>() == sizeof<T>()) {
    backSubstitute<T>(a, padded, behind, aBytes, solved);
  } else {
    const x = solutionAt<T>(workspace, padded);
    backSubstitute<T>(a, padded, behind, aBytes, x);
    for (let k: usize = 0; k < <usize>padded; k++) store<F>(solved + k * sizeof<F>(), <F>load<T>(x + k * sizeof<T>()));
  }
  const norm = dot<F>(solved, solved, padded);
  let penalty = lambda * norm;
  if (bias) {
    store<f64>(job.solvedBiases + (row << 3), b);
    penalty += job.biasLambda * b * b;
  }
  const out = job.sums + row * 24;
  store<f64>(out, sums.squares);
  store<f64>(out, explained, 8);
  store<f64>(out, penalty, 16);
  if (finite(sums.squares) && finite(explained) && finite(norm)) return SOLVED;
  return sizeof<T>() == 4 ? DOUBTFUL : NOT_FINITE;
}

/** A row without ratings, or one that could not be solved: zeros, so that nothing half-made is left. */
export function clear<F>(job: RowJob, row: usize): void {
  const bytes = <usize>pad(job.factors) * sizeof<F>();
  memory.fill(job.solved + row * bytes, 0, bytes);
  if (job.solvedBiases) store<f64>(job.solvedBiases + (row << 3), 0);
  memory.fill(job.sums + row * 24, 0, 24);
  if (job.base) store<f64>(job.sums + row * 24, changetype<BaseHead>(job.base).squares);
}

/** Solves the call's rows; returns how many of them are not SOLVED (their states say why). */
export function solveRows<F, T>(job: RowJob): i32 {
  const sums = changetype<RowSums>(job.workspace);
  let failed = 0;
  for (let row: usize = 0, rows = <usize>job.rowCount; row < rows; row++) {
    const from = <usize>load<u32>(job.starts + (row << 2));
    const to = <usize>load<u32>(job.starts + (row << 2), 4);
    if (!(job.flags & CONTINUED)) sums.reset();
    accumulate<F, T>(job, from, to, sums);
    if (job.flags & UNFINISHED) return 0;
    let state = SOLVED;
    if (sums.count == 0) clear<F>(job, row);
    else state = solve<F, T>(job, row, sums);
    if (state != SOLVED) {
      clear<F>(job, row);
      failed++;
    }
    store<i32>(job.states + (row << 2), state);
  }
  return failed;
}
