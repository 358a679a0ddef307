// Rows by subspaces (iALS++, Rendle, Krichene, Zhang and Koren 2021): blocks of `steps` factors in turn, each solved exactly
// with all else of the row as it stands, bias included. A block costs the Gram of its own columns only, so K of 512 and more
// come within reach. All blocks of a row are solved in one visit: what is kept of a rating is kept for one row.
//
// One pass over the row's ratings for each block. It first brings residuals up to what the block before has changed, then sums
// A = Σ a u uᵀ and g = Σ ρ u over the block's columns. With ρ = d − a·e, e = u·x + b (targets.ts), the change of x is the
// solution for g − βGx − λx, and lowers the loss by exactly what solving takes off it.
import { addTile } from "./accumulate";
import { BASE_HEAD, BaseHead } from "./base";
import { SOLVED, systemRowBytes } from "./cholesky";
import { CONTINUED, PIECE, RowJob, UNFINISHED } from "./job";
import { settle, writeSums } from "./outcome";
import { multiplyRows } from "./products";
import { dot } from "./score";
import { addBase, solveSystem } from "./system";
import { offsetOf, preferenceOf, weightOf } from "./targets";
import { diagonalAt, gAt, pad, RowSums, solutionAt, targetsAt, tileAt, tileRowsOf, weightsAt } from "./workspace";

/** The block of a pass begins here, ... */
// @ts-ignore: decorator
@inline
function beginOf(job: RowJob, pass: i32): i32 {
  return min(pass * job.steps, job.factors);
}

/** ... its system at the multiple of 4 before, so that vectors stay aligned, ... */
// @ts-ignore: decorator
@inline
function firstOf(job: RowJob, pass: i32): i32 {
  return beginOf(job, pass) & ~3;
}

/** ... and has so many columns. */
// @ts-ignore: decorator
@inline
function widthOf(job: RowJob, pass: i32): i32 {
  return pad(beginOf(job, pass + 1)) - firstOf(job, pass);
}

/**
 * Adds ratings [from, to) of the call to the sums of the pass's block. The first pass finds residuals from where the row
 * stands, and its loss over rated pairs, Σ c(p − m − e)² − β₀(m + e)²; the others take off what the last block has changed.
 */
function addRatings<T>(job: RowJob, row: usize, pass: i32, from: usize, to: usize, sums: RowSums): void {
  const padded = pad(job.factors);
  const rowBytes = <usize>padded * sizeof<T>();
  const targets = targetsAt<T>(job.workspace, padded);
  const weights = weightsAt<T>(job.workspace, padded);
  const tileRows = <usize>tileRowsOf<T>(widthOf(job, pass));
  const last = pass - 1;
  const begins = pass == 0;
  const moved = begins ? job.solved + row * rowBytes : solutionAt<T>(job.workspace, padded);
  const skipped: usize = begins ? <usize>0 : <usize>firstOf(job, last) * sizeof<T>();
  const width = begins ? rowBytes : <usize>widthOf(job, last) * sizeof<T>();
  let b = begins ? 0 : sums.bias;
  if (begins && job.solvedBiases) b = load<f64>(job.solvedBiases + (row << 3));
  let terms = job.terms + (<usize>job.position << 4);
  while (from < to) {
    const rows = min<usize>(to - from, tileRows);
    multiplyRows<T>(job.fixed + skipped, rowBytes, job.columns + (from << 2), rows, moved, width, weights);
    let negative = false;
    for (let i: usize = 0; i < rows; i++) {
      const e = b + <f64>load<T>(weights + i * sizeof<T>());
      let a = load<f64>(terms);
      let rest = load<f64>(terms, 8) - a * e;
      if (begins) {
        const c = weightOf(job, from + i);
        const predicted = offsetOf(job, from + i) + e;
        const error = preferenceOf(job, from + i) - predicted;
        a = c - job.observedBase;
        rest = c * error + job.observedBase * predicted;
        sums.squares += c * error * error - job.observedBase * predicted * predicted;
        sums.weight += a;
        store<f64>(terms, a);
      }
      store<f64>(terms, rest, 8);
      sums.targets += rest;
      store<T>(weights + i * sizeof<T>(), <T>a);
      store<T>(targets + i * sizeof<T>(), <T>rest);
      negative = negative || a < 0;
      terms += 16;
    }
    addTile<T, T>(job, from, rows, firstOf(job, pass), widthOf(job, pass), negative, sums);
    from += rows;
  }
}

/** `width` numbers of βG·x from factor `first` on, into `out`. */
function multiplyBase<T>(job: RowJob, first: i32, width: i32, x: usize, out: usize): void {
  const padded = pad(job.factors);
  const indices = tileAt<T>(job.workspace, padded);
  for (let k = 0; k < width; k++) store<i32>(indices + (<usize>k << 2), first + k);
  const rows = job.base + BASE_HEAD;
  multiplyRows<T>(rows, systemRowBytes<T>(padded), indices, width, x, <usize>padded * sizeof<T>(), out);
}

