// Rows among factors ≥ 0: the least xᵀAx − 2gᵀx over x ≥ 0, A regularized. That is where no factor is negative, the gradient
// y = Ax − g is 0 for those that are positive, and none of the others' is negative.
//
// Block principal pivoting (Kim and Park 2011) guesses which factors are positive, to begin with those that are, solves for
// them alone, and exchanges every factor that the answer contradicts. Most rows take two to five solutions. It may go in circles
// where factors resemble each other: when contradictions no longer become fewer, an active set takes over, which descends.
import { backSubstitute, DOUBTFUL, factor, SINGULAR, SOLVED, systemRowBytes } from "./cholesky";
import { RowJob } from "./job";
import { multiplyAdd, sumLanes } from "./lanes";
import { writeSums } from "./outcome";
import { dot } from "./score";
import { baseAt, roundingsOf } from "./system";
import { checkAt, diagonalAt, gAt, pad, positiveAt, RowSums, sAt, solutionAt, startAt, systemAt, tileAt } from "./workspace";

/** Exchanges of all contradictions that may pass without their number falling. */
const CHANCES = 3;
/** Moves of the active set at most, for each factor: a few are enough but for rounding. */
const MOVES = 4;

/** A gradient so small, as a share of the greatest of g, is 0. */
// @ts-ignore: decorator
@inline
function tolerance<T>(): T {
  return sizeof<T>() == 8 ? <T>1e-9 : <T>1e-5;
}

/** Max |g_k|. */
function greatest<T>(g: usize, padded: i32): T {
  let most: T = 0;
  for (let k: usize = 0; k < <usize>padded; k++) most = max<T>(most, abs<T>(load<T>(g + k * sizeof<T>())));
  return most;
}

/** y = Ax − g from A's upper triangle. */
function gradient<T>(a: usize, padded: i32, g: usize, x: usize, y: usize): void {
  const aBytes = systemRowBytes<T>(padded);
  const bytes = <usize>padded * sizeof<T>();
  for (let c: usize = 0; c < bytes; c += 16) v128.store(y + c, v128.neg<T>(v128.load(g + c)));
  for (let k: usize = 0; k < <usize>padded; k++) {
    const i = k * sizeof<T>();
    const xk = load<T>(x + i);
    let yk = load<T>(y + i) + load<T>(a + i) * xk;
    // What is left of the diagonal is not A's: vectors begin at the next block of 4.
    const end = ((k & ~3) + 4) * sizeof<T>();
    for (let c = i + sizeof<T>(); c < end; c += sizeof<T>()) {
      yk += load<T>(a + c) * load<T>(x + c);
      store<T>(y + c, load<T>(y + c) + load<T>(a + c) * xk);
    }
    const splat = v128.splat<T>(xk);
    let sum = v128.splat<T>(<T>0);
    for (let c = end; c < bytes; c += 16) {
      const v = v128.load(a + c);
      sum = multiplyAdd<T>(v, v128.load(x + c), sum);
      v128.store(y + c, multiplyAdd<T>(v, splat, v128.load(y + c)));
    }
    store<T>(y + i, yk + sumLanes<T>(sum));
    a += aBytes;
  }
}

/** How far a factor may go from x ≥ 0 to what is wanted of it before it is negative, as a share of the way: at most 1. */
// @ts-ignore: decorator
@inline
function shareOf<T>(x: usize, wanted: usize, k: usize): T {
  const at = k * sizeof<T>();
  const old = load<T>(x + at);
  const next = load<T>(wanted + at);
  return next < 0 ? old / (old - next) : <T>1;
}

