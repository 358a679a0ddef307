/** A pivot above this share of its diagonal entry has lost few digits, and passes; after one that has not, all are looked at. */
const SMALL = 1e-3;
const EPSILON = 2 ** -52;

/**
 * A = LLᵀ in place: the lower triangle of a symmetric matrix, row-major, becomes L. Tells whether A is positive definite beyond
 * rounding, by the rule of the kernels (docs/mathematics.md, "Singular systems"); where it is not, what is left in it means nothing.
 *
 * @param a size × size; what is above its diagonal is not read
 */
export function factorCholesky(a: Float64Array, size: number): boolean {
  const diagonals = Float64Array.from({ length: size }, (_, k) => a[k * size + k]!);
  let closely = false;
  for (let row = 0; row < size; row++) {
    const at = row * size;
    for (let column = 0; column < row; column++) {
      const from = column * size;
      let sum = a[at + column]!;
      for (let k = 0; k < column; k++) sum -= a[at + k]! * a[from + k]!;
      a[at + column] = sum / a[from + column]!;
    }
    let pivot = diagonals[row]!;
    for (let k = 0; k < row; k++) pivot -= a[at + k]! ** 2;
    if (!(pivot > 0)) return false;
    closely ||= pivot <= SMALL * diagonals[row]!;
    if (closely && pivot <= noiseOf(a, size, row, diagonals)) return false;
    a[at + row] = Math.sqrt(pivot);
  }
  return true;
}

/** What of a row's pivot may be rounding: 8·D·ε·(A_jj + Σ v_k²·A_kk), v the combination of earlier columns that column j comes nearest to. */
function noiseOf(l: Float64Array, size: number, row: number, diagonals: Float64Array): number {
  const v = l.slice(row * size, row * size + row);
  for (let j = row - 1; j >= 0; j--) {
    const value = v[j]! / l[j * size + j]!;
    v[j] = value;
    for (let k = 0; k < j; k++) v[k]! -= l[j * size + k]! * value;
  }
  const sum = v.reduce((total, value, k) => total + value ** 2 * diagonals[k]!, diagonals[row]!);
  return 8 * size * EPSILON * sum;
}

/** x = L⁻¹x in place. */
export function substituteForward(l: Float64Array, size: number, x: Float64Array): void {
  for (let row = 0; row < size; row++) {
    const at = row * size;
    let sum = x[row]!;
    for (let k = 0; k < row; k++) sum -= l[at + k]! * x[k]!;
    x[row] = sum / l[at + row]!;
  }
}

/** x = L⁻ᵀx in place. */
export function substituteBack(l: Float64Array, size: number, x: Float64Array): void {
  for (let row = size - 1; row >= 0; row--) {
    const at = row * size;
    const value = x[row]! / l[at + row]!;
    x[row] = value;
    for (let k = 0; k < row; k++) x[k]! -= l[at + k]! * value;
  }
}