/** Σ over the factors of x times one of the columns behind the matrix that all pairs add: 0 for −β·Σm·u, 1 for β·Σu. */
function baseColumn<T>(job: RowJob, x: usize, column: usize): f64 {
  const padded = <usize>pad(job.factors);
  const baseBytes = systemRowBytes<T>(<i32>padded);
  const behind = job.base + BASE_HEAD + (padded + column) * sizeof<T>();
  let sum: f64 = 0;
  for (let k: usize = 0; k < padded; k++) {
    sum += <f64>load<T>(x + k * sizeof<T>()) * <f64>load<T>(behind + k * baseBytes);
  }
  return sum;
}

/** The loss of a row over all pairs, and what it is charged, at x and b as they stand before any block. */
function addFirstLoss<T>(job: RowJob, x: usize, b: f64, lambda: f64, sums: RowSums): void {
  const padded = pad(job.factors);
  sums.squares += lambda * dot<T>(x, x, padded) + job.biasLambda * b * b;
  if (!job.base) return;
  const head = changetype<BaseHead>(job.base);
  const product = diagonalAt<T>(job.workspace, padded);
  multiplyBase<T>(job, 0, padded, x, product);
  sums.squares += head.squares + dot<T>(x, product, padded);
  if (!job.solvedBiases) return;
  sums.weight += head.weight;
  sums.squares += 2 * (b * baseColumn<T>(job, x, 1) - baseColumn<T>(job, x, 0)) + b * (head.weight * b - 2 * head.targets);
}

/** Solves the pass's block, whose sums are complete, and moves the row and its bias; returns a state. */
function solveBlock<T>(job: RowJob, row: usize, pass: i32, sums: RowSums): i32 {
  const padded = pad(job.factors);
  const first = firstOf(job, pass);
  const width = widthOf(job, pass);
  const x = job.solved + row * <usize>padded * sizeof<T>();
  const biasAt = job.solvedBiases + (row << 3);
  const b = job.solvedBiases ? load<f64>(biasAt) : 0;
  const lambda = load<f64>(job.lambdas + (row << 3));
  const g = gAt<T>(job.workspace, padded);
  const block = x + <usize>first * sizeof<T>();
  const bytes = <usize>width * sizeof<T>();
  const change = solutionAt<T>(job.workspace, padded);

  if (pass == 0) addFirstLoss<T>(job, x, b, lambda, sums);
  // Until the system is solved, `change` holds what pulls back: the gradient is g less that.
  memory.fill(change, 0, bytes);
  if (job.base) {
    multiplyBase<T>(job, first, width, x, change);
    addBase<T>(job, first, width);
    if (job.solvedBiases) {
      const head = changetype<BaseHead>(job.base);
      sums.targets += head.targets - baseColumn<T>(job, x, 1) - head.weight * b;
      const baseBytes = systemRowBytes<T>(padded);
      let sum = job.base + BASE_HEAD + <usize>first * baseBytes + <usize>(padded + 1) * sizeof<T>();
      for (let at: usize = 0; at < bytes; at += sizeof<T>(), sum += baseBytes) {
        store<T>(change + at, load<T>(change + at) + <T>b * load<T>(sum));
      }
    }
  }
  sums.targets -= job.biasLambda * b;
  for (let at: usize = 0; at < bytes; at += sizeof<T>()) {
    store<T>(g + at, load<T>(g + at) - (load<T>(change + at) + <T>lambda * load<T>(block + at)));
  }
  const begin = beginOf(job, pass);
  const state = solveSystem<T>(job, first, width, begin - first, beginOf(job, pass + 1) - first, lambda, sums, change);
  if (state != SOLVED) return state;
  for (let at: usize = 0; at < bytes; at += 16) {
    // What x changes by after rounding is what residuals must follow.
    const old = v128.load(block + at);
    const moved = v128.add<T>(old, v128.load(change + at));
    v128.store(block + at, moved);
    v128.store(change + at, v128.sub<T>(moved, old));
  }
  if (job.solvedBiases) store<f64>(biasAt, b + sums.bias);
  return SOLVED;
}

/** Goes through all blocks of each of the call's rows once; returns how many rows are not SOLVED (their states say why). */
export function blockRows<T>(job: RowJob): i32 {
  const sums = changetype<RowSums>(job.workspace);
  const piece = (job.flags & PIECE) != 0;
  const passes = (job.factors + job.steps - 1) / job.steps;
  const last = piece ? job.pass + 1 : passes;
  let failed = 0;
  for (let row: usize = 0, rows = <usize>job.rowCount; row < rows; row++) {
    const from = <usize>load<u32>(job.starts + (row << 2));
    const to = <usize>load<u32>(job.starts + (row << 2), 4);
    const begins = !(job.flags & CONTINUED);
    if (begins && (!piece || job.pass == 0)) sums.reset();
    for (let pass = piece ? job.pass : 0; pass < last && sums.state == SOLVED; pass++) {
      if (begins) sums.count = sums.targets = 0;
      addRatings<T>(job, row, pass, from, to, sums);
      if (!(job.flags & UNFINISHED) && sums.count != 0) sums.state = solveBlock<T>(job, row, pass, sums);
    }
    if (job.flags & UNFINISHED || last < passes) return 0;
    let state = <i32>sums.state;
    if (sums.count != 0 && state == SOLVED) state = writeSums<T, T>(job, row, sums);
    failed += settle<T>(job, row, sums, state);
  }
  return failed;
}
