// A = RᵀR on row-major upper storage, left-looking by blocks of 4 rows, with two right-hand sides carried along.
//
// The rows above a block play the part that the tile plays in gram.ts: the trailing update of a block is the same
// 4 rows × 2 vectors routine with the sign turned, and while the block is still in registers its four rows are solved
// against the diagonal block. Two more columns stand behind the K columns of A: whatever right-hand sides g, s they
// hold on entry, they hold R⁻ᵀg, R⁻ᵀs after the factorization: forward substitution is one more column.
//
// On return a diagonal entry holds 1 / r_jj, which is all that the substitutions need of it.
import { finite, loadSplat, multiplyAdd, multiplySubtract, sumLanes } from "./lanes";

/** A row's system as the kernels see it. */
export const SOLVED: i32 = 0;
/** float32 could not vouch for a pivot: solve the row again in float64. */
export const DOUBTFUL: i32 = 1;
/** The matrix is singular to working precision. */
export const SINGULAR: i32 = 2;
/** NaN or Infinity among factors, ratings or sums. */
export const NOT_FINITE: i32 = 3;
/** Within this file: solved, with a small pivot on the way. */
const SMALL: i32 = -1;

/** Bytes from one row of A to the next: K padded, and one vector (float32) or two numbers (float64) of right-hand sides. */
// @ts-ignore: decorator
@inline
export function systemRowBytes<T>(padded: i32): usize {
  return <usize>padded * sizeof<T>() + 16;
}

/** Trailing update of 4 rows × 2 vectors at `a`. */
function update2<T>(left: usize, right: usize, end: usize, aBytes: usize, a: usize): void {
  const a1 = a + aBytes;
  const a2 = a1 + aBytes;
  const a3 = a2 + aBytes;
  let c00 = v128.load(a), c01 = v128.load(a, 16);
  let c10 = v128.load(a1), c11 = v128.load(a1, 16);
  let c20 = v128.load(a2), c21 = v128.load(a2, 16);
  let c30 = v128.load(a3), c31 = v128.load(a3, 16);
  while (left < end) {
    const b0 = v128.load(right);
    const b1 = v128.load(right, 16);
    const s0 = loadSplat<T>(left, 0);
    c00 = multiplySubtract<T>(s0, b0, c00);
    c01 = multiplySubtract<T>(s0, b1, c01);
    const s1 = loadSplat<T>(left, 1);
    c10 = multiplySubtract<T>(s1, b0, c10);
    c11 = multiplySubtract<T>(s1, b1, c11);
    const s2 = loadSplat<T>(left, 2);
    c20 = multiplySubtract<T>(s2, b0, c20);
    c21 = multiplySubtract<T>(s2, b1, c21);
    const s3 = loadSplat<T>(left, 3);
    c30 = multiplySubtract<T>(s3, b0, c30);
    c31 = multiplySubtract<T>(s3, b1, c31);
    left += aBytes;
    right += aBytes;
  }
  v128.store(a, c00);
  v128.store(a, c01, 16);
  v128.store(a1, c10);
  v128.store(a1, c11, 16);
  v128.store(a2, c20);
  v128.store(a2, c21, 16);
  v128.store(a3, c30);
  v128.store(a3, c31, 16);
}

/**
 * Trailing update of 4 rows × 1 vector at `a`, two rows of R at a time into separate sums: four chains alone would wait
 * for their own adds.
 */
function update1<T>(left: usize, right: usize, end: usize, aBytes: usize, a: usize): void {
  let c0 = v128.load(a);
  let c1 = v128.load(a + aBytes);
  let c2 = v128.load(a + 2 * aBytes);
  let c3 = v128.load(a + 3 * aBytes);
  let e0 = v128.splat<T>(<T>0), e1 = e0, e2 = e0, e3 = e0;
  // R has a multiple of 4 rows above any block, so pairs come out even.
  while (left < end) {
    const b = v128.load(right);
    c0 = multiplySubtract<T>(loadSplat<T>(left, 0), b, c0);
    c1 = multiplySubtract<T>(loadSplat<T>(left, 1), b, c1);
    c2 = multiplySubtract<T>(loadSplat<T>(left, 2), b, c2);
    c3 = multiplySubtract<T>(loadSplat<T>(left, 3), b, c3);
    left += aBytes;
    right += aBytes;
    const f = v128.load(right);
    e0 = multiplyAdd<T>(loadSplat<T>(left, 0), f, e0);
    e1 = multiplyAdd<T>(loadSplat<T>(left, 1), f, e1);
    e2 = multiplyAdd<T>(loadSplat<T>(left, 2), f, e2);
    e3 = multiplyAdd<T>(loadSplat<T>(left, 3), f, e3);
    left += aBytes;
    right += aBytes;
  }
  v128.store(a, v128.sub<T>(c0, e0));
  v128.store(a + aBytes, v128.sub<T>(c1, e1));
  v128.store(a + 2 * aBytes, v128.sub<T>(c2, e2));
  v128.store(a + 3 * aBytes, v128.sub<T>(c3, e3));
}

