// Σ u uᵀ over a gathered tile: a small symmetric rank-n update (SYRK) on the upper triangle.
//
// The tile is row-major, `rows` × K with rows `tileBytes` apart; A is row-major with rows `aBytes` apart. K is padded to
// a multiple of 4 with zero columns, so no loop has a tail. A is cut into bands of 12 rows; right of a band's diagonal block
// lie rectangles of 6 rows × 2 vectors. Their 12 sums hide each other's latency with some to spare (8 do so only while
// nothing comes between), and with 2 vectors and a splat they fill the 15 vector registers that V8 gives out. The diagonal
// blocks are cut so that nothing left of the diagonal's own vectors is computed.
//
// The order in which a loop loads is no matter of taste. V8 keeps loads in their order and places multiply-adds in the
// reverse order of the sums' declaration, each as late as it can: where the loads run backwards too, from the last sum to
// the first, a multiply-add stands right behind its splat; otherwise all loads come first, and spill.
import { loadSplat, multiplyAdd } from "./lanes";

/**
 * Where a tile's sums go: over what was in A, or added to it (a row's first tile needs no zeroed A). By a mask, which is as
 * fast as a branch for every sum and makes a shorter binary.
 */
// @ts-ignore: decorator
@inline
function put<T>(address: usize, sum: v128, first: bool): void {
  const kept = v128.and(v128.load(address), i32x4.splat(<i32>first - 1));
  v128.store(address, v128.add<T>(kept, sum));
}

/** Two sums that lie side by side. */
// @ts-ignore: decorator
@inline
function putPair<T>(address: usize, left: v128, right: v128, first: bool): void {
  put<T>(address, left, first);
  put<T>(address + 16, right, first);
}