/** Solves for the factors that `positive` has, into x, all others 0; returns a state. */
function solvePositive<T>(job: RowJob, positive: usize, x: usize, sums: RowSums): i32 {
  const padded = pad(job.factors);
  const workspace = job.workspace;
  const g = gAt<T>(workspace, padded);
  const indices = positiveAt<T>(workspace, padded);
  let count: usize = 0;
  for (let k = 0; k < job.factors; k++) {
    if (load<i32>(positive + (<usize>k << 2)) > 0) store<i32>(indices + (count++ << 2), k);
  }
  memory.fill(x, 0, <usize>padded * sizeof<T>());
  if (count == 0) return SOLVED;

  const width = pad(<i32>count);
  const rowBytes = systemRowBytes<T>(width);
  const system = tileAt<T>(workspace, padded);
  const diagonal = diagonalAt<T>(workspace, padded);
  const baseStep = systemRowBytes<T>(padded) + sizeof<T>();
  let to = system;
  for (let p: usize = 0; p < <usize>width; p++) {
    const behind = to + <usize>width * sizeof<T>();
    const entry = to + p * sizeof<T>();
    let size: T = 1;
    let right: T = 0;
    memory.fill(entry, 0, behind + 16 - entry);
    if (p < count) {
      const k = <usize>load<i32>(indices + (p << 2));
      const from = systemAt<T>(workspace, padded) + k * systemRowBytes<T>(padded);
      for (let q = p; q < count; q++) {
        store<T>(to + q * sizeof<T>(), load<T>(from + <usize>load<i32>(indices + (q << 2)) * sizeof<T>()));
      }
      size = load<T>(entry);
      right = load<T>(g + k * sizeof<T>());
      // As in system.ts: pivots must stand out of what was taken off, too.
      store<T>(
        diagonal + p * sizeof<T>(),
        sums.negative != 0 && job.base ? size + load<T>(baseAt<T>(job, padded, 0) + k * baseStep) : size,
      );
    } else {
      store<T>(diagonal + p * sizeof<T>(), size);
      store<T>(entry, size);
    }
    store<T>(behind, right);
    to += rowBytes;
  }
  const roundings = roundingsOf<T>(<i32>count, sums.count, padded);
  const state = factor<T>(system, width, diagonal, checkAt<T>(workspace, padded), roundings);
  if (state != SOLVED) return state;
  // The diagonal has served: its room takes the solution.
  backSubstitute<T>(system, width, system + <usize>width * sizeof<T>(), rowBytes, diagonal);
  for (let p: usize = 0; p < count; p++) {
    store<T>(x + <usize>load<i32>(indices + (p << 2)) * sizeof<T>(), load<T>(diagonal + p * sizeof<T>()));
  }
  return SOLVED;
}

/**
 * Lawson and Hanson's active set, from x ≥ 0 on: moves x towards the solution for its positive factors as far as they all
 * stay positive, drops the one that then is 0, and where all can stay lets in the factor with the steepest gradient. The loss
 * falls with each move, so it comes to an end; with a solution a move, it takes its time. Returns a state.
 */
function descend<T>(job: RowJob, positive: usize, x: usize, y: usize, small: T, sums: RowSums): i32 {
  const factors = job.factors;
  const padded = pad(factors);
  const wanted = solutionAt<T>(job.workspace, padded);
  const a = systemAt<T>(job.workspace, padded);
  const g = gAt<T>(job.workspace, padded);
  for (let k: usize = 0; k < <usize>factors; k++) {
    store<i32>(positive + (k << 2), <i32>(load<T>(x + k * sizeof<T>()) > 0));
  }
  for (let moves = MOVES * (factors + 4); moves > 0; moves--) {
    const state = solvePositive<T>(job, positive, wanted, sums);
    if (state != SOLVED) return state;
    let share: T = 1;
    for (let k: usize = 0; k < <usize>factors; k++) share = min<T>(share, shareOf<T>(x, wanted, k));
    for (let k: usize = 0; k < <usize>factors; k++) {
      const at = k * sizeof<T>();
      const old = load<T>(x + at);
      if (shareOf<T>(x, wanted, k) <= share && share < 1) {
        store<T>(x + at, 0);
        // Let in, and not to be moved: its gradient was but rounding. It stays out.
        store<i32>(positive + (k << 2), share > 0 ? 0 : -1);
      } else {
        // Clamped in both cases: a share of the way that rounds to all of it may end a hair below 0.
        const next = share < 1 ? old + share * (load<T>(wanted + at) - old) : load<T>(wanted + at);
        store<T>(x + at, max<T>(0, next));
      }
    }
    if (share < 1) continue;
    gradient<T>(a, padded, g, x, y);
    let steepest = -small;
    let next: usize = 0;
    for (let k: usize = 0; k < <usize>factors; k++) {
      const slope = load<T>(y + k * sizeof<T>());
      if (load<i32>(positive + (k << 2)) != 0 || !(slope < steepest)) continue;
      steepest = slope;
      next = k + 1;
    }
    if (next == 0) return SOLVED;
    store<i32>(positive + (next - 1 << 2), 1);
  }
  return sizeof<T>() == 4 ? DOUBTFUL : SOLVED;
}

