// Dot products and blocks of R̂, always in float64 and never fused: a score is the same number in every build, and the
// same as the plain TypeScript twin gives (src/model/dot.ts), bit for bit. Sums run in four chains, k mod 4.

/** wᵀu of two rows of `padded` numbers (a multiple of 4). */
// @ts-ignore: decorator
@inline
export function dot<F>(w: usize, u: usize, padded: i32): f64 {
  let low = f64x2.splat(0), high = low;
  const end = w + <usize>padded * sizeof<F>();
  while (w < end) {
    if (sizeof<F>() == 8) {
      low = f64x2.add(low, f64x2.mul(v128.load(w), v128.load(u)));
      high = f64x2.add(high, f64x2.mul(v128.load(w, 16), v128.load(u, 16)));
    } else {
      low = f64x2.add(
        low,
        f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(w)), f64x2.promote_low_f32x4(v128.load64_zero(u))),
      );
      high = f64x2.add(
        high,
        f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(w, 8)), f64x2.promote_low_f32x4(v128.load64_zero(u, 8))),
      );
    }
    w += 4 * sizeof<F>();
    u += 4 * sizeof<F>();
  }
  return (
    (f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1)) +
    (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1))
  );
}

/** out (`rows` × `columns` float64, row-major) = W Uᵀ for consecutive rows of W and of U. */
export function scoreBlock<F>(w: usize, rows: i32, u: usize, columns: i32, padded: i32, out: usize): void {
  const rowBytes = <usize>padded * sizeof<F>();
  for (let i = 0; i < rows; i++) {
    let column = u;
    for (let j = 0; j < columns; j++) {
      store<f64>(out, dot<F>(w, column, padded));
      out += 8;
      column += rowBytes;
    }
    w += rowBytes;
  }
}
