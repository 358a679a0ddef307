// Jacobi's rotations, one-sided: rows of X (float64, a multiple of 4 numbers each) are turned in pairs until all are orthogonal to each other, and rows of a
// second matrix V with them. Then X = VᵀΣQ with Σ the lengths of the rows: a singular value decomposition, small values to as
// many digits as large ones (Demmel, Veselić, "Jacobi's method is more accurate than QR", 1992).
import { multiplyAdd, sumLanes } from "./lanes";

// @ts-ignore: decorator
@inline
function dot(x: usize, y: usize, bytes: usize): f64 {
  let s0 = f64x2.splat(0), s1 = s0;
  for (const end = x + bytes; x < end; x += 32, y += 32) {
    s0 = multiplyAdd<f64>(v128.load(x), v128.load(y), s0);
    s1 = multiplyAdd<f64>(v128.load(x, 16), v128.load(y, 16), s1);
  }
  return sumLanes<f64>(f64x2.add(s0, s1));
}

/** (x, y) → (cx − sy, sx + cy). */
// @ts-ignore: decorator
@inline
function turn(x: usize, y: usize, bytes: usize, cosine: f64, sine: f64): void {
  const c = f64x2.splat(cosine);
  const s = f64x2.splat(sine);
  const minus = f64x2.splat(-sine);
  for (const end = x + bytes; x < end; x += 16, y += 16) {
    const a = v128.load(x);
    const b = v128.load(y);
    v128.store(x, multiplyAdd<f64>(minus, b, f64x2.mul(c, a)));
    v128.store(y, multiplyAdd<f64>(s, a, f64x2.mul(c, b)));
  }
}

/**
 * Makes row `p` of X orthogonal to rows `from` … `to` − 1 in turn, where the cosine between the two is above `tolerance`, the
 * longer one first afterwards. Returns how many pairs were turned.
 */
export function turnRows(
  x: usize, xBytes: usize, v: usize, vBytes: usize, p: i32, from: i32, to: i32, tolerance: f64,
): i32 {
  const xp = x + <usize>p * xBytes;
  const vp = v + <usize>p * vBytes;
  let turned = 0;
  for (let q = from; q < to; q++) {
    const xq = x + <usize>q * xBytes;
    const g = dot(xp, xq, xBytes);
    if (g == 0) continue;
    const a = dot(xp, xp, xBytes);
    const b = dot(xq, xq, xBytes);
    if (!(abs(g) > tolerance * sqrt(a) * sqrt(b))) continue;
    turned++;
    // Of the two angles that do it the smaller one where the longer row is first already, else the larger.
    const z = (b - a) / (2 * g);
    const root = sqrt(1 + z * z);
    let t = abs(z) > 1e150 ? 0.5 / abs(z) : 1 / (abs(z) + root);
    if (z < 0) t = -t;
    let cosine = 1 / sqrt(1 + t * t);
    let sine = t * cosine;
    if (b > a) {
      const swapped = cosine;
      cosine = sine;
      sine = -swapped;
    }
    turn(xp, xq, xBytes, cosine, sine);
    turn(vp, v + <usize>q * vBytes, vBytes, cosine, sine);
  }
  return turned;
}
