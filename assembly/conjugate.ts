// Rows by conjugate gradient (Hestenes and Stiefel 1952), a few steps from where each row stands: A x = g with
// A = Σ a uuᵀ + βG + λI is only ever multiplied by a vector, as Σ a (uᵀp) u, so a row costs one pass over its ratings for the
// first residual and one a step. A bias b is one more unknown, kept beside the vectors; uᵀp then stands for uᵀp + p_b.
import { BASE_HEAD, BaseHead } from "./base";
import { DOUBTFUL, NOT_FINITE, SOLVED, systemRowBytes } from "./cholesky";
import { CONTINUED, JACOBI, PIECE, RowJob, UNFINISHED } from "./job";
import { finite, multiplyAdd, sumLanes } from "./lanes";
import { addRows, addSquares, multiplyRows } from "./products";
import { clear } from "./rows";
import { dot } from "./score";
import { writeTerms } from "./targets";
import {
  checkAt, diagonalAt, gAt, pad, RowSums, solutionAt, sAt, systemAt, targetsAt, tileAt, TILE_ROWS, weightsAt,
} from "./workspace";

/** What a row carries from pass to pass and from call to call, beside its vectors. */
@unmanaged
class Progress {
  /** J of the row as it stood. */
  start: f64;
  /** What its steps have taken off J. */
  gain: f64;
  /** rᵀz: z is r, divided by the diagonal M of A where that is asked for. */
  rho: f64;
  /** ρ that counts as solved. */
  enough: f64;
  /** pᵀAp, while a pass sums it. */
  curvature: f64;
  /** pᵀMp, and the largest pᵀAp / pᵀMp so far. */
  size: f64;
  steepest: f64;
  /** The bias' entries of r, p, q and of the diagonal. */
  r: f64;
  p: f64;
  q: f64;
  diagonal: f64;
  /** No step is left to take. */
  done: bool;
}

const PROGRESS_BYTES: usize = 128;

/** ‖r‖ of a solved row relative to ‖g‖ (both divided as z is), squared: what rounding of r leaves meaningful. */
// @ts-ignore: decorator
@inline
function toleranceSquared<T>(): f64 {
  return sizeof<T>() == 8 ? 1e-26 : 6e-14;
}

/** Curvature relative to the largest that is nothing but rounding. */
// @ts-ignore: decorator
@inline
function flat<T>(): f64 {
  return sizeof<T>() == 8 ? 4.5e-16 : 2.4e-7;
}

// @ts-ignore: decorator
@inline
function progressOf<T>(job: RowJob, padded: i32): Progress {
  return changetype<Progress>(tileAt<T>(job.workspace, padded));
}

// @ts-ignore: decorator
@inline
function qAt<T>(workspace: usize, padded: i32): usize {
  return tileAt<T>(workspace, padded) + PROGRESS_BYTES;
}

// Vectors in places that are other solvers'.
// @ts-ignore: decorator
@inline
function rAt<T>(workspace: usize, padded: i32): usize {
  return sAt<T>(workspace, padded);
}

// @ts-ignore: decorator
@inline
function pAt<T>(workspace: usize, padded: i32): usize {
  return solutionAt<T>(workspace, padded);
}

/** xᵀy in float64. */
function product<T>(x: usize, y: usize, padded: i32): f64 {
  return dot<T>(x, y, padded);
}

/** y = αx + βy. */
function blend<T>(alpha: f64, x: usize, beta: f64, y: usize, width: usize): void {
  const a = v128.splat<T>(<T>alpha);
  const b = v128.splat<T>(<T>beta);
  for (const end = y + width; y < end; x += 16, y += 16) {
    v128.store(y, multiplyAdd<T>(a, v128.load(x), v128.mul<T>(b, v128.load(y))));
  }
}

/** z = M⁻¹r. */
function divide<T>(r: usize, diagonal: usize, z: usize, width: usize): void {
  for (let at: usize = 0; at < width; at += 16) {
    v128.store(z + at, v128.div<T>(v128.load(r + at), v128.load(diagonal + at)));
  }
}

