import { Matrix as Dense, SingularValueDecomposition } from "ml-matrix";
import type { Matrix } from "./procrustes.js";

/** A = U diag(values) Vᵀ with min(rows, columns) values, falling. Vectors of a value of zero mean nothing. */
export interface ReferenceSvd {
  /** rows × values. */
  readonly left: Matrix;
  readonly values: Float64Array;
  /** columns × values. */
  readonly right: Matrix;
}

/**
 * The singular value decomposition of a small dense matrix, by ml-matrix: Householder's bidiagonalization and implicit QR
 * steps (Golub & Kahan 1965, Golub & Reinsch 1970), so nothing in common with Jacobi's rotations or products AᵀA. Values are
 * right to a few ε of the largest one.
 */
export function referenceSvd(a: Matrix): ReferenceSvd {
  const scale = powerOfTwo(largest(a.values));
  const rows = Array.from({ length: a.rows }, (_, r) =>
    Array.from(a.values.subarray(r * a.columns, (r + 1) * a.columns), (value) => value / scale),
  );
  const found = new SingularValueDecomposition(new Dense(rows), { autoTranspose: true });
  const count = Math.min(a.rows, a.columns);
  return {
    left: columnsOf(found.leftSingularVectors, count),
    values: Float64Array.from(found.diagonal.slice(0, count), (value) => value * scale),
    right: columnsOf(found.rightSingularVectors, count),
  };
}

/** The largest magnitude; 0 of none. */
export function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
}

/** The power of two at or below a number, so that dividing by it is exact; 1 for 0. */
function powerOfTwo(size: number): number {
  if (size === 0) return 1;
  let power = 1;
  while (power > size) power /= 2;
  while (power <= size / 2) power *= 2;
  return power;
}

function columnsOf(dense: Dense, count: number): Matrix {
  const values = new Float64Array(dense.rows * count);
  for (let r = 0; r < dense.rows; r++)
    for (let c = 0; c < count; c++) values[r * count + c] = dense.get(r, c);
  return { rows: dense.rows, columns: count, values };
}
