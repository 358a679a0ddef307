import type { HalfEpoch, SolveHalfEpoch } from "./half-epoch.js";

/** Ratings whose factor rows are gathered at a time: at 64 factors 64 KiB. From 32 to 128 it made no difference beyond noise. */
const TILE = 128;
const BLOCK = 4;

/**
 * What scalar JavaScript can do: factor rows gathered into a contiguous tile, sums kept in 4 × 4 local variables,
 * the right-hand side folded into the pass over the diagonal, and a blocked Cholesky that shares the inner loop.
 * Everything inside is double (an engine computes in doubles anyway); the model's precision is read and written.
 * `| 0` tells the engine that an index can't leave 32 bits, which spares it a check for each.
 */
export const halfEpoch: SolveHalfEpoch = (problem) => {
  const { starts, lambdas, solved, factors } = problem;
  const size = Math.ceil(factors / BLOCK) * BLOCK;
  const tile = new Float64Array(TILE * size);
  const ratings = new Float64Array(TILE);
  const gram = new Float64Array(size * size);
  const right = new Float64Array(size);
  const rows = starts.length - 1;
  for (let row = 0; row < rows; row++) {
    const from = starts[row]!;
    const to = starts[row + 1]!;
    const out = row * factors;
    if (from === to) {
      solved.fill(0, out, out + factors);
      continue;
    }
    gram.fill(0);
    right.fill(0);
    for (let at = from; at < to; at += TILE) {
      const count = Math.min(TILE, to - at);
      gather(problem, at, count, tile, ratings, size);
      accumulate(tile, ratings, count, gram, right, size);
    }
    const lambda = lambdas[row]!;
    for (let i = 0; i < factors; i++) gram[i * size + i]! += lambda;
    for (let i = factors; i < size; i++) gram[i * size + i] = 1;
    factorize(gram, size);
    solve(gram, right, size);
    for (let i = 0; i < factors; i++) solved[out + i] = right[i]!;
  }
};

function gather(
  { columns, values, fixed, factors }: HalfEpoch,
  from: number,
  count: number,
  tile: Float64Array,
  ratings: Float64Array,
  size: number,
): void {
  for (let n = 0; n < count; n++) {
    ratings[n] = values[from + n]!;
    let source = (columns[from + n]! * factors) | 0;
    let target = (n * size) | 0;
    for (let i = 0; i < factors; i++) {
      tile[target] = fixed[source]!;
      source = (source + 1) | 0;
      target = (target + 1) | 0;
    }
  }
}

/** gram += Σ u uᵀ on the upper triangle's blocks, right += Σ r u. */
function accumulate(
  tile: Float64Array,
  ratings: Float64Array,
  count: number,
  gram: Float64Array,
  right: Float64Array,
  size: number,
): void {
  for (let i = 0; i < size; i += BLOCK) {
    diagonalBlock(tile, ratings, count, i, gram, right, size);
    for (let j = i + BLOCK; j < size; j += BLOCK) addBlock(tile, count, i, j, gram, size, 1);
  }
}

/** target[i…i+3][j…j+3] += sign · Σ_n panel[n][i…i+3]ᵀ panel[n][j…j+3]. */
function addBlock(
  panel: Float64Array,
  count: number,
  i: number,
  j: number,
  target: Float64Array,
  size: number,
  sign: number,
): void {
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  let s23 = 0;
  let s30 = 0;
  let s31 = 0;
  let s32 = 0;
  let s33 = 0;
  let p = i | 0;
  let q = j | 0;
  for (let n = 0; n < count; n++) {
    const a0 = panel[p]!;
    const a1 = panel[(p + 1) | 0]!;
    const a2 = panel[(p + 2) | 0]!;
    const a3 = panel[(p + 3) | 0]!;
    const b0 = panel[q]!;
    const b1 = panel[(q + 1) | 0]!;
    const b2 = panel[(q + 2) | 0]!;
    const b3 = panel[(q + 3) | 0]!;
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
    s23 += a2 * b3;
    s30 += a3 * b0;
    s31 += a3 * b1;
    s32 += a3 * b2;
    s33 += a3 * b3;
    p = (p + size) | 0;
    q = (q + size) | 0;
  }
  addRow(target, (i * size + j) | 0, sign, s00, s01, s02, s03);
  addRow(target, ((i + 1) * size + j) | 0, sign, s10, s11, s12, s13);
  addRow(target, ((i + 2) * size + j) | 0, sign, s20, s21, s22, s23);
  addRow(target, ((i + 3) * size + j) | 0, sign, s30, s31, s32, s33);
}