/** q = (βG + λI)p and its share of pᵀAp; in the first pass less the base's right-hand side, for J of the row as it stands. */
function begin<T>(job: RowJob, first: bool, lambda: f64, p: usize, padded: i32): void {
  const workspace = job.workspace;
  const row = progressOf<T>(job, padded);
  const width = <usize>padded * sizeof<T>();
  const q = qAt<T>(workspace, padded);
  const g = gAt<T>(workspace, padded);
  if (first) memory.fill(g, 0, width);
  if (job.base) {
    const indices = systemAt<T>(workspace, padded);
    multiplyRows<T>(job.base + BASE_HEAD, systemRowBytes<T>(padded), indices, padded, p, width, q);
  } else {
    memory.fill(q, 0, width);
  }
  blend<T>(lambda, p, 1, q, width);
  row.curvature = product<T>(p, q, padded);
  row.q = 0;
  if (!job.solvedBiases) {
    if (first && job.base) row.start = changetype<BaseHead>(job.base).squares;
    return;
  }
  // The border, and right-hand sides.
  let corner = job.biasLambda;
  let sum: f64 = 0, right: f64 = 0;
  if (job.base) {
    const head = changetype<BaseHead>(job.base);
    corner += head.weight;
    for (let k: usize = 0; k < <usize>padded; k++) {
      const behind = job.base + BASE_HEAD + k * systemRowBytes<T>(padded) + width;
      const at = k * sizeof<T>();
      const s = <f64>load<T>(behind + sizeof<T>());
      const x = <f64>load<T>(p + at);
      let own = <f64>load<T>(q + at) + row.p * s;
      sum += s * x;
      if (first) {
        const h = <f64>load<T>(behind);
        right += h * x;
        own -= h;
        store<T>(g + at, <T>h);
      }
      store<T>(q + at, <T>own);
    }
    if (first) {
      row.start = head.squares - 2 * (right + head.targets * row.p);
      row.q = -head.targets;
    }
  }
  row.curvature += row.p * (2 * sum + corner * row.p);
  row.q += sum + corner * row.p;
}

/**
 * A tile's e = uᵀp (+ p_b) in place to f = a·e − d, with d only in the first pass; adds Σ e(f − d) and Σf: pᵀAp and q_b, or J
 * but for Σq and −r_b.
 */
function weigh<T>(row: Progress, e: usize, a: usize, d: usize, count: usize): void {
  const shift = v128.splat<T>(<T>row.p);
  let low = f64x2.splat(0), high = low, sum = low, more = low;
  const end = count * sizeof<T>();
  let at: usize = 0;
  for (; at + 16 <= end; at += 16) {
    const own = v128.add<T>(v128.load(e + at), shift);
    const target = d ? v128.load(d + at) : v128.splat<T>(<T>0);
    const f = v128.sub<T>(v128.mul<T>(v128.load(a + at), own), target);
    const rest = v128.sub<T>(f, target);
    v128.store(e + at, f);
    if (sizeof<T>() == 8) {
      low = f64x2.add(low, f64x2.mul(own, rest));
      sum = f64x2.add(sum, f);
    } else {
      low = f64x2.add(low, f64x2.mul(f64x2.promote_low_f32x4(own), f64x2.promote_low_f32x4(rest)));
      sum = f64x2.add(sum, f64x2.promote_low_f32x4(f));
      const ownHigh = v128.shuffle<f32>(own, own, 2, 3, 2, 3);
      const restHigh = v128.shuffle<f32>(rest, rest, 2, 3, 2, 3);
      high = f64x2.add(high, f64x2.mul(f64x2.promote_low_f32x4(ownHigh), f64x2.promote_low_f32x4(restHigh)));
      more = f64x2.add(more, f64x2.promote_low_f32x4(v128.shuffle<f32>(f, f, 2, 3, 2, 3)));
    }
  }
  let squares = sumLanes<f64>(f64x2.add(low, high));
  let total = sumLanes<f64>(f64x2.add(sum, more));
  for (; at < end; at += sizeof<T>()) {
    const own = load<T>(e + at) + <T>row.p;
    const target = d ? load<T>(d + at) : <T>0;
    const f = load<T>(a + at) * own - target;
    squares += <f64>own * <f64>(f - target);
    total += <f64>f;
    store<T>(e + at, f);
  }
  const whole = ((count + 3) & ~3) * sizeof<T>();
  memory.fill(e + end, 0, whole - end);
  row.curvature += squares;
  row.q += total;
}

