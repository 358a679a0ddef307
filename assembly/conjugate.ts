// Rows by conjugate gradient (Hestenes and Stiefel 1952), a few steps from where each row stands: A x = g with
// A = Σ a uuᵀ + βG + λI is only ever multiplied by a vector, as Σ a (uᵀp) u, so a row costs one pass over its ratings for the
// first residual and one a step. A bias b is one more unknown, kept beside the vectors; uᵀp then stands for uᵀp + p_b.
//
// Nothing here but loops over ratings depends on the precision of factors, so it is compiled once for both.
import { BASE_HEAD, BaseHead } from "./base";
import { DOUBTFUL, NOT_FINITE, SOLVED, systemRowBytes } from "./cholesky";
import { CONTINUED, JACOBI, PIECE, RowJob, UNFINISHED } from "./job";
import { finite } from "./lanes";
import { addRows, addSquares, multiplyRows, sum, weigh } from "./products";
import { clear } from "./outcome";
import { writeTerms } from "./targets";
import { blend, divide, numberAt, product, setNumber } from "./vectors";
import { pad, RowSums, systemAt, targetsAt, tileAt, weightsAt } from "./workspace";

/** ‖r‖ of a solved row relative to ‖g‖ at most, both in the norm of M⁻¹: rounding leaves no more of r. */
const ENOUGH: f64 = 1e-13;
const ENOUGH_32: f64 = 2.4e-7;
/** pᵀAp / pᵀMp relative to the largest of the row's that is nothing but rounding. */
const FLAT: f64 = 4.4e-16;
const FLAT_32: f64 = 2.4e-7;

/**
 * Ratings that pass both ways before the next ones do. Divides TILE_ROWS, where rows may be cut; fewer than a tile, so that what
 * waits for memory and what adds up overlap.
 */
const AT_ONCE: usize = 32;

// Where a row's vectors stand, behind the Row: other solvers have their tile there.
const ROW_BYTES: usize = 192;
const R: usize = 0;
const Z: usize = 1;
const P: usize = 2;
const Q: usize = 3;
const M: usize = 4;

/** A row on its way: kept from pass to pass, and from call to call where its ratings come in pieces. */
@unmanaged
class Row {
  job: RowJob;
  sums: RowSums;
  /** Are factors float64? */
  wide: bool;
  /** There is no step left to take. */
  done: bool;
  padded: i32;
  /** Bytes of a vector. */
  width: usize;
  /** Addresses of the row's factors, and of its bias or 0. */
  x: usize;
  bias: usize;
  lambda: f64;
  /** J of the row as it stood. */
  start: f64;
  /** What its steps have taken off J. */
  gain: f64;
  /** rᵀM⁻¹r: M is the diagonal of A, or the identity. */
  rho: f64;
  /** ρ that counts as solved. */
  enough: f64;
  /** pᵀAp, while a pass sums it; in the first pass, where p = x, what of J is not in Σq. */
  curvature: f64;
  /** pᵀMp, and the largest pᵀAp / pᵀMp so far. */
  size: f64;
  steepest: f64;
  /** What r, p, q and M have for the bias. */
  r: f64;
  p: f64;
  q: f64;
  diagonal: f64;

  vector(index: usize): usize {
    return changetype<usize>(this) + ROW_BYTES + index * (<usize>this.padded << 3);
  }

  /** Row k of the matrix of all pairs. */
  baseRow(k: usize): usize {
    const rowBytes = this.wide ? systemRowBytes<f64>(this.padded) : systemRowBytes<f32>(this.padded);
    return this.job.base + BASE_HEAD + k * rowBytes;
  }
}

/** Ratings [from, to) of the call, which begin at `place` of the row: q += Σ a (uᵀp) u, and in the first pass less g. */
function passRatings<T>(row: Row, from: usize, to: usize, place: usize, pass: i32, p: usize): void {
  const job = row.job;
  const first = pass == 0;
  const width = row.width;
  const e = weightsAt<f64>(job.workspace, row.padded);
  const targets = targetsAt<f64>(job.workspace, row.padded);
  while (from < to) {
    const count = min<usize>(to - from, AT_ONCE);
    const columns = job.columns + (from << 2);
    const a = job.terms + place * sizeof<T>();
    if (first) writeTerms<T>(job, from, count, targets, a, row.sums);
    multiplyRows<T>(job.fixed, width, columns, count, p, width, e);
    row.curvature += weigh<T>(e, <T>row.p, a, first ? targets : 0, count);
    if (row.bias) row.q += sum<T>(e, count);
    // All that the last step needs of this pass is pᵀAp.
    if (pass < job.steps) addRows<T>(job.fixed, width, columns, count, e, row.vector(Q), width);
    if (first && job.flags & JACOBI) addSquares<T>(job.fixed, width, columns, count, a, row.vector(M));
    place += count;
    from += count;
  }
}

