// Products of a vector with rows of a matrix that lie anywhere: factor rows of ratings, or those of the sum over all
// pairs. Nothing is gathered: four rows at a time pass through both directions while they lie in the L1 cache.
import { multiplyAdd, splatAt, sumLanes } from "./lanes";

// @ts-ignore: decorator
@inline
function rowAt(rows: usize, rowBytes: usize, indices: usize, last: usize): usize {
  return rows + <usize>load<u32>(min<usize>(indices, last)) * rowBytes;
}

/** The lanes' sums of four vectors, stored as four numbers. */
// @ts-ignore: decorator
@inline
function storeSums<T>(out: usize, e0: v128, e1: v128, e2: v128, e3: v128): void {
  if (sizeof<T>() == 8) {
    v128.store(out, f64x2.add(v128.shuffle<f64>(e0, e1, 0, 2), v128.shuffle<f64>(e0, e1, 1, 3)));
    v128.store(out, f64x2.add(v128.shuffle<f64>(e2, e3, 0, 2), v128.shuffle<f64>(e2, e3, 1, 3)), 16);
    return;
  }
  const e01 = f32x4.add(v128.shuffle<f32>(e0, e1, 0, 4, 1, 5), v128.shuffle<f32>(e0, e1, 2, 6, 3, 7));
  const e23 = f32x4.add(v128.shuffle<f32>(e2, e3, 0, 4, 1, 5), v128.shuffle<f32>(e2, e3, 2, 6, 3, 7));
  v128.store(out, f32x4.add(v128.shuffle<f32>(e01, e23, 0, 1, 4, 5), v128.shuffle<f32>(e01, e23, 2, 3, 6, 7)));
}

/**
 * out = the products of `count` rows of `width` bytes with the vector at `p`; `indices` (uint32) says which rows. Writes whole
 * fours: the last row's product again where `count` is no multiple of 4.
 */
export function multiplyRows<T>(
  rows: usize, rowBytes: usize, indices: usize, count: usize, p: usize, width: usize, out: usize,
): void {
  const last = indices + (count << 2) - 4;
  const fours = p + (width & ~63);
  const end = p + width;
  while (indices <= last) {
    let u0 = rowAt(rows, rowBytes, indices, last);
    let u1 = rowAt(rows, rowBytes, indices + 4, last);
    let u2 = rowAt(rows, rowBytes, indices + 8, last);
    let u3 = rowAt(rows, rowBytes, indices + 12, last);
    let e0 = v128.splat<T>(<T>0), e1 = e0, e2 = e0, e3 = e0, f0 = e0, f1 = e0, f2 = e0, f3 = e0;
    let at = p;
    while (at < fours) {
      const v0 = v128.load(at);
      const v1 = v128.load(at, 16);
      e0 = multiplyAdd<T>(v128.load(u0), v0, e0);
      f0 = multiplyAdd<T>(v128.load(u0, 16), v1, f0);
      e1 = multiplyAdd<T>(v128.load(u1), v0, e1);
      f1 = multiplyAdd<T>(v128.load(u1, 16), v1, f1);
      e2 = multiplyAdd<T>(v128.load(u2), v0, e2);
      f2 = multiplyAdd<T>(v128.load(u2, 16), v1, f2);
      e3 = multiplyAdd<T>(v128.load(u3), v0, e3);
      f3 = multiplyAdd<T>(v128.load(u3, 16), v1, f3);
      const v2 = v128.load(at, 32);
      const v3 = v128.load(at, 48);
      e0 = multiplyAdd<T>(v128.load(u0, 32), v2, e0);
      f0 = multiplyAdd<T>(v128.load(u0, 48), v3, f0);
      e1 = multiplyAdd<T>(v128.load(u1, 32), v2, e1);
      f1 = multiplyAdd<T>(v128.load(u1, 48), v3, f1);
      e2 = multiplyAdd<T>(v128.load(u2, 32), v2, e2);
      f2 = multiplyAdd<T>(v128.load(u2, 48), v3, f2);
      e3 = multiplyAdd<T>(v128.load(u3, 32), v2, e3);
      f3 = multiplyAdd<T>(v128.load(u3, 48), v3, f3);
      at += 64;
      u0 += 64;
      u1 += 64;
      u2 += 64;
      u3 += 64;
    }
    while (at < end) {
      const v = v128.load(at);
      e0 = multiplyAdd<T>(v128.load(u0), v, e0);
      e1 = multiplyAdd<T>(v128.load(u1), v, e1);
      e2 = multiplyAdd<T>(v128.load(u2), v, e2);
      e3 = multiplyAdd<T>(v128.load(u3), v, e3);
      at += 16;
      u0 += 16;
      u1 += 16;
      u2 += 16;
      u3 += 16;
    }
    storeSums<T>(out, v128.add<T>(e0, f0), v128.add<T>(e1, f1), v128.add<T>(e2, f2), v128.add<T>(e3, f3));
    out += 4 * sizeof<T>();
    indices += 16;
  }
}