/** Takes ratings [from, to) of the call, which begin at `place` of the row, through the pass. */
function passRatings<T>(job: RowJob, from: usize, to: usize, place: usize, pass: i32, p: usize, padded: i32): void {
  const first = pass == 0;
  const workspace = job.workspace;
  const row = progressOf<T>(job, padded);
  const width = <usize>padded * sizeof<T>();
  const q = qAt<T>(workspace, padded);
  const e = weightsAt<T>(workspace, padded);
  const targets = targetsAt<T>(workspace, padded);
  while (from < to) {
    const count = min<usize>(to - from, TILE_ROWS);
    const columns = job.columns + (from << 2);
    const a = job.terms + place * sizeof<T>();
    if (first) writeTerms<T>(job, from, count, targets, a, changetype<RowSums>(workspace));
    multiplyRows<T>(job.fixed, width, columns, count, p, width, e);
    weigh<T>(row, e, a, first ? targets : 0, count);
    // The last step needs pᵀAp alone.
    if (pass < job.steps) addRows<T>(job.fixed, width, columns, count, e, q, width);
    if (first) {
      memory.fill(targets + count * sizeof<T>(), 0, (-count & 3) * sizeof<T>());
      addRows<T>(job.fixed, width, columns, count, targets, gAt<T>(workspace, padded), width);
      if (job.flags & JACOBI) {
        addSquares<T>(job.fixed, columns, count, a, diagonalAt<T>(workspace, padded), width);
      }
    }
    place += count;
    from += count;
  }
}

/** M: the diagonal of A, once the first pass has summed Σ a u²; 1 where it adds nothing, in columns that pad. */
function completeDiagonal<T>(job: RowJob, row: Progress, lambda: f64, padded: i32): void {
  const diagonal = diagonalAt<T>(job.workspace, padded);
  for (let k: usize = 0; k < <usize>padded; k++) {
    const at = diagonal + k * sizeof<T>();
    let own = load<T>(at) + <T>lambda;
    if (job.base) own += load<T>(job.base + BASE_HEAD + k * (systemRowBytes<T>(padded) + sizeof<T>()));
    store<T>(at, own > 0 ? own : <T>1);
  }
  row.diagonal = changetype<RowSums>(job.workspace).weight + job.biasLambda;
  if (job.base) row.diagonal += changetype<BaseHead>(job.base).weight;
  if (!(row.diagonal > 0)) row.diagonal = 1;
}

/** x += αp and r −= αq along the direction p. Tells whether r is worth another direction. */
function step<T>(job: RowJob, row: Progress, x: usize, bias: usize, last: bool, padded: i32): bool {
  const workspace = job.workspace;
  const width = <usize>padded * sizeof<T>();
  const steepness = row.curvature / row.size;
  if (steepness > row.steepest) row.steepest = steepness;
  const alpha = row.rho / row.curvature;
  if (!finite(row.curvature)) {
    row.start = NaN;
    return false;
  }
  if (!(steepness > flat<T>() * row.steepest) || !finite(alpha)) return false;
  blend<T>(alpha, pAt<T>(workspace, padded), 1, x, width);
  if (bias) store<f64>(bias, load<f64>(bias) + alpha * row.p);
  row.gain += alpha * row.rho;
  if (last) return false;
  blend<T>(-alpha, qAt<T>(workspace, padded), 1, rAt<T>(workspace, padded), width);
  row.r -= alpha * row.q;
  return true;
}