/** What does not come from ratings: q = (βG + λI)p and pᵀq, in the first pass less the right-hand side. */
function begin(row: Row, first: bool, p: usize): void {
  const job = row.job;
  const wide = row.wide;
  const padded = row.padded;
  const q = row.vector(Q);
  memory.fill(q, 0, row.width);
  if (job.base) {
    const indices = systemAt<f64>(job.workspace, padded);
    for (let k = 0; k < padded; k++) store<u32>(indices + (k << 2), k);
    if (wide) multiplyRows<f64>(row.baseRow(0), row.baseRow(1) - row.baseRow(0), indices, padded, p, row.width, q);
    else multiplyRows<f32>(row.baseRow(0), row.baseRow(1) - row.baseRow(0), indices, padded, p, row.width, q);
  }
  blend(wide, row.lambda, p, 1, q, row.width);
  row.curvature = product(wide, p, q, padded);
  row.q = 0;
  const head = changetype<BaseHead>(job.base);
  if (!row.bias) return;
  let corner = job.biasLambda;
  let border: f64 = 0, right: f64 = 0;
  if (job.base) {
    corner += head.weight;
    for (let k: usize = 0; k < <usize>padded; k++) {
      const behind = row.baseRow(k) + row.width;
      const s = numberAt(wide, behind, 1);
      const x = numberAt(wide, p, k);
      border += s * x;
      let own = numberAt(wide, q, k) + s * row.p;
      if (first) {
        const h = numberAt(wide, behind, 0);
        right += h * x;
        own -= h;
      }
      setNumber(wide, q, k, own);
    }
    if (first) {
      row.curvature -= 2 * (right + head.targets * row.p);
      row.q = -head.targets;
    }
  }
  row.curvature += row.p * (2 * border + corner * row.p);
  row.q += border + corner * row.p;
}

/** What the first pass has found: J, M, r = −q, and how small r is to become. */
function open(row: Row): void {
  const job = row.job;
  const wide = row.wide;
  const m = row.vector(M);
  const jacobi = (job.flags & JACOBI) != 0;
  let size: f64 = 0;
  for (let k: usize = 0; k < <usize>row.padded; k++) {
    let own: f64 = 1;
    if (jacobi) {
      own = numberAt(wide, m, k) + row.lambda;
      if (job.base) own += numberAt(wide, row.baseRow(k), k);
      if (!(own > 0)) own = 1;
    }
    setNumber(wide, m, k, own);
    const x = numberAt(wide, row.x, k);
    size += own * x * x;
  }
  row.start = row.curvature + row.sums.squares;
  let corner = row.sums.weight + job.biasLambda;
  if (job.base) {
    const head = changetype<BaseHead>(job.base);
    row.start += head.squares;
    corner += head.weight;
  }
  row.diagonal = jacobi && corner > 0 ? corner : 1;
  size += row.diagonal * row.p * row.p;
  memory.fill(row.vector(R), 0, row.width);
  blend(wide, -1, row.vector(Q), 1, row.vector(R), row.width);
  row.r = -row.q;
  // ‖g‖ would take a sum of its own over the ratings. What is known by now is J but for Σq, xᵀAx − 2gᵀx, and xᵀr, and from
  // both gᵀx: no more than ‖g‖‖x‖. From x = 0 on, r is g.
  const right = row.curvature + product(wide, row.x, row.vector(R), row.padded) + row.r * row.p;
  row.enough = size > 0 ? (right * right) / size : -1;
  memory.fill(row.vector(P), 0, row.width);
  row.p = 0;
}

