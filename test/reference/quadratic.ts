// The loss of one row as a quadratic of its factors, and of its bias as the last unknown, dense and plain: the oracle of all
// solvers. With c and p of a rated pair, m what its mean and fixed bias say of it and e = u·x + b:
// J = Σ_rated [c(p − m − e)² − β₀(m + e)²] + β Σ_all (m + e)² + λ‖x‖² + λ_b b² = constant − 2 gᵀx + xᵀAx.
import { dot, type Matrix, solveDense, times, zeros } from "./matrix.js";

/** One rated pair. */
export interface RatedPair {
  /** Its row of the fixed side. */
  readonly column: number;
  /** c. */
  readonly weight: number;
  /** p. */
  readonly preference: number;
}

export interface RowLoss {
  readonly fixed: Matrix;
  /** m of each row of the fixed side. */
  readonly offsets: ArrayLike<number>;
  readonly pairs: readonly RatedPair[];
  /** β. */
  readonly allPairs: number;
  /** How many rows of the fixed side all pairs are with, from the first on; all of them without it. */
  readonly allRows?: number;
  /** β₀. */
  readonly observedBase: number;
  readonly lambda: number;
  /** λ_b, or undefined where no bias is solved. */
  readonly biasLambda: number | undefined;
}

/** A and g over K or K + 1 unknowns. */
export interface Quadratic {
  readonly matrix: Matrix;
  readonly right: Float64Array;
}

/** J at x. */
export function rowLoss(loss: RowLoss, x: ArrayLike<number>): number {
  const factors = loss.fixed[0]!.length;
  const predict = (column: number) => {
    const bias = loss.biasLambda === undefined ? 0 : x[factors]!;
    return loss.offsets[column]! + bias + dot(loss.fixed[column]!, x);
  };
  let sum = 0;
  for (const { column, weight, preference } of loss.pairs) {
    const predicted = predict(column);
    sum += weight * (preference - predicted) ** 2 - loss.observedBase * predicted ** 2;
  }
  if (loss.allPairs !== 0)
    loss.fixed.slice(0, loss.allRows).forEach((_, column) => {
      sum += loss.allPairs * predict(column) ** 2;
    });
  for (let k = 0; k < factors; k++) sum += loss.lambda * x[k]! ** 2;
  return loss.biasLambda === undefined ? sum : sum + loss.biasLambda * x[factors]! ** 2;
}

export function rowQuadratic(loss: RowLoss): Quadratic {
  const bias = loss.biasLambda !== undefined;
  const factors = loss.fixed[0]!.length;
  const size = bias ? factors + 1 : factors;
  const matrix = zeros(size, size);
  const right = new Float64Array(size);
  const add = (column: number, a: number, d: number) => {
    const u = bias ? [...loss.fixed[column]!, 1] : loss.fixed[column]!;
    for (let k = 0; k < size; k++) {
      right[k]! += d * u[k]!;
      for (let l = 0; l < size; l++) matrix[k]![l]! += a * u[k]! * u[l]!;
    }
  };
  for (const { column, weight, preference } of loss.pairs) {
    const m = loss.offsets[column]!;
    add(column, weight - loss.observedBase, weight * (preference - m) + loss.observedBase * m);
  }
  if (loss.allPairs !== 0)
    loss.fixed.slice(0, loss.allRows).forEach((_, column) => {
      add(column, loss.allPairs, -loss.allPairs * loss.offsets[column]!);
    });
  for (let k = 0; k < size; k++) matrix[k]![k]! += k < factors ? loss.lambda : loss.biasLambda!;
  return { matrix, right };
}

/** Ax − g, half the gradient. */
export function gradient({ matrix, right }: Quadratic, x: ArrayLike<number>): Float64Array {
  return times(matrix, x).map((value, k) => value - right[k]!);
}

/** x with the unknowns of `block` where J is least, all others as they are. */
export function solveBlock(quadratic: Quadratic, x: Float64Array, block: readonly number[]): Float64Array {
  const pull = gradient(quadratic, x);
  const system = block.map((k) => Float64Array.from(block, (l) => quadratic.matrix[k]![l]!));
  const [change] = solveDense(system, [block.map((k) => -pull[k]!)]);
  const moved = x.slice();
  block.forEach((k, i) => {
    moved[k]! += change![i]!;
  });
  return moved;
}