/**
 * Solves the four rows of a block, from `a` to `end` of its first row, against the factored diagonal block at `d`. A loop of
 * its own after all updates: its vectors do not depend on each other, so their long chains overlap.
 */
function solveBlock<T>(d: usize, a: usize, end: usize, aBytes: usize): void {
  const d1 = d + aBytes;
  const d2 = d1 + aBytes;
  const d3 = d2 + aBytes;
  const i0 = loadSplat<T>(d, 0);
  const r01 = loadSplat<T>(d, 1);
  const r02 = loadSplat<T>(d, 2);
  const r03 = loadSplat<T>(d, 3);
  const i1 = loadSplat<T>(d1, 1);
  const r12 = loadSplat<T>(d1, 2);
  const r13 = loadSplat<T>(d1, 3);
  const i2 = loadSplat<T>(d2, 2);
  const r23 = loadSplat<T>(d2, 3);
  const i3 = loadSplat<T>(d3, 3);
  while (a < end) {
    const a1 = a + aBytes;
    const a2 = a1 + aBytes;
    const a3 = a2 + aBytes;
    const x0 = v128.mul<T>(v128.load(a), i0);
    v128.store(a, x0);
    const x1 = v128.mul<T>(multiplySubtract<T>(r01, x0, v128.load(a1)), i1);
    v128.store(a1, x1);
    const x2 = v128.mul<T>(multiplySubtract<T>(r12, x1, multiplySubtract<T>(r02, x0, v128.load(a2))), i2);
    v128.store(a2, x2);
    v128.store(
      a3,
      v128.mul<T>(multiplySubtract<T>(r23, x2, multiplySubtract<T>(r13, x1, multiplySubtract<T>(r03, x0, v128.load(a3)))), i3),
    );
    a += 16;
  }
}

/**
 * A pivot that is at most this share of its diagonal entry has lost digits to cancellation: in float32 the row is solved
 * again in float64, in float64 it and every later pivot are looked at closely.
 */
// @ts-ignore: decorator
@inline
export function smallShare<T>(): T {
  return sizeof<T>() == 8 ? <T>1e-3 : <T>1e-2;
}

/**
 * Is a pivot p of column j still a number to divide by? Backward error says so: it is noise when it does not stand out of
 * 8·D·ε·(A_jj + Σ v_k² A_kk), v = R₁₁⁻¹ r_j, the rounding that its own cancellation leaves (docs/mathematics.md).
 * `diagonal` is A's diagonal before the factorization; `v` is room for j numbers; `roundings` is D, or more where the
 * entries of A are long sums.
 */
export function pivotStandsOut(
  pivot: f64, size: f64, a: usize, aBytes: usize, column: usize, j: i32, diagonal: usize, v: usize, roundings: i32,
): bool {
  if (!(pivot > 0)) return false;
  let noise = size;
  for (let k = j - 1; k >= 0; k--) {
    const row = a + <usize>k * aBytes;
    let sum = load<f64>(row + column);
    for (let m = k + 1; m < j; m++) sum -= load<f64>(row + (<usize>m << 3)) * load<f64>(v + (<usize>m << 3));
    sum *= load<f64>(row + (<usize>k << 3));
    store<f64>(v + (<usize>k << 3), sum);
    noise += sum * sum * load<f64>(diagonal + (<usize>k << 3));
  }
  return pivot > 8.0 * <f64>roundings * f64.EPSILON * noise;
}

/** Is a pivot of column `j` more than `share` of its diagonal entry? */
// @ts-ignore: decorator
@inline
function exceeds<T>(pivot: T, share: T, diagonal: usize, j: usize): bool {
  const size = load<T>(diagonal + j * sizeof<T>());
  return pivot > size * share && finite(<f64>size);
}