/** x += αp, r −= αq. Tells whether r is wanted for another direction. */
function step(row: Row, last: bool): bool {
  if (!finite(row.curvature)) {
    row.start = NaN;
    return false;
  }
  const steepness = row.curvature / row.size;
  if (steepness > row.steepest) row.steepest = steepness;
  const alpha = row.rho / row.curvature;
  if (!(steepness > (row.wide ? FLAT : FLAT_32) * row.steepest) || !finite(alpha)) return false;
  blend(row.wide, alpha, row.vector(P), 1, row.x, row.width);
  if (row.bias) store<f64>(row.bias, load<f64>(row.bias) + alpha * row.p);
  row.gain += alpha * row.rho;
  if (last) return false;
  blend(row.wide, -alpha, row.vector(Q), 1, row.vector(R), row.width);
  row.r -= alpha * row.q;
  return true;
}

/** Ends a pass over the row's ratings: takes its step, and makes the next direction of what is left. */
function finish(row: Row, pass: i32): void {
  if (pass == 0) {
    open(row);
  } else if (!step(row, pass == row.job.steps)) {
    row.done = true;
    return;
  }
  const z = row.vector(Z);
  divide(row.wide, row.vector(R), row.vector(M), z, row.width);
  const own = row.bias ? row.r / row.diagonal : 0;
  const rho = product(row.wide, row.vector(R), z, row.padded) + row.r * own;
  const beta = pass == 0 ? 0 : rho / row.rho;
  blend(row.wide, 1, z, beta, row.vector(P), row.width);
  row.p = own + beta * row.p;
  row.size = rho + beta * beta * row.size;
  row.rho = rho;
  if (pass == 0) row.enough = (row.enough < 0 ? rho : row.enough) * (row.wide ? ENOUGH * ENOUGH : ENOUGH_32 * ENOUGH_32);
  row.done = !(rho > row.enough);
}

/** Sums and state of a row that has been through all passes. */
function conclude(row: Row, out: usize): i32 {
  let penalty = row.lambda * product(row.wide, row.x, row.x, row.padded);
  if (row.bias) {
    const b = load<f64>(row.bias);
    penalty += row.job.biasLambda * b * b;
  }
  store<f64>(out, row.start);
  store<f64>(out, row.gain, 8);
  store<f64>(out, penalty, 16);
  if (finite(row.start) && finite(row.gain) && finite(penalty)) return SOLVED;
  return row.wide ? NOT_FINITE : DOUBTFUL;
}

/**
 * Takes the call's rows through `job.steps` steps, or its piece of a row through the pass `job.pass`: the first finds r, each of
 * the others takes a step. Returns how many rows are not SOLVED.
 */
export function conjugateRows(job: RowJob, wide: bool): i32 {
  const padded = pad(job.factors);
  const row = changetype<Row>(tileAt<f64>(job.workspace, padded));
  const begins = !(job.flags & CONTINUED);
  const last = job.flags & PIECE ? job.pass : job.steps;
  row.job = job;
  row.sums = changetype<RowSums>(job.workspace);
  row.wide = wide;
  row.padded = padded;
  row.width = <usize>padded << (wide ? 3 : 2);
  let failed = 0;
  for (let at: usize = 0, rows = <usize>job.rowCount; at < rows; at++) {
    const from = <usize>load<u32>(job.starts + (at << 2));
    const to = <usize>load<u32>(job.starts + (at << 2), 4);
    row.x = job.solved + at * row.width;
    row.bias = job.solvedBiases ? job.solvedBiases + (at << 3) : 0;
    row.lambda = load<f64>(job.lambdas + (at << 3));
    let state = SOLVED;
    if (from < to) {
      for (let pass = job.pass; pass <= last; pass++) {
        if (pass == 0 && begins) {
          row.sums.reset();
          row.done = false;
          row.gain = 0;
          row.rho = 0;
          row.size = 0;
          row.steepest = 0;
          row.p = row.bias ? load<f64>(row.bias) : 0;
          memory.fill(row.vector(M), 0, row.width);
        }
        if (row.done) continue;
        const p = pass == 0 ? row.x : row.vector(P);
        if (begins) begin(row, pass == 0, p);
        if (wide) passRatings<f64>(row, from, to, <usize>job.position, pass, p);
        else passRatings<f32>(row, from, to, <usize>job.position, pass, p);
        if (!(job.flags & UNFINISHED)) finish(row, pass);
      }
      if (job.flags & UNFINISHED || last < job.steps) return 0;
      state = conclude(row, job.sums + at * 24);
    }
    if (from == to || state != SOLVED) {
      if (wide) clear<f64>(job, at);
      else clear<f32>(job, at);
    }
    if (state != SOLVED) failed++;
    store<i32>(job.states + (at << 2), state);
  }
  return failed;
}
