// What rounding may do to a row. Normwise backward error: a sum of n products, a Cholesky factorization of D columns and
// two triangular solves each perturb the normal equations by at most their length times the unit roundoff, relative to
// trace(A)‖x‖ and Σ|t|‖u‖ (Higham, Accuracy and Stability of Numerical Algorithms, 2002, §3.1 and theorem 10.4). Those
// bounds assume that all roundings conspire; with roundings that do not, a length ℓ counts as √ℓ times a small constant
// (Higham and Mary, A new approach to probabilistic rounding error analysis, 2019), which is what is asked here.
import { dot, type Matrix, norm, times, trace } from "../reference/matrix.js";

/** λ in Higham and Mary's γ̃_ℓ = λ√ℓ·u: the chance of a violation falls like exp(−λ²/2). */
const CONFIDENCE = 4;

export interface Precision {
  /** Unit roundoff of the arithmetic. */
  readonly unit: number;
  /** Unit roundoff of the factors as they are stored. */
  readonly stored: number;
}

/** The relative backward error that a row of `count` ratings and `unknowns` unknowns may have. */
export function backwardError(count: number, unknowns: number, unit: number): number {
  return (
    CONFIDENCE *
    unit *
    (Math.sqrt(Math.min(count, 128)) + Math.sqrt(count / 128) + Math.sqrt(3 * unknowns) + 2)
  );
}

export interface SolvedSystem {
  /** A + λI, bordered where a bias is solved. */
  readonly matrix: Matrix;
  readonly right: Float64Array;
  /** Σ|t|‖u‖ over the row's ratings. */
  readonly rightScale: number;
  readonly count: number;
  /** The least of λ and λ_b. */
  readonly leastLambda: number;
  /** What the reference found. */
  readonly exact: Float64Array;
}

/**
 * Throws unless `x` solves the system as well as `precision` allows: by its residual, and in the norm of A + λI, whose
 * square is the squared change of the row's predictions and λ times that of its factors.
 */
export function expectSolved(
  what: string,
  x: Float64Array,
  system: SolvedSystem,
  precision: Precision,
): void {
  const { matrix, right, rightScale, count, leastLambda, exact } = system;
  const size = trace(matrix) * norm(x);
  const allowed =
    backwardError(count, matrix.length, precision.unit) * (size + rightScale) + precision.stored * size;
  const residual = norm(times(matrix, x).map((value, k) => value - right[k]!));
  if (!(residual <= allowed))
    throw new Error(`${what}: residual ${residual}, at most ${allowed} is rounding`);
  const error = x.map((value, k) => value - exact[k]!);
  const energy = Math.sqrt(dot(error, times(matrix, error)));
  const most = (2 * allowed) / Math.sqrt(leastLambda);
  if (!(energy <= most))
    throw new Error(`${what}: predictions differ by ${energy}, at most ${most} is rounding`);
}

/** Throws unless two numbers agree to `tolerance`, absolutely. */
export function expectNear(what: string, actual: number, expected: number, tolerance: number): void {
  if (!(Math.abs(actual - expected) <= tolerance))
    throw new Error(`${what}: ${actual}, expected ${expected} ± ${tolerance}`);
}