/** Ends a pass: takes its step, and turns what is left of r into the next direction. */
function finish<T>(job: RowJob, lambda: f64, x: usize, bias: usize, pass: i32, padded: i32): void {
  const workspace = job.workspace;
  const row = progressOf<T>(job, padded);
  const width = <usize>padded * sizeof<T>();
  const r = rAt<T>(workspace, padded);
  const p = pAt<T>(workspace, padded);
  const diagonal = diagonalAt<T>(workspace, padded);
  const jacobi = (job.flags & JACOBI) != 0;
  const z = jacobi ? checkAt<T>(workspace, padded) : r;
  if (pass == 0) {
    row.start += row.curvature + changetype<RowSums>(workspace).squares;
    memory.fill(r, 0, width);
    memory.fill(p, 0, width);
    blend<T>(-1, qAt<T>(workspace, padded), 1, r, width);
    row.r = -row.q;
    row.p = 0;
    if (jacobi) completeDiagonal<T>(job, row, lambda, padded);
    // ‖g‖, divided as z is.
    const g = gAt<T>(workspace, padded);
    let divided = g;
    if (jacobi) {
      divided = z;
      divide<T>(g, diagonal, z, width);
    }
    row.enough = product<T>(g, divided, padded);
    if (bias) {
      let right = changetype<RowSums>(workspace).targets;
      if (job.base) right += changetype<BaseHead>(job.base).targets;
      row.enough += right * right / row.diagonal;
    }
    row.enough *= toleranceSquared<T>();
  } else if (!step<T>(job, row, x, bias, pass == job.steps, padded)) {
    row.done = true;
    return;
  }
  if (jacobi) divide<T>(r, diagonal, z, width);
  const zBias = row.r / row.diagonal;
  const rho = product<T>(r, z, padded) + row.r * zBias;
  const beta = pass == 0 ? 0 : rho / row.rho;
  blend<T>(1, z, beta, p, width);
  row.p = zBias + beta * row.p;
  row.size = rho + beta * beta * row.size;
  row.rho = rho;
  if (!(rho > row.enough)) row.done = true;
}

/** Sums and state of a row that has gone through its passes. */
function conclude<T>(job: RowJob, at: usize, lambda: f64, x: usize, padded: i32): i32 {
  const row = progressOf<T>(job, padded);
  const norm = product<T>(x, x, padded);
  let penalty = lambda * norm;
  if (job.solvedBiases) {
    const b = load<f64>(job.solvedBiases + (at << 3));
    penalty += job.biasLambda * b * b;
  }
  const out = job.sums + at * 24;
  store<f64>(out, row.start);
  store<f64>(out, row.gain, 8);
  store<f64>(out, penalty, 16);
  if (finite(row.start) && finite(row.gain) && finite(penalty)) return SOLVED;
  return sizeof<T>() == 4 ? DOUBTFUL : NOT_FINITE;
}

/** Takes the call's rows through `steps` steps, or its piece of a row through one pass; returns how many are not SOLVED. */
export function conjugateRows<T>(job: RowJob): i32 {
  const padded = pad(job.factors);
  const width = <usize>padded * sizeof<T>();
  const row = progressOf<T>(job, padded);
  const sums = changetype<RowSums>(job.workspace);
  const piece = (job.flags & PIECE) != 0;
  const begins = !(job.flags & CONTINUED);
  const indices = systemAt<T>(job.workspace, padded);
  for (let k = 0; k < padded; k++) store<u32>(indices + (k << 2), k);
  let failed = 0;
  for (let at: usize = 0, rows = <usize>job.rowCount; at < rows; at++) {
    const from = <usize>load<u32>(job.starts + (at << 2));
    const to = <usize>load<u32>(job.starts + (at << 2), 4);
    const x = job.solved + at * width;
    const bias = job.solvedBiases ? job.solvedBiases + (at << 3) : 0;
    const lambda = load<f64>(job.lambdas + (at << 3));
    let state = SOLVED;
    if (from == to) {
      clear<T>(job, at);
    } else {
      let pass = job.pass;
      for (const end = piece ? pass : job.steps; pass <= end; pass++) {
        if (pass == 0 && begins) {
          sums.reset();
          memory.fill(changetype<usize>(row), 0, PROGRESS_BYTES);
          memory.fill(diagonalAt<T>(job.workspace, padded), 0, width);
          row.diagonal = 1;
          if (bias) row.p = load<f64>(bias);
        }
        if (row.done) continue;
        const p = pass == 0 ? x : pAt<T>(job.workspace, padded);
        if (begins) begin<T>(job, pass == 0, lambda, p, padded);
        passRatings<T>(job, from, to, <usize>job.position, pass, p, padded);
        if (!(job.flags & UNFINISHED)) finish<T>(job, lambda, x, bias, pass, padded);
      }
      if (job.flags & UNFINISHED || pass <= job.steps) return 0;
      state = conclude<T>(job, at, lambda, x, padded);
    }
    if (state != SOLVED) {
      clear<T>(job, at);
      failed++;
    }
    store<i32>(job.states + (at << 2), state);
  }
  return failed;
}
