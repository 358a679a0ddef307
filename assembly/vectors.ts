// Vectors of K numbers in the precision that a call names: arithmetic that is the same for both but for its innermost loops.
import { multiplyAdd } from "./lanes";
import { dot } from "./score";

/** The number `index` of a vector. */
export function numberAt(wide: bool, vector: usize, index: usize): f64 {
  return wide ? load<f64>(vector + (index << 3)) : <f64>load<f32>(vector + (index << 2));
}

export function setNumber(wide: bool, vector: usize, index: usize, value: f64): void {
  if (wide) store<f64>(vector + (index << 3), value);
  else store<f32>(vector + (index << 2), <f32>value);
}

/** xᵀy, in float64. */
export function product(wide: bool, x: usize, y: usize, padded: i32): f64 {
  return wide ? dot<f64>(x, y, padded) : dot<f32>(x, y, padded);
}

// @ts-ignore: decorator
@inline
function blendAs<T>(alpha: T, x: usize, beta: T, y: usize, end: usize): void {
  const a = v128.splat<T>(alpha);
  const b = v128.splat<T>(beta);
  for (; y < end; x += 16, y += 16) {
    v128.store(y, multiplyAdd<T>(a, v128.load(x), v128.mul<T>(b, v128.load(y))));
  }
}

/** y = αx + βy over `width` bytes. */
export function blend(wide: bool, alpha: f64, x: usize, beta: f64, y: usize, width: usize): void {
  if (wide) blendAs<f64>(alpha, x, beta, y, y + width);
  else blendAs<f32>(<f32>alpha, x, <f32>beta, y, y + width);
}

/** z = x / y, number by number. */
export function divide(wide: bool, x: usize, y: usize, z: usize, width: usize): void {
  for (let at: usize = 0; at < width; at += 16) {
    const a = v128.load(x + at);
    const b = v128.load(y + at);
    v128.store(z + at, wide ? f64x2.div(a, b) : f32x4.div(a, b));
  }
}
