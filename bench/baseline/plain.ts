import type { Numbers, SolveHalfEpoch } from "./half-epoch.js";

/**
 * The loop that everybody writes: typed arrays of the model's precision, the upper triangle only, one rating after
 * the other, a textbook Cholesky. Nothing in it is slow on purpose, and nothing is clever.
 */
export const halfEpoch: SolveHalfEpoch = ({ starts, columns, values, lambdas, fixed, solved, factors }) => {
  const Kind = solved instanceof Float64Array ? Float64Array : Float32Array;
  const gram = new Kind(factors * factors);
  const right = new Kind(factors);
  const rows = starts.length - 1;
  for (let row = 0; row < rows; row++) {
    const from = starts[row]!;
    const to = starts[row + 1]!;
    if (from === to) {
      solved.fill(0, row * factors, (row + 1) * factors);
      continue;
    }
    gram.fill(0);
    right.fill(0);
    for (let n = from; n < to; n++) {
      const u = columns[n]! * factors;
      const rating = values[n]!;
      for (let i = 0; i < factors; i++) {
        const factor = fixed[u + i]!;
        right[i]! += rating * factor;
        for (let j = i; j < factors; j++) gram[i * factors + j]! += factor * fixed[u + j]!;
      }
    }
    for (let i = 0; i < factors; i++) gram[i * factors + i]! += lambdas[row]!;
    factorize(gram, factors);
    solve(gram, right, factors);
    solved.set(right, row * factors);
  }
};

/** A = RᵀR in place, on the upper triangle. */
function factorize(a: Numbers, size: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      let sum = a[i * size + j]!;
      for (let k = 0; k < i; k++) sum -= a[k * size + i]! * a[k * size + j]!;
      a[i * size + j] = i === j ? Math.sqrt(sum) : sum / a[i * size + i]!;
    }
  }
}

/** Rᵀ R x = b, x in b's place. */
function solve(r: Numbers, b: Numbers, size: number): void {
  for (let i = 0; i < size; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= r[k * size + i]! * b[k]!;
    b[i] = sum / r[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < size; k++) sum -= r[i * size + k]! * b[k]!;
    b[i] = sum / r[i * size + i]!;
  }
}