/** May a pivot of column `j` that is small, or that comes after a small one, be divided by? Tells {@link SMALL} if so. */
function smallPivotState<T>(
  pivot: T, a: usize, aBytes: usize, j: usize, diagonal: usize, v: usize, roundings: i32,
): i32 {
  if (sizeof<T>() == 4) return DOUBTFUL;
  const size = load<f64>(diagonal + (j << 3));
  if (!finite(<f64>pivot) || !finite(size)) return NOT_FINITE;
  return pivotStandsOut(<f64>pivot, size, a, aBytes, j << 3, <i32>j, diagonal, v, roundings) ? SMALL : SINGULAR;
}

/** Was the pivot of column `j`, of which 1/r_jj is left, a small share of its diagonal entry? */
// @ts-ignore: decorator
@inline
export function wasSmall(a: usize, aBytes: usize, j: usize, diagonal: usize): bool {
  const inverse = load<f64>(a + j * (aBytes + 8));
  return inverse * inverse * load<f64>(diagonal + (j << 3)) * smallShare<f64>() >= 1;
}

/**
 * Factors the 4×4 diagonal block whose first row is `j`, all of it in scalars that stay in registers. Its chain of pivots is
 * the longest wait of a small factorization, so it runs on reciprocals (as LDLᵀ does) and takes the square roots at the end.
 */
function factorDiagonal<T>(
  a: usize, aBytes: usize, j: usize, share: T, diagonal: usize, v: usize, roundings: i32,
): i32 {
  const row0 = a + j * (aBytes + sizeof<T>());
  const row1 = row0 + aBytes;
  const row2 = row1 + aBytes;
  const row3 = row2 + aBytes;
  const a01 = load<T>(row0 + sizeof<T>());
  const a02 = load<T>(row0 + 2 * sizeof<T>());
  const a03 = load<T>(row0 + 3 * sizeof<T>());
  let state = SOLVED;

  const p0 = load<T>(row0);
  if (!exceeds<T>(p0, share, diagonal, j)) {
    state = smallPivotState<T>(p0, a, aBytes, j, diagonal, v, roundings);
    if (state != SMALL) return state;
    share = <T>Infinity;
  }
  const n0 = <T>1 / p0;
  const l01 = a01 * n0;
  const l02 = a02 * n0;
  const l03 = a03 * n0;
  const p1 = load<T>(row1 + sizeof<T>()) - a01 * l01;
  const a12 = load<T>(row1 + 2 * sizeof<T>()) - a02 * l01;
  const a13 = load<T>(row1 + 3 * sizeof<T>()) - a03 * l01;
  const i0 = sqrt<T>(n0);
  store<T>(row0, i0);
  store<T>(row0 + sizeof<T>(), a01 * i0);
  store<T>(row0 + 2 * sizeof<T>(), a02 * i0);
  store<T>(row0 + 3 * sizeof<T>(), a03 * i0);

  if (!exceeds<T>(p1, share, diagonal, j + 1)) {
    state = smallPivotState<T>(p1, a, aBytes, j + 1, diagonal, v, roundings);
    if (state != SMALL) return state;
    share = <T>Infinity;
  }
  const n1 = <T>1 / p1;
  const l12 = a12 * n1;
  const l13 = a13 * n1;
  const p2 = load<T>(row2 + 2 * sizeof<T>()) - a02 * l02 - a12 * l12;
  const a23 = load<T>(row2 + 3 * sizeof<T>()) - a03 * l02 - a13 * l12;
  const i1 = sqrt<T>(n1);
  store<T>(row1 + sizeof<T>(), i1);
  store<T>(row1 + 2 * sizeof<T>(), a12 * i1);
  store<T>(row1 + 3 * sizeof<T>(), a13 * i1);

  if (!exceeds<T>(p2, share, diagonal, j + 2)) {
    state = smallPivotState<T>(p2, a, aBytes, j + 2, diagonal, v, roundings);
    if (state != SMALL) return state;
    share = <T>Infinity;
  }
  const n2 = <T>1 / p2;
  const p3 = load<T>(row3 + 3 * sizeof<T>()) - a03 * l03 - a13 * l13 - a23 * (a23 * n2);
  const i2 = sqrt<T>(n2);
  store<T>(row2 + 2 * sizeof<T>(), i2);
  store<T>(row2 + 3 * sizeof<T>(), a23 * i2);

  if (!exceeds<T>(p3, share, diagonal, j + 3)) {
    state = smallPivotState<T>(p3, a, aBytes, j + 3, diagonal, v, roundings);
    if (state != SMALL) return state;
  }
  store<T>(row3 + 3 * sizeof<T>(), sqrt<T>(<T>1 / p3));
  return state;
}

/**
 * Factors A (`padded` × `padded`, upper, rows `systemRowBytes` apart, right-hand sides behind) in place; `diagonal` is a
 * copy of its diagonal, `v` room for `padded` numbers, `roundings` as for {@link pivotStandsOut}. Returns a state.
 */