/**
 * Solves Ax = g among x ≥ 0 from where `x` stands, A and g complete but for what `complete` does elsewhere; leaves y at the
 * diagonal's place. Returns a state.
 */
function pivot<T>(job: RowJob, x: usize, lambda: T, sums: RowSums): i32 {
  const factors = job.factors;
  const padded = pad(factors);
  const workspace = job.workspace;
  const a = systemAt<T>(workspace, padded);
  const aBytes = systemRowBytes<T>(padded);
  const g = gAt<T>(workspace, padded);
  const start = startAt<T>(workspace, padded);
  // Neither a bias nor a factorization needs these two when they are written.
  const positive = sAt<T>(workspace, padded);
  const y = diagonalAt<T>(workspace, padded);
  for (let k: usize = 0; k < <usize>padded; k++) {
    const at = k * sizeof<T>();
    const diagonal = a + k * aBytes + at;
    if (k < <usize>factors) store<T>(diagonal, load<T>(diagonal) + lambda);
    const stood = max<T>(0, load<T>(x + at));
    store<T>(start + at, stood);
    store<i32>(positive + (k << 2), <i32>(stood > 0));
  }
  const small = tolerance<T>() * greatest<T>(g, padded);
  let fewest = factors + 1;
  for (let chances = CHANCES; chances >= 0; ) {
    const state = solvePositive<T>(job, positive, x, sums);
    if (state != SOLVED) return state;
    gradient<T>(a, padded, g, x, y);
    let wrong = 0;
    for (let k: usize = 0; k < <usize>factors; k++) {
      const at = positive + (k << 2);
      const is = load<i32>(at);
      if (is ? !(load<T>(x + k * sizeof<T>()) < 0) : !(load<T>(y + k * sizeof<T>()) < -small)) continue;
      store<i32>(at, 1 - is);
      wrong++;
    }
    if (wrong == 0) return SOLVED;
    if (wrong < fewest) {
      fewest = wrong;
      chances = CHANCES;
    } else {
      chances--;
    }
  }
  const state = descend<T>(job, positive, start, y, small, sums);
  memory.copy(x, start, <usize>padded * sizeof<T>());
  gradient<T>(a, padded, g, x, y);
  return state;
}

/** Solves the row whose sums are complete among factors ≥ 0; writes factors and sums, returns a state. */
export function solveNonnegative<F, T>(job: RowJob, row: usize, sums: RowSums): i32 {
  const padded = pad(job.factors);
  const g = gAt<T>(job.workspace, padded);
  const x = solutionAt<T>(job.workspace, padded);
  const y = diagonalAt<T>(job.workspace, padded);
  const solved = job.solved + row * <usize>padded * sizeof<F>();
  const lambda = load<f64>(job.lambdas + (row << 3));
  if (lambda == 0 && !job.base && sums.count < <f64>job.factors) return SINGULAR;
  for (let k: usize = 0; k < <usize>padded; k++) store<T>(x + k * sizeof<T>(), <T>load<F>(solved + k * sizeof<F>()));
  const state = pivot<T>(job, x, <T>lambda, sums);
  if (state != SOLVED) return state;
  for (let k: usize = 0; k < <usize>padded; k++) {
    const stored = <F>load<T>(x + k * sizeof<T>());
    store<F>(solved + k * sizeof<F>(), stored);
    store<T>(x + k * sizeof<T>(), <T>stored);
  }
  // The loss is that of x as it is stored.
  if (sizeof<F>() != sizeof<T>()) gradient<T>(systemAt<T>(job.workspace, padded), padded, g, x, y);
  sums.gain = dot<T>(x, g, padded) - dot<T>(x, y, padded);
  return writeSums<F, T>(job, row, sums);
}
