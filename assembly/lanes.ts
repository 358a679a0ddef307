// v128 helpers generic in T = f32 | f64. The only file where builds differ: with relaxed SIMD a multiply-add may be
// fused (one rounding) where the engine and the processor can do that, without it every engine rounds twice.

/** a·b + c in each lane. */
// @ts-ignore: decorator
@inline
export function multiplyAdd<T>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(a, b, c);
  return v128.add<T>(v128.mul<T>(a, b), c);
}

/** c − a·b in each lane. */
// @ts-ignore: decorator
@inline
export function multiplySubtract<T>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_nmadd<T>(a, b, c);
  return v128.sub<T>(c, v128.mul<T>(a, b));
}

/** The number at `address` in every lane. */
// @ts-ignore: decorator
@inline
export function loadSplat<T>(address: usize): v128 {
  return sizeof<T>() == 8 ? v128.load64_splat(address) : v128.load32_splat(address);
}

/** The sum over the lanes, in the fixed order (0 + 1) + (2 + 3). */
// @ts-ignore: decorator
@inline
export function sumLanes<T>(v: v128): T {
  if (sizeof<T>() == 8) return <T>(f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1));
  return <T>(
    (f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1)) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/** Neither NaN nor infinite; by bits, because the optimizer may assume away comparisons with NaN. */
// @ts-ignore: decorator
@inline
export function finite(x: f64): bool {
  return (reinterpret<u64>(x) & 0x7ff0000000000000) != 0x7ff0000000000000;
}