export function factor<T>(a: usize, padded: i32, diagonal: usize, v: usize, roundings: i32): i32 {
  const aBytes = systemRowBytes<T>(padded);
  let share = smallShare<T>();
  for (let j = 0; j < padded; j += 4) {
    const i = <usize>j * sizeof<T>();
    const left = a + i;
    const end = left + <usize>j * aBytes;
    const d = end;
    const rowEnd = d + aBytes - i;
    let c = i;
    if ((aBytes - i) & 16) {
      update1<T>(left, a + c, end, aBytes, d);
      c += 16;
    }
    for (; c < aBytes; c += 32) update2<T>(left, a + c, end, aBytes, d + c - i);
    const state = factorDiagonal<T>(a, aBytes, <usize>j, share, diagonal, v, roundings);
    if (state == SMALL) share = <T>Infinity;
    else if (state != SOLVED) return state;
    solveBlock<T>(d, d + 4 * sizeof<T>(), rowEnd, aBytes);
  }
  return SOLVED;
}

/** Four numbers side by side in memory. */
// @ts-ignore: decorator
@inline
function storeFour<T>(address: usize, x0: T, x1: T, x2: T, x3: T): void {
  if (sizeof<T>() == 8) {
    v128.store(address, f64x2.replace_lane(f64x2.splat(<f64>x0), 1, <f64>x1));
    v128.store(address, f64x2.replace_lane(f64x2.splat(<f64>x2), 1, <f64>x3), 16);
  } else {
    let x = f32x4.replace_lane(f32x4.splat(<f32>x0), 1, <f32>x1);
    x = f32x4.replace_lane(x, 2, <f32>x2);
    v128.store(address, f32x4.replace_lane(x, 3, <f32>x3));
  }
}

/**
 * x = R⁻¹ z by row-dots, four rows at a time. `z` has `padded` numbers, `zBytes` apart; x lies side by side and may be z.
 *
 * Every block waits for the one before it, so all else is kept off that chain: a dot product begins at the far end, whose
 * x have long been known, rows are divided before they meet the block's own x, and x is stored as the vectors in which the
 * next block loads it.
 */
export function backSubstitute<T>(a: usize, padded: i32, z: usize, zBytes: usize, x: usize): void {
  const aBytes = systemRowBytes<T>(padded);
  for (let j = padded - 4; j >= 0; j -= 4) {
    const r0 = a + <usize>j * (aBytes + sizeof<T>());
    const r1 = r0 + aBytes;
    const r2 = r1 + aBytes;
    const r3 = r2 + aBytes;
    let s0 = v128.splat<T>(<T>0), s1 = s0, s2 = s0, s3 = s0;
    const xj = x + <usize>j * sizeof<T>();
    for (let c = <usize>(padded - j) * sizeof<T>() - 16; c >= 4 * sizeof<T>(); c -= 16) {
      const v = v128.load(xj + c);
      s0 = multiplyAdd<T>(v128.load(r0 + c), v, s0);
      s1 = multiplyAdd<T>(v128.load(r1 + c), v, s1);
      s2 = multiplyAdd<T>(v128.load(r2 + c), v, s2);
      s3 = multiplyAdd<T>(v128.load(r3 + c), v, s3);
    }
    const zj = z + <usize>j * zBytes;
    const i0 = load<T>(r0);
    const i1 = load<T>(r1 + sizeof<T>());
    const i2 = load<T>(r2 + 2 * sizeof<T>());
    const x3 = (load<T>(zj + 3 * zBytes) - sumLanes<T>(s3)) * load<T>(r3 + 3 * sizeof<T>());
    const x2 = (load<T>(zj + 2 * zBytes) - sumLanes<T>(s2)) * i2 - load<T>(r2 + 3 * sizeof<T>()) * i2 * x3;
    const x1 = (load<T>(zj + zBytes) - sumLanes<T>(s1)) * i1 - load<T>(r1 + 3 * sizeof<T>()) * i1 * x3 -
      load<T>(r1 + 2 * sizeof<T>()) * i1 * x2;
    const x0 = (load<T>(zj) - sumLanes<T>(s0)) * i0 - load<T>(r0 + 3 * sizeof<T>()) * i0 * x3 -
      load<T>(r0 + 2 * sizeof<T>()) * i0 * x2 - load<T>(r0 + sizeof<T>()) * i0 * x1;
    storeFour<T>(xj, x0, x1, x2, x3);
  }
}
