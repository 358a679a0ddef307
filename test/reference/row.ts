// One row of alternating least squares as docs/mathematics.md states it: build the normal equations, solve them whole.
import { gram, type Matrix, norm, solveDense, weightedSum } from "./matrix.js";

/** A row's system without regularization, the bias as the last of K + 1 unknowns; the first K alone are the one without. */
export interface RowSums {
  /** K. */
  readonly factors: number;
  /** Ratings. */
  readonly count: number;
  /** Σ (u,1)(u,1)ᵀ, (K + 1) × (K + 1). */
  readonly matrix: Matrix;
  readonly rows: Matrix;
}

/** Σ over the factor rows that a row's ratings point at. */
export function sumRow(rows: Matrix, factors: number): RowSums {
  const bordered = rows.map((row) => {
    const one = new Float64Array(factors + 1).fill(1);
    one.set(row.subarray(0, factors));
    return one;
  });
  return { factors, count: rows.length, matrix: gram(bordered, factors + 1), rows: bordered };
}

export interface RowRegularization {
  /** λ_i. */
  readonly lambda: number;
  /** λ_b where a bias is solved. */
  readonly biasLambda: number | undefined;
}

/** The normal equations: D × D, D = K or K + 1 with a bias. */
export function rowMatrix(sums: RowSums, { lambda, biasLambda }: RowRegularization): Matrix {
  const size = sums.factors + (biasLambda === undefined ? 0 : 1);
  return sums.matrix.slice(0, size).map((row, i) => {
    const copy = row.slice(0, size);
    copy[i]! += i < sums.factors ? lambda : biasLambda!;
    return copy;
  });
}

/** Their right-hand side, (Σ t u, Σ t) or the first K of it. */
export function rowRight(sums: RowSums, targets: ArrayLike<number>, size: number): Float64Array {
  return weightedSum(sums.rows, targets, sums.factors + 1).slice(0, size);
}

/** (w, b) or w of each of several sets of targets. */
export function solveRow(
  sums: RowSums,
  targets: ArrayLike<number>[],
  regularization: RowRegularization,
): Float64Array[] {
  const matrix = rowMatrix(sums, regularization);
  return solveDense(
    matrix,
    targets.map((t) => rowRight(sums, t, matrix.length)),
  );
}

/** Σ (t − b − wᵀu)² for any (w, b) or w, rating by rating. */
export function squaredError(sums: RowSums, targets: ArrayLike<number>, solution: ArrayLike<number>): number {
  let sum = 0;
  sums.rows.forEach((row, r) => {
    let e = targets[r]!;
    for (let k = 0; k < solution.length; k++) e -= solution[k]! * row[k]!;
    sum += e * e;
  });
  return sum;
}

/** λ‖w‖² + λ_b b². */
export function penalty(
  factors: number,
  { lambda, biasLambda }: RowRegularization,
  solution: ArrayLike<number>,
): number {
  let sum = 0;
  for (let k = 0; k < factors; k++) sum += lambda * solution[k]! * solution[k]!;
  return biasLambda === undefined ? sum : sum + biasLambda * solution[factors]! * solution[factors]!;
}

/** Σ |t| ‖(u,1)‖: how large the right-hand side could be, for tolerances. */
export function rightScale(sums: RowSums, targets: ArrayLike<number>): number {
  return sums.rows.reduce((sum, row, r) => sum + Math.abs(targets[r]!) * norm(row), 0);
}
