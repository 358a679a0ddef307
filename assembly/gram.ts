// Σ u uᵀ over a gathered tile: a small symmetric rank-n update (SYRK) on the upper triangle.
//
// The tile is row-major, `rows` × K with rows `tileBytes` apart; A is row-major with rows `aBytes` apart. K is padded to
// a multiple of 4 with zero columns, so no loop has a tail. A block of 4 rows × 2 vectors of A lives in 8 accumulators;
// the loop runs over the tile's rows with 2 vector loads, 4 splat loads and 8 multiply-adds. Only blocks on or above
// the diagonal are computed.
import { loadSplat, multiplyAdd } from "./lanes";

/** Where a tile's sums go: over what was in A, or added to it (a row's first tile needs no zeroed A). */
// @ts-ignore: decorator
@inline
function put<T>(address: usize, sum: v128, first: bool): void {
  v128.store(address, first ? sum : v128.add<T>(v128.load(address), sum));
}

/** 4 rows × 2 vectors of A: `left` and `right` point at the block's first column in the tile's first row. */
function block2<T>(left: usize, right: usize, end: usize, tileBytes: usize, a: usize, aBytes: usize, first: bool): void {
  let c00 = v128.splat<T>(<T>0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  while (left < end) {
    const b0 = v128.load(right);
    const b1 = v128.load(right, 16);
    const s0 = loadSplat<T>(left);
    c00 = multiplyAdd<T>(s0, b0, c00);
    c01 = multiplyAdd<T>(s0, b1, c01);
    const s1 = loadSplat<T>(left + sizeof<T>());
    c10 = multiplyAdd<T>(s1, b0, c10);
    c11 = multiplyAdd<T>(s1, b1, c11);
    const s2 = loadSplat<T>(left + 2 * sizeof<T>());
    c20 = multiplyAdd<T>(s2, b0, c20);
    c21 = multiplyAdd<T>(s2, b1, c21);
    const s3 = loadSplat<T>(left + 3 * sizeof<T>());
    c30 = multiplyAdd<T>(s3, b0, c30);
    c31 = multiplyAdd<T>(s3, b1, c31);
    left += tileBytes;
    right += tileBytes;
  }
  put<T>(a, c00, first);
  put<T>(a + 16, c01, first);
  a += aBytes;
  put<T>(a, c10, first);
  put<T>(a + 16, c11, first);
  a += aBytes;
  put<T>(a, c20, first);
  put<T>(a + 16, c21, first);
  a += aBytes;
  put<T>(a, c30, first);
  put<T>(a + 16, c31, first);
}

/** One row of the tile into the four sums of {@link diagonalBlock}. */
// @ts-ignore: decorator
@inline
function spread(u: v128, lane: i32, sum: v128): v128 {
  if (lane == 0) return multiplyAdd<f32>(v128.shuffle<f32>(u, u, 0, 0, 0, 0), u, sum);
  if (lane == 1) return multiplyAdd<f32>(v128.shuffle<f32>(u, u, 1, 1, 1, 1), u, sum);
  if (lane == 2) return multiplyAdd<f32>(v128.shuffle<f32>(u, u, 2, 2, 2, 2), u, sum);
  return multiplyAdd<f32>(v128.shuffle<f32>(u, u, 3, 3, 3, 3), u, sum);
}

/**
 * The 4×4 block on the diagonal alone, where an odd number of vectors is left (float32 only): its rows and its columns are
 * the same four numbers, so one load and four shuffles do. Two rows of the tile go into separate sums, because four chains
 * alone would wait for their own adds.
 */
function diagonalBlock(u: usize, end: usize, tileBytes: usize, a: usize, aBytes: usize, first: bool): void {
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

/** A (upper triangle, `padded` × `padded`) = or += Σ over the tile's rows of u uᵀ. */
export function gram<T>(tile: usize, rows: i32, tileBytes: usize, padded: i32, a: usize, aBytes: usize, first: bool): void {
  const span = <usize>rows * tileBytes;
  const width = <usize>padded * sizeof<T>();
  for (let i: usize = 0; i < width; i += 4 * sizeof<T>()) {
    const left = tile + i;
    const end = left + span;
    let j = i;
    if ((width - j) & 16) {
      diagonalBlock(left, end, tileBytes, a + j, aBytes, first);
      j += 16;
    }
    for (; j < width; j += 32) block2<T>(left, tile + j, end, tileBytes, a + j, aBytes, first);
    a += 4 * aBytes;
  }
}
