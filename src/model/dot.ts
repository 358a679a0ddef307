/**
 * The dot product of a[aOffset …] and b[bOffset …] over `factors` entries, in float64 whatever the arrays hold.
 *
 * Four sums over k mod 4, put together as (s0 + s1) + (s2 + s3): the kernels add in this order (two f64 vectors of
 * two lanes), so that a score has the same bits wherever it was computed. A remainder acts as if padded by zeros.
 */
export function dot(
  a: Float32Array | Float64Array,
  aOffset: number,
  b: Float32Array | Float64Array,
  bOffset: number,
  factors: number,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const whole = factors & ~3;
  for (let k = 0; k < whole; k += 4) {
    s0 += a[aOffset + k]! * b[bOffset + k]!;
    s1 += a[aOffset + k + 1]! * b[bOffset + k + 1]!;
    s2 += a[aOffset + k + 2]! * b[bOffset + k + 2]!;
    s3 += a[aOffset + k + 3]! * b[bOffset + k + 3]!;
  }
  const rest = factors - whole;
  if (rest > 0) s0 += a[aOffset + whole]! * b[bOffset + whole]!;
  if (rest > 1) s1 += a[aOffset + whole + 1]! * b[bOffset + whole + 1]!;
  if (rest > 2) s2 += a[aOffset + whole + 2]! * b[bOffset + whole + 2]!;
  return s0 + s1 + (s2 + s3);
}