/** 6 rows × 2 vectors of A, or of any product: `left` and `right` point at the block's first row and first column in the tile's first row. */
export function rectangle<T>(left: usize, right: usize, end: usize, tileBytes: usize, a: usize, aBytes: usize, first: bool): void {
  let c00 = v128.splat<T>(<T>0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  let c40 = c00, c41 = c00, c50 = c00, c51 = c00;
  while (left < end) {
    const b0 = v128.load(right);
    const b1 = v128.load(right, 16);
    const s5 = loadSplat<T>(left, 5);
    c50 = multiplyAdd<T>(s5, b0, c50);
    c51 = multiplyAdd<T>(s5, b1, c51);
    const s4 = loadSplat<T>(left, 4);
    c40 = multiplyAdd<T>(s4, b0, c40);
    c41 = multiplyAdd<T>(s4, b1, c41);
    const s3 = loadSplat<T>(left, 3);
    c30 = multiplyAdd<T>(s3, b0, c30);
    c31 = multiplyAdd<T>(s3, b1, c31);
    const s2 = loadSplat<T>(left, 2);
    c20 = multiplyAdd<T>(s2, b0, c20);
    c21 = multiplyAdd<T>(s2, b1, c21);
    const s1 = loadSplat<T>(left, 1);
    c10 = multiplyAdd<T>(s1, b0, c10);
    c11 = multiplyAdd<T>(s1, b1, c11);
    const s0 = loadSplat<T>(left, 0);
    c00 = multiplyAdd<T>(s0, b0, c00);
    c01 = multiplyAdd<T>(s0, b1, c01);
    left += tileBytes;
    right += tileBytes;
  }
  putPair<T>(a, c00, c01, first);
  a += aBytes;
  putPair<T>(a, c10, c11, first);
  a += aBytes;
  putPair<T>(a, c20, c21, first);
  a += aBytes;
  putPair<T>(a, c30, c31, first);
  a += aBytes;
  putPair<T>(a, c40, c41, first);
  a += aBytes;
  putPair<T>(a, c50, c51, first);
}

/** 6 rows × 1 vector (float64). */
function column(left: usize, right: usize, end: usize, tileBytes: usize, a: usize, aBytes: usize, first: bool): void {
  let c0 = v128.splat<f64>(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0;
  while (left < end) {
    const b = v128.load(right);
    c5 = multiplyAdd<f64>(loadSplat<f64>(left, 5), b, c5);
    c4 = multiplyAdd<f64>(loadSplat<f64>(left, 4), b, c4);
    c3 = multiplyAdd<f64>(loadSplat<f64>(left, 3), b, c3);
    c2 = multiplyAdd<f64>(loadSplat<f64>(left, 2), b, c2);
    c1 = multiplyAdd<f64>(loadSplat<f64>(left, 1), b, c1);
    c0 = multiplyAdd<f64>(loadSplat<f64>(left, 0), b, c0);
    left += tileBytes;
    right += tileBytes;
  }
  put<f64>(a, c0, first);
  a += aBytes;
  put<f64>(a, c1, first);
  a += aBytes;
  put<f64>(a, c2, first);
  a += aBytes;
  put<f64>(a, c3, first);
  a += aBytes;
  put<f64>(a, c4, first);
  a += aBytes;
  put<f64>(a, c5, first);
}

/** 4 rows × 2 vectors. */
function square<T>(left: usize, right: usize, end: usize, tileBytes: usize, a: usize, aBytes: usize, first: bool): void {
  let c00 = v128.splat<T>(<T>0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  while (left < end) {
    const b0 = v128.load(right);
    const b1 = v128.load(right, 16);
    const s3 = loadSplat<T>(left, 3);
    c30 = multiplyAdd<T>(s3, b0, c30);
    c31 = multiplyAdd<T>(s3, b1, c31);
    const s2 = loadSplat<T>(left, 2);
    c20 = multiplyAdd<T>(s2, b0, c20);
    c21 = multiplyAdd<T>(s2, b1, c21);
    const s1 = loadSplat<T>(left, 1);
    c10 = multiplyAdd<T>(s1, b0, c10);
    c11 = multiplyAdd<T>(s1, b1, c11);
    const s0 = loadSplat<T>(left, 0);
    c00 = multiplyAdd<T>(s0, b0, c00);
    c01 = multiplyAdd<T>(s0, b1, c01);
    left += tileBytes;
    right += tileBytes;
  }
  putPair<T>(a, c00, c01, first);
  a += aBytes;
  putPair<T>(a, c10, c11, first);
  a += aBytes;
  putPair<T>(a, c20, c21, first);
  a += aBytes;
  putPair<T>(a, c30, c31, first);
}

/** Rows 0–3 × 2 vectors and rows 4–7 × the second of them (float32): two diagonal blocks and what lies between, for one. */
function stairs(left: usize, right: usize, end: usize, tileBytes: usize, a: usize, aBytes: usize, first: bool): void {
  let c00 = v128.splat<f32>(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  let c4 = c00, c5 = c00, c6 = c00, c7 = c00;
  while (left < end) {
    const b0 = v128.load(right);
    const b1 = v128.load(right, 16);
    c7 = multiplyAdd<f32>(loadSplat<f32>(left, 7), b1, c7);
    c6 = multiplyAdd<f32>(loadSplat<f32>(left, 6), b1, c6);
    c5 = multiplyAdd<f32>(loadSplat<f32>(left, 5), b1, c5);
    c4 = multiplyAdd<f32>(loadSplat<f32>(left, 4), b1, c4);
    const s3 = loadSplat<f32>(left, 3);
    c30 = multiplyAdd<f32>(s3, b0, c30);
    c31 = multiplyAdd<f32>(s3, b1, c31);
    const s2 = loadSplat<f32>(left, 2);
    c20 = multiplyAdd<f32>(s2, b0, c20);
    c21 = multiplyAdd<f32>(s2, b1, c21);
    const s1 = loadSplat<f32>(left, 1);
    c10 = multiplyAdd<f32>(s1, b0, c10);
    c11 = multiplyAdd<f32>(s1, b1, c11);
    const s0 = loadSplat<f32>(left, 0);
    c00 = multiplyAdd<f32>(s0, b0, c00);
    c01 = multiplyAdd<f32>(s0, b1, c01);
    left += tileBytes;
    right += tileBytes;
  }
  putPair<f32>(a, c00, c01, first);
  a += aBytes;
  putPair<f32>(a, c10, c11, first);
  a += aBytes;
  putPair<f32>(a, c20, c21, first);
  a += aBytes;
  putPair<f32>(a, c30, c31, first);
  a += aBytes + 16;
  put<f32>(a, c4, first);
  a += aBytes;
  put<f32>(a, c5, first);
  a += aBytes;
  put<f32>(a, c6, first);
  a += aBytes;
  put<f32>(a, c7, first);
}

/** 12 rows × 1 vector (float32). */
function longColumn(left: usize, right: usize, end: usize, tileBytes: usize, a: usize, aBytes: usize, first: bool): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
  let c8 = c0, c9 = c0, c10 = c0, c11 = c0;
  while (left < end) {
    const b = v128.load(right);
    c11 = multiplyAdd<f32>(loadSplat<f32>(left, 11), b, c11);
    c10 = multiplyAdd<f32>(loadSplat<f32>(left, 10), b, c10);
    c9 = multiplyAdd<f32>(loadSplat<f32>(left, 9), b, c9);
    c8 = multiplyAdd<f32>(loadSplat<f32>(left, 8), b, c8);
    c7 = multiplyAdd<f32>(loadSplat<f32>(left, 7), b, c7);
    c6 = multiplyAdd<f32>(loadSplat<f32>(left, 6), b, c6);
    c5 = multiplyAdd<f32>(loadSplat<f32>(left, 5), b, c5);
    c4 = multiplyAdd<f32>(loadSplat<f32>(left, 4), b, c4);
    c3 = multiplyAdd<f32>(loadSplat<f32>(left, 3), b, c3);
    c2 = multiplyAdd<f32>(loadSplat<f32>(left, 2), b, c2);
    c1 = multiplyAdd<f32>(loadSplat<f32>(left, 1), b, c1);
    c0 = multiplyAdd<f32>(loadSplat<f32>(left, 0), b, c0);
    left += tileBytes;
    right += tileBytes;
  }
  put<f32>(a, c0, first);
  a += aBytes;
  put<f32>(a, c1, first);
  a += aBytes;
  put<f32>(a, c2, first);
  a += aBytes;
  put<f32>(a, c3, first);
  a += aBytes;
  put<f32>(a, c4, first);
  a += aBytes;
  put<f32>(a, c5, first);
  a += aBytes;
  put<f32>(a, c6, first);
  a += aBytes;
  put<f32>(a, c7, first);
  a += aBytes;
  put<f32>(a, c8, first);
  a += aBytes;
  put<f32>(a, c9, first);
  a += aBytes;
  put<f32>(a, c10, first);
  a += aBytes;
  put<f32>(a, c11, first);
}

/** 6×6 on the diagonal (float64): rows 0–1 × 3 vectors, rows 2–3 × the last 2 of them, rows 4–5 × the last. */
function triangle(u: usize, end: usize, tileBytes: usize, a: usize, aBytes: usize, first: bool): void {
  let c00 = v128.splat<f64>(0), c10 = c00, c01 = c00, c11 = c00, c21 = c00, c31 = c00, c02 = c00, c12 = c00;
  let c22 = c00, c32 = c00, c42 = c00, c52 = c00;
  while (u < end) {
    const b2 = v128.load(u, 32);
    c52 = multiplyAdd<f64>(loadSplat<f64>(u, 5), b2, c52);
    c42 = multiplyAdd<f64>(loadSplat<f64>(u, 4), b2, c42);
    c32 = multiplyAdd<f64>(loadSplat<f64>(u, 3), b2, c32);
    c22 = multiplyAdd<f64>(loadSplat<f64>(u, 2), b2, c22);
    c12 = multiplyAdd<f64>(loadSplat<f64>(u, 1), b2, c12);
    c02 = multiplyAdd<f64>(loadSplat<f64>(u, 0), b2, c02);
    const b1 = v128.load(u, 16);
    c31 = multiplyAdd<f64>(loadSplat<f64>(u, 3), b1, c31);
    c21 = multiplyAdd<f64>(loadSplat<f64>(u, 2), b1, c21);
    c11 = multiplyAdd<f64>(loadSplat<f64>(u, 1), b1, c11);
    c01 = multiplyAdd<f64>(loadSplat<f64>(u, 0), b1, c01);
    const b0 = v128.load(u);
    c10 = multiplyAdd<f64>(loadSplat<f64>(u, 1), b0, c10);
    c00 = multiplyAdd<f64>(loadSplat<f64>(u, 0), b0, c00);
    u += tileBytes;
  }
  put<f64>(a, c00, first);
  putPair<f64>(a + 16, c01, c02, first);
  a += aBytes;
  put<f64>(a, c10, first);
  putPair<f64>(a + 16, c11, c12, first);
  a += aBytes;
  putPair<f64>(a + 16, c21, c22, first);
  a += aBytes;
  putPair<f64>(a + 16, c31, c32, first);
  a += aBytes;
  put<f64>(a + 32, c42, first);
  a += aBytes;
  put<f64>(a + 32, c52, first);
}

// @ts-ignore: decorator
@inline
function spread(u: v128, lane: i32, sum: v128): v128 {
  if (lane == 0) return multiplyAdd<f32>(v128.shuffle<f32>(u, u, 0, 0, 0, 0), u, sum);
  if (lane == 1) return multiplyAdd<f32>(v128.shuffle<f32>(u, u, 1, 1, 1, 1), u, sum);
  if (lane == 2) return multiplyAdd<f32>(v128.shuffle<f32>(u, u, 2, 2, 2, 2), u, sum);
  return multiplyAdd<f32>(v128.shuffle<f32>(u, u, 3, 3, 3, 3), u, sum);
}

/**
 * The last 4×4 block of the diagonal alone (float32): its rows and its columns are the same four numbers, so one load and
 * four shuffles do. Two rows of the tile go into separate sums, because four chains alone would wait for their own adds.
 */
function diagonal(u: usize, end: usize, tileBytes: usize, a: usize, aBytes: usize, first: bool): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0;
  let d0 = c0, d1 = c0, d2 = c0, d3 = c0;
  while (u + tileBytes < end) {
    const even = v128.load(u);
    const odd = v128.load(u + tileBytes);
    c0 = spread(even, 0, c0);
    d0 = spread(odd, 0, d0);
    c1 = spread(even, 1, c1);
    d1 = spread(odd, 1, d1);
    c2 = spread(even, 2, c2);
    d2 = spread(odd, 2, d2);
    c3 = spread(even, 3, c3);
    d3 = spread(odd, 3, d3);
    u += 2 * tileBytes;
  }
  if (u < end) {
    const last = v128.load(u);
    c0 = spread(last, 0, c0);
    c1 = spread(last, 1, c1);
    c2 = spread(last, 2, c2);
    c3 = spread(last, 3, c3);
  }
  put<f32>(a, f32x4.add(c0, d0), first);
  put<f32>(a + aBytes, f32x4.add(c1, d1), first);
  put<f32>(a + 2 * aBytes, f32x4.add(c2, d2), first);
  put<f32>(a + 3 * aBytes, f32x4.add(c3, d3), first);
}

/** What is left of A below the last whole band, 4, 8 or (float32) 16 rows; `a` points at the first one's diagonal entry. */
// @ts-ignore: decorator
@inline
function corner<T>(u: usize, end: usize, size: usize, tileBytes: usize, a: usize, aBytes: usize, first: bool): void {
  if (sizeof<T>() == 8) {
    for (let i: usize = 0; i < size; i += 32) {
      for (let j = i; j < size; j += 32) square<T>(u + i, u + j, end + i, tileBytes, a + j, aBytes, first);
      a += 4 * aBytes;
    }
    return;
  }
  if (size == 64) {
    square<T>(u, u + 32, end, tileBytes, a + 32, aBytes, first);
    square<T>(u + 16, u + 32, end + 16, tileBytes, a + 4 * aBytes + 32, aBytes, first);
    stairs(u + 32, u + 32, end + 32, tileBytes, a + 8 * aBytes + 32, aBytes, first);
  }
  if (size >= 32) stairs(u, u, end, tileBytes, a, aBytes, first);
  else if (size == 16) diagonal(u, end, tileBytes, a, aBytes, first);
}

/** A (upper triangle, `padded` × `padded`) = or += Σ over the tile's rows of u uᵀ. */
export function gram<T>(tile: usize, rows: i32, tileBytes: usize, padded: i32, a: usize, aBytes: usize, first: bool): void {
  const half: usize = 6 * sizeof<T>();
  const width = <usize>padded * sizeof<T>();
  const span = <usize>rows * tileBytes;
  let i: usize = 0;
  // In float32 16 rows make better blocks than a band and 4 rows do.
  const last: usize = sizeof<T>() == 8 ? 0 : 64;
  for (; i + 2 * half <= width && width - i != last; i += 2 * half) {
    const upper = tile + i;
    const lower = upper + half;
    const lowerA = a + 6 * aBytes;
    if (sizeof<T>() == 8) {
      triangle(upper, upper + span, tileBytes, a + i, aBytes, first);
      column(upper, lower, upper + span, tileBytes, a + i + half, aBytes, first);
      rectangle<T>(upper, lower + 16, upper + span, tileBytes, a + i + half + 16, aBytes, first);
      triangle(lower, lower + span, tileBytes, lowerA + i + half, aBytes, first);
    } else {
      stairs(upper, upper, upper + span, tileBytes, a + i, aBytes, first);
      longColumn(upper, upper + 32, upper + span, tileBytes, a + i + 32, aBytes, first);
    }
    let j = i + 2 * half;
    // float64 leaves no odd vector: 4 columns are two of them.
    if (sizeof<T>() == 4 && (width - j) & 16) {
      longColumn(upper, tile + j, upper + span, tileBytes, a + j, aBytes, first);
      j += 16;
    }
    for (; j < width; j += 32) {
      rectangle<T>(upper, tile + j, upper + span, tileBytes, a + j, aBytes, first);
      rectangle<T>(lower, tile + j, lower + span, tileBytes, lowerA + j, aBytes, first);
    }
    a += 12 * aBytes;
  }
  const left = tile + i;
  corner<T>(left, left + span, width - i, tileBytes, a + i, aBytes, first);
}
