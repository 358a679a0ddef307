/** A share of its diagonal entry below which a pivot is nothing but rounding, for each unknown. */
const ROUNDING = 8 * 2 ** -52;

/**
 * A = LLᵀ in place: the lower triangle of a symmetric matrix, row-major, becomes L. Tells whether A is positive definite beyond
 * rounding; where it is not, what is left in it means nothing.
 *
 * @param a size × size; what is above its diagonal is not read
 */
export function factorCholesky(a: Float64Array, size: number): boolean {
  for (let row = 0; row < size; row++) {
    const at = row * size;
    const diagonal = a[at + row]!;
    for (let column = 0; column < row; column++) {
      const from = column * size;
      let sum = a[at + column]!;
      for (let k = 0; k < column; k++) sum -= a[at + k]! * a[from + k]!;
      a[at + column] = sum / a[from + column]!;
    }
    let pivot = diagonal;
    for (let k = 0; k < row; k++) pivot -= a[at + k]! ** 2;
    if (!(pivot > ROUNDING * size * diagonal)) return false;
    a[at + row] = Math.sqrt(pivot);
  }
  return true;
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
