// Dense linear algebra as a textbook has it, in float64: the oracle of the kernel tests. A matrix is an array of rows.

export type Matrix = Float64Array[];

export function zeros(rows: number, columns: number): Matrix {
  return Array.from({ length: rows }, () => new Float64Array(columns));
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}

export function norm(a: ArrayLike<number>): number {
  return Math.sqrt(dot(a, a));
}

/** A x. */
export function times(a: Matrix, x: ArrayLike<number>): Float64Array {
  return Float64Array.from(a, (row) => dot(row, x));
}

/** Σ_r weights_r · rows_r. */
export function weightedSum(rows: Matrix, weights: ArrayLike<number>, length: number): Float64Array {
  const sum = new Float64Array(length);
  rows.forEach((row, r) => {
    for (let k = 0; k < length; k++) sum[k]! += weights[r]! * row[k]!;
  });
  return sum;
}

/** Σ_r rows_r rows_rᵀ, both triangles. */
export function gram(rows: Matrix, size: number): Matrix {
  const a = zeros(size, size);
  for (const row of rows) {
    for (let i = 0; i < size; i++) {
      const u = row[i]!;
      const into = a[i]!;
      for (let j = i; j < size; j++) into[j]! += u * row[j]!;
    }
  }
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) a[i]![j] = a[j]![i]!;
  return a;
}

/** The sum of the diagonal. */
export function trace(a: Matrix): number {
  return a.reduce((sum, row, k) => sum + row[k]!, 0);
}

/** The upper R of A = RᵀR, or undefined where A is not positive definite. */
export function cholesky(a: Matrix): Matrix | undefined {
  const size = a.length;
  const r = zeros(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      let sum = a[i]![j]!;
      for (let k = 0; k < i; k++) sum -= r[k]![i]! * r[k]![j]!;
      if (i === j) {
        if (!(sum > 0)) return undefined;
        r[i]![i] = Math.sqrt(sum);
      } else r[i]![j] = sum / r[i]![i]!;
    }
  }
  return r;
}

/** x of R x = z for upper R. */
export function solveUpper(r: Matrix, z: ArrayLike<number>): Float64Array {
  const x = new Float64Array(r.length);
  for (let i = r.length - 1; i >= 0; i--) {
    let sum = z[i]!;
    for (let j = i + 1; j < r.length; j++) sum -= r[i]![j]! * x[j]!;
    x[i] = sum / r[i]![i]!;
  }
  return x;
}

/** z of Rᵀ z = g for upper R. */
export function solveTransposed(r: Matrix, g: ArrayLike<number>): Float64Array {
  const z = new Float64Array(r.length);
  for (let i = 0; i < r.length; i++) {
    let sum = g[i]!;
    for (let j = 0; j < i; j++) sum -= r[j]![i]! * z[j]!;
    z[i] = sum / r[i]![i]!;
  }
  return z;
}

/** The solution of A x = b for each right-hand side b: Gaussian elimination with partial pivoting, nothing symmetric. */
export function solveDense(a: Matrix, rights: ArrayLike<number>[]): Float64Array[] {
  const size = a.length;
  const rows = a.map((row, i) => Float64Array.from([...row, ...rights.map((right) => right[i]!)]));
  const width = size + rights.length;
  for (let k = 0; k < size; k++) {
    let best = k;
    for (let i = k + 1; i < size; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[best]![k]!)) best = i;
    [rows[k], rows[best]] = [rows[best]!, rows[k]!];
    const top = rows[k]!;
    for (let i = k + 1; i < size; i++) {
      const row = rows[i]!;
      const share = row[k]! / top[k]!;
      if (share === 0) continue;
      for (let j = k; j < width; j++) row[j]! -= share * top[j]!;
    }
  }
  return rights.map((_, r) =>
    solveUpper(
      rows,
      rows.map((row) => row[size + r]!),
    ),
  );
}
