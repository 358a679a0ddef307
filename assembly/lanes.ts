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

/**
 * The number `index` places behind `address` in every lane. `index` is a constant from 0 to 11: it becomes the instruction's
 * own offset, where an address that is added to would cost an instruction more.
 */
// @ts-ignore: decorator
@inline
export function loadSplat<T>(address: usize, index: i32): v128 {
  if (index == 0) return sizeof<T>() == 8 ? v128.load64_splat(address, 0) : v128.load32_splat(address, 0);
  if (index == 1) return sizeof<T>() == 8 ? v128.load64_splat(address, 8) : v128.load32_splat(address, 4);
  if (index == 2) return sizeof<T>() == 8 ? v128.load64_splat(address, 16) : v128.load32_splat(address, 8);
  if (index == 3) return sizeof<T>() == 8 ? v128.load64_splat(address, 24) : v128.load32_splat(address, 12);
  if (index == 4) return sizeof<T>() == 8 ? v128.load64_splat(address, 32) : v128.load32_splat(address, 16);
  if (index == 5) return sizeof<T>() == 8 ? v128.load64_splat(address, 40) : v128.load32_splat(address, 20);
  if (index == 6) return sizeof<T>() == 8 ? v128.load64_splat(address, 48) : v128.load32_splat(address, 24);
  if (index == 7) return sizeof<T>() == 8 ? v128.load64_splat(address, 56) : v128.load32_splat(address, 28);
  if (index == 8) return sizeof<T>() == 8 ? v128.load64_splat(address, 64) : v128.load32_splat(address, 32);
  if (index == 9) return sizeof<T>() == 8 ? v128.load64_splat(address, 72) : v128.load32_splat(address, 36);
  if (index == 10) return sizeof<T>() == 8 ? v128.load64_splat(address, 80) : v128.load32_splat(address, 40);
  return sizeof<T>() == 8 ? v128.load64_splat(address, 88) : v128.load32_splat(address, 44);
}

/** The number at `address` in every lane. */
// @ts-ignore: decorator
@inline
export function splatAt<T>(address: usize): v128 {
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
