/** A small dense matrix, row-major. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** Sweeps of Jacobi rotations; a dozen are enough for matrices of this size. */
const MOST_SWEEPS = 60;
const TOLERANCE = 1e-14;

/** C = AᵀB. */
export function transposedProduct(a: Matrix, b: Matrix): Matrix {
  const values = new Float64Array(a.columns * b.columns);
  for (let r = 0; r < a.rows; r++)
    for (let i = 0; i < a.columns; i++)
      for (let j = 0; j < b.columns; j++)
        values[i * b.columns + j]! += a.values[r * a.columns + i]! * b.values[r * b.columns + j]!;
  return { rows: a.columns, columns: b.columns, values };
}

/** C = AB. */
export function product(a: Matrix, b: Matrix): Matrix {
  const values = new Float64Array(a.rows * b.columns);
  for (let r = 0; r < a.rows; r++)
    for (let k = 0; k < a.columns; k++)
      for (let j = 0; j < b.columns; j++)
        values[r * b.columns + j]! += a.values[r * a.columns + k]! * b.values[k * b.columns + j]!;
  return { rows: a.rows, columns: b.columns, values };
}

/**
 * The orthogonal Procrustes problem (P. H. Schönemann, Psychometrika 31, 1966): Q with orthonormal columns for which
 * ‖from · Q − to‖ is least. Q = UVᵀ, where fromᵀ · to = UΣVᵀ; `from` has at least as many columns as `to`, and their
 * product full rank.
 */
export function procrustes(from: Matrix, to: Matrix): Matrix {
  const { left, right } = singularVectors(transposedProduct(from, to));
  return product(left, transposed(right));
}

/** U and V of A = UΣVᵀ, by one-sided Jacobi rotations: columns are rotated in pairs until all are orthogonal. */
function singularVectors(a: Matrix): { left: Matrix; right: Matrix } {
  const left: Matrix = { ...a, values: a.values.slice() };
  const right = identity(a.columns);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let rotated = false;
    for (let p = 0; p < a.columns; p++)
      for (let q = p + 1; q < a.columns; q++) {
        const pp = columnProduct(left, p, p);
        const qq = columnProduct(left, q, q);
        const pq = columnProduct(left, p, q);
        if (Math.abs(pq) <= TOLERANCE * Math.sqrt(pp * qq)) continue;
        const zeta = (qq - pp) / (2 * pq);
        const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        const cosine = 1 / Math.sqrt(1 + tangent * tangent);
        rotate(left, p, q, cosine, cosine * tangent);
        rotate(right, p, q, cosine, cosine * tangent);
        rotated = true;
      }
    if (!rotated) break;
  }
  for (let column = 0; column < left.columns; column++) {
    const length = Math.sqrt(columnProduct(left, column, column));
    for (let r = 0; r < left.rows; r++) left.values[r * left.columns + column]! /= length;
  }
  return { left, right };
}

function rotate(a: Matrix, p: number, q: number, cosine: number, sine: number): void {
  for (let r = 0; r < a.rows; r++) {
    const x = a.values[r * a.columns + p]!;
    const y = a.values[r * a.columns + q]!;
    a.values[r * a.columns + p] = cosine * x - sine * y;
    a.values[r * a.columns + q] = sine * x + cosine * y;
  }
}

function columnProduct(a: Matrix, p: number, q: number): number {
  let sum = 0;
  for (let r = 0; r < a.rows; r++) sum += a.values[r * a.columns + p]! * a.values[r * a.columns + q]!;
  return sum;
}

function identity(size: number): Matrix {
  const values = new Float64Array(size * size);
  for (let i = 0; i < size; i++) values[i * size + i] = 1;
  return { rows: size, columns: size, values };
}

/** Aᵀ. */
export function transposed(a: Matrix): Matrix {
  const values = new Float64Array(a.values.length);
  for (let r = 0; r < a.rows; r++)
    for (let c = 0; c < a.columns; c++) values[c * a.rows + r] = a.values[r * a.columns + c]!;
  return { rows: a.columns, columns: a.rows, values };
}
