import { AlternantError } from "../../errors.js";
import { type RatingTerm, ratingTerm } from "../../kernel/index.js";
import { factorCholesky, substituteBack, substituteForward } from "../../linear-algebra/cholesky.js";
import type { Yielder } from "../../yield.js";
import type { GivenRow } from "../fold-in/given.js";
import type { RowObjective } from "../row-objective.js";

/** Multiply-adds between two looks at the clock. */
const SLICE = 1 << 18;

/** What all pairs add to every row's normal equations; zeros for explicit ratings. Over x = (u, 1), or u where there are no biases. */
export interface AllPairs {
  /** β·Σxxᵀ, the lower triangle of D × D. */
  readonly matrix: Float64Array;
  /** −β·Σm·x. */
  readonly right: Float64Array;
}

/** Unknowns of a row: K, and a bias where one is solved. */
function unknownsOf({ factors, fixed }: RowObjective): number {
  return fixed.biases === undefined ? factors : factors + 1;
}

/** m = μ + c of a row of the fixed side: what is said of a pair without the row that is solved. */
export function offsetOf({ mean, fixed }: RowObjective, column: number): number {
  return fixed.biases === undefined ? mean : mean + fixed.biases[column]!;
}

/** x of a row of the fixed side. */
export function featuresOf(objective: RowObjective, column: number): Float64Array {
  const { factors, fixed } = objective;
  const x = new Float64Array(unknownsOf(objective)).fill(1);
  x.set(fixed.values.subarray(column * factors, (column + 1) * factors));
  return x;
}

export function dotOf(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}

/** A += a·xxᵀ, its lower triangle. */
function addOuter(matrix: Float64Array, x: Float64Array, a: number): void {
  const size = x.length;
  for (let row = 0; row < size; row++) {
    const scaled = a * x[row]!;
    const at = row * size;
    for (let column = 0; column <= row; column++) matrix[at + column]! += scaled * x[column]!;
  }
}

export async function sumAllPairs(objective: RowObjective, yielder: Yielder): Promise<AllPairs> {
  const size = unknownsOf(objective);
  const matrix = new Float64Array(size * size);
  const right = new Float64Array(size);
  const { implicit, fixed } = objective;
  if (implicit === undefined) return { matrix, right };
  const beta = implicit.allPairs;
  const stride = Math.max(1, Math.floor(SLICE / size ** 2));
  for (let column = 0; column < fixed.rowCount; column++) {
    const x = featuresOf(objective, column);
    addOuter(matrix, x, beta);
    const m = offsetOf(objective, column);
    for (let k = 0; k < size; k++) right[k]! -= beta * m * x[k]!;
    if (column % stride === 0 && yielder.due()) await yielder.pause();
  }
  return { matrix, right };
}

/** What one rating adds to its row's normal equations. */
export interface Term extends RatingTerm {
  readonly column: number;
  readonly x: Float64Array;
}

/** A row's ratings as they stand in its normal equations. */
export function termsOf(objective: RowObjective, { columns, values, weights }: GivenRow): Term[] {
  return Array.from(columns, (column, at): Term => {
    const term = ratingTerm(objective.implicit, offsetOf(objective, column), values[at]!, weights?.[at]);
    return { column, x: featuresOf(objective, column), ...term };
  });
}

/** A row's normal equations without their penalty: S = Σ a·xxᵀ and g = Σ d·x, all pairs included. */
export interface RowSums {
  readonly matrix: Float64Array;
  readonly right: Float64Array;
}

export async function sumTerms(
  terms: readonly Term[],
  { matrix: base, right: baseRight }: AllPairs,
  yielder: Yielder,
): Promise<RowSums> {
  const matrix = base.slice();
  const right = baseRight.slice();
  const size = right.length;
  const stride = Math.max(1, Math.floor(SLICE / size ** 2));
  for (const [at, { x, a, d }] of terms.entries()) {
    addOuter(matrix, x, a);
    for (let k = 0; k < size; k++) right[k]! += d * x[k]!;
    if (at % stride === 0 && yielder.due()) await yielder.pause();
  }
  return { matrix, right };
}

/** M = S + λI (λ_b for the bias), factored. */
export class FactoredRow {
  readonly #size: number;
  readonly #l: Float64Array;

  /** @throws AlternantError "not-positive-definite", naming the row */
  constructor({ matrix, right }: RowSums, objective: RowObjective, lambda: number, name: string) {
    const size = right.length;
    const { factors, biasLambda } = objective;
    const l = matrix.slice();
    for (let k = 0; k < size; k++) l[k * size + k]! += k < factors ? lambda : biasLambda;
    if (!factorCholesky(l, size)) throw undetermined(name, lambda);
    this.#size = size;
    this.#l = l;
  }

  /** M⁻¹x. */
  solve(x: Float64Array): Float64Array {
    const solution = x.slice();
    substituteForward(this.#l, this.#size, solution);
    substituteBack(this.#l, this.#size, solution);
    return solution;
  }

  /** xᵀM⁻¹x. */
  leverage(x: Float64Array): number {
    const z = x.slice();
    substituteForward(this.#l, this.#size, z);
    return dotOf(z, z);
  }
}

/** @param name of the row: `user "ann"` */
export function undetermined(name: string, lambda: number): AlternantError {
  return new AlternantError(
    "not-positive-definite",
    `${name}: the normal equations are not positive definite (λ = ${lambda}), so nothing can be said of single ratings. Train with more regularization, or fewer factors.`,
  );
}