/** q += Σ fᵢ·rowᵢ over the same rows; `f` has zeros up to the next multiple of 4. */
export function addRows<T>(
  rows: usize, rowBytes: usize, indices: usize, count: usize, f: usize, q: usize, width: usize,
): void {
  const last = indices + (count << 2) - 4;
  const fours = q + (width & ~63);
  const end = q + width;
  while (indices <= last) {
    let u0 = rowAt(rows, rowBytes, indices, last);
    let u1 = rowAt(rows, rowBytes, indices + 4, last);
    let u2 = rowAt(rows, rowBytes, indices + 8, last);
    let u3 = rowAt(rows, rowBytes, indices + 12, last);
    const f0 = splatAt<T>(f);
    const f1 = splatAt<T>(f + sizeof<T>());
    const f2 = splatAt<T>(f + 2 * sizeof<T>());
    const f3 = splatAt<T>(f + 3 * sizeof<T>());
    let at = q;
    while (at < fours) {
      let sum0 = multiplyAdd<T>(f0, v128.load(u0), v128.load(at));
      sum0 = multiplyAdd<T>(f1, v128.load(u1), sum0);
      sum0 = multiplyAdd<T>(f2, v128.load(u2), sum0);
      v128.store(at, multiplyAdd<T>(f3, v128.load(u3), sum0));
      let sum16 = multiplyAdd<T>(f0, v128.load(u0, 16), v128.load(at, 16));
      sum16 = multiplyAdd<T>(f1, v128.load(u1, 16), sum16);
      sum16 = multiplyAdd<T>(f2, v128.load(u2, 16), sum16);
      v128.store(at, multiplyAdd<T>(f3, v128.load(u3, 16), sum16), 16);
      let sum32 = multiplyAdd<T>(f0, v128.load(u0, 32), v128.load(at, 32));
      sum32 = multiplyAdd<T>(f1, v128.load(u1, 32), sum32);
      sum32 = multiplyAdd<T>(f2, v128.load(u2, 32), sum32);
      v128.store(at, multiplyAdd<T>(f3, v128.load(u3, 32), sum32), 32);
      let sum48 = multiplyAdd<T>(f0, v128.load(u0, 48), v128.load(at, 48));
      sum48 = multiplyAdd<T>(f1, v128.load(u1, 48), sum48);
      sum48 = multiplyAdd<T>(f2, v128.load(u2, 48), sum48);
      v128.store(at, multiplyAdd<T>(f3, v128.load(u3, 48), sum48), 48);
      at += 64;
      u0 += 64;
      u1 += 64;
      u2 += 64;
      u3 += 64;
    }
    while (at < end) {
      let sum0 = multiplyAdd<T>(f0, v128.load(u0), v128.load(at));
      sum0 = multiplyAdd<T>(f1, v128.load(u1), sum0);
      sum0 = multiplyAdd<T>(f2, v128.load(u2), sum0);
      v128.store(at, multiplyAdd<T>(f3, v128.load(u3), sum0));
      at += 16;
      u0 += 16;
      u1 += 16;
      u2 += 16;
      u3 += 16;
    }
    f += 4 * sizeof<T>();
    indices += 16;
  }
}

/** sums += Σ aᵢ·rowᵢ², each number of a row by itself. */
export function addSquares<T>(
  rows: usize, rowBytes: usize, indices: usize, count: usize, a: usize, sums: usize,
): void {
  for (const end = indices + (count << 2); indices < end; indices += 4) {
    const weight = splatAt<T>(a);
    const from = rows + <usize>load<u32>(indices) * rowBytes;
    for (let at: usize = 0; at < rowBytes; at += 16) {
      const u = v128.load(from + at);
      v128.store(sums + at, multiplyAdd<T>(v128.mul<T>(weight, u), u, v128.load(sums + at)));
    }
    a += sizeof<T>();
  }
}

/** Σ xᵢyᵢ of the lanes of two vectors, in float64, on top of a sum of two lanes. */
// @ts-ignore: decorator
@inline
function addProducts<T>(x: v128, y: v128, sum: v128): v128 {
  if (sizeof<T>() == 8) return f64x2.add(sum, f64x2.mul(x, y));
  const low = f64x2.mul(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(y));
  const high = f64x2.mul(
    f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3)),
    f64x2.promote_low_f32x4(v128.shuffle<f32>(y, y, 2, 3, 2, 3)),
  );
  return f64x2.add(sum, f64x2.add(low, high));
}

/**
 * Turns `count` products e into the factors of their rows, f = a·(e + shift) − d, with zeros up to the next multiple of 4;
 * `d` may be 0 for none. Returns Σ (e + shift)(f − d).
 */
export function weigh<T>(e: usize, shift: T, a: usize, d: usize, count: usize): f64 {
  const shifts = v128.splat<T>(shift);
  const end = count * sizeof<T>();
  let sums = f64x2.splat(0);
  let at: usize = 0;
  for (; at + 16 <= end; at += 16) {
    const own = v128.add<T>(v128.load(e + at), shifts);
    const target = d ? v128.load(d + at) : v128.splat<T>(<T>0);
    const f = v128.sub<T>(v128.mul<T>(v128.load(a + at), own), target);
    v128.store(e + at, f);
    sums = addProducts<T>(own, v128.sub<T>(f, target), sums);
  }
  let total = sumLanes<f64>(sums);
  for (; at < end; at += sizeof<T>()) {
    const own = load<T>(e + at) + shift;
    const target = d ? load<T>(d + at) : <T>0;
    const f = load<T>(a + at) * own - target;
    store<T>(e + at, f);
    total += <f64>own * <f64>(f - target);
  }
  for (const whole = ((count + 3) & ~3) * sizeof<T>(); at < whole; at += sizeof<T>()) {
    store<T>(e + at, <T>0);
    if (d) store<T>(d + at, <T>0);
  }
  return total;
}

/** Σ fᵢ in float64. */
export function sum<T>(f: usize, count: usize): f64 {
  let total: f64 = 0;
  for (const end = f + count * sizeof<T>(); f < end; f += sizeof<T>()) total += <f64>load<T>(f);
  return total;
}