function addRow(
  target: Float64Array,
  at: number,
  sign: number,
  s0: number,
  s1: number,
  s2: number,
  s3: number,
): void {
  target[at]! += sign * s0;
  target[(at + 1) | 0]! += sign * s1;
  target[(at + 2) | 0]! += sign * s2;
  target[(at + 3) | 0]! += sign * s3;
}

/** The same for i = j, where ten sums are enough, and with the right-hand side of the same four columns. */
function diagonalBlock(
  tile: Float64Array,
  ratings: Float64Array,
  count: number,
  i: number,
  gram: Float64Array,
  right: Float64Array,
  size: number,
): void {
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s22 = 0;
  let s23 = 0;
  let s33 = 0;
  let g0 = 0;
  let g1 = 0;
  let g2 = 0;
  let g3 = 0;
  let p = i | 0;
  for (let n = 0; n < count; n++) {
    const rating = ratings[n]!;
    const a0 = tile[p]!;
    const a1 = tile[(p + 1) | 0]!;
    const a2 = tile[(p + 2) | 0]!;
    const a3 = tile[(p + 3) | 0]!;
    s00 += a0 * a0;
    s01 += a0 * a1;
    s02 += a0 * a2;
    s03 += a0 * a3;
    s11 += a1 * a1;
    s12 += a1 * a2;
    s13 += a1 * a3;
    s22 += a2 * a2;
    s23 += a2 * a3;
    s33 += a3 * a3;
    g0 += rating * a0;
    g1 += rating * a1;
    g2 += rating * a2;
    g3 += rating * a3;
    p = (p + size) | 0;
  }
  addRow(gram, (i * size + i) | 0, 1, s00, s01, s02, s03);
  addRow(gram, ((i + 1) * size + i) | 0, 1, 0, s11, s12, s13);
  addRow(gram, ((i + 2) * size + i) | 0, 1, 0, 0, s22, s23);
  addRow(gram, ((i + 3) * size + i) | 0, 1, 0, 0, 0, s33);
  addRow(right, i, 1, g0, g1, g2, g3);
}

/** A = RᵀR in place: left-looking by blocks of four rows; `size` is a multiple of four. */
function factorize(a: Float64Array, size: number): void {
  for (let i = 0; i < size; i += BLOCK) {
    for (let j = i; j < size; j += BLOCK) addBlock(a, i, i, j, a, size, -1);
    for (let k = i; k < i + BLOCK; k++) {
      const at = k * size;
      const inverse = 1 / Math.sqrt(a[at + k]!);
      for (let j = k; j < size; j++) a[at + j]! *= inverse;
      for (let m = k + 1; m < i + BLOCK; m++) {
        const factor = a[at + m]!;
        const below = m * size;
        for (let j = m; j < size; j++) a[below + j]! -= factor * a[at + j]!;
      }
    }
  }
}

/** Rᵀ R x = b, x in b's place; both passes run along rows of R, which are contiguous. */
function solve(r: Float64Array, b: Float64Array, size: number): void {
  for (let k = 0; k < size; k++) {
    const at = k * size;
    const x = b[k]! / r[at + k]!;
    b[k] = x;
    for (let j = k + 1; j < size; j++) b[j]! -= r[at + j]! * x;
  }
  for (let k = size - 1; k >= 0; k--) {
    const at = k * size;
    let sum = b[k]!;
    for (let j = k + 1; j < size; j++) sum -= r[at + j]! * b[j]!;
    b[k] = sum / r[at + k]!;
  }
}
