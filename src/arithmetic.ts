/**
 * `log`, `exp` and `pow` of + − × ÷ alone. Engines differ in the last bits of `Math.log`, `Math.exp` and
 * `Math.pow`, so nothing that must give the same bits everywhere may call them; IEEE 754 fixes these operations.
 *
 * Method: x = 2ᵉ·m with m in [√½, √2], log m = 2·artanh((m − 1)/(m + 1)) as a sum of two doubles, whose product
 * with the exponent is exponentiated after reduction to |r| ≤ ln 2 / 2 (W. J. Cody and W. Waite, *Software Manual
 * for the Elementary Functions*, 1980; exact sums and products after T. J. Dekker, Numer. Math. 18, 1971).
 */

/** ln 2 in two parts; the first has 21 trailing zero bits, so that its product with a binary exponent is exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** 2²⁷ + 1 splits a double into two halves of 26 bits. */
const SPLITTER = 134217729;
const TWO_54 = 18014398509481984;
/** 1/3, 1/5, … 1/27: the series of artanh without its first term. */
const ARTANH: readonly number[] = Array.from({ length: 13 }, (_, i) => 1 / (2 * i + 3));
/** 1/2!, 1/3!, … 1/15!: the series of exp without its first two terms. */
const EXPONENTIAL: readonly number[] = /* @__PURE__ */ reciprocalFactorials(2, 15);
/** Eight bytes in which a double's sign, exponent and fraction are taken apart (a DataView knows no endianness). */
const scratch: DataView = new DataView(new ArrayBuffer(8));
/** Beyond these the result is Infinity or 0 in any case. */
const LARGEST_LOG = 710;
const SMALLEST_LOG = -746;

/** The unevaluated sum high + low of two doubles, |low| ≤ half an ulp of high. */
interface Sum {
  readonly high: number;
  readonly low: number;
}

/** The natural logarithm of x > 0, within one unit in the last place; NaN for any other x. */
export function log(x: number): number {
  if (!(x > 0)) return Number.NaN;
  if (x === Infinity) return Infinity;
  return logAsSum(x).high;
}

/** eˣ, within one unit in the last place. */
export function exp(x: number): number {
  return expOfSum(x, 0);
}

/**
 * baseᵉˣᵖᵒⁿᵉⁿᵗ for base > 0, within about one unit in the last place (relative 2e-16); NaN for any other base.
 * Exponents 0 and 1 are exact.
 */
export function pow(base: number, exponent: number): number {
  if (!(base > 0) || Number.isNaN(exponent)) return Number.NaN;
  if (exponent === 0 || base === 1) return 1;
  if (exponent === 1) return base;
  if (base === Infinity) return exponent > 0 ? Infinity : 0;
  const logarithm = logAsSum(base);
  const product = logarithm.high * exponent;
  if (product > LARGEST_LOG) return Infinity;
  if (product < SMALLEST_LOG) return 0;
  return expOfSum(product, productError(logarithm.high, exponent, product) + logarithm.low * exponent);
}

/** log x as a sum of two doubles, for 0 < x < ∞; relative error about 1e-18. */
function logAsSum(x: number): Sum {
  let exponent = 0;
  let m = x;
  if (m < 2.2250738585072014e-308) {
    m *= TWO_54;
    exponent = -54;
  }
  scratch.setFloat64(0, m);
  const top = scratch.getUint16(0);
  exponent += (top >>> 4) - 1023;
  scratch.setUint16(0, (top & 15) | 0x3ff0);
  m = scratch.getFloat64(0);
  if (m > Math.SQRT2) {
    m *= 0.5;
    exponent++;
  }
  // s = (m − 1)/(m + 1) with its rounding error: m − 1 is exact, m + 1 is not.
  const above = m - 1;
  const below = m + 1;
  const belowLow = m - (below - 1);
  const s = above / below;
  const product = s * below;
  const sLow = (above - product - productError(s, below, product) - s * belowLow) / below;
  const square = s * s;
  let series = 0;
  for (let i = ARTANH.length - 1; i >= 0; i--) series = series * square + ARTANH[i]!;
  const tail = 2 * (sLow + s * square * series);
  const whole = exponent * LN2_HIGH;
  const high = whole + 2 * s;
  const low = sumError(whole, 2 * s, high) + (exponent * LN2_LOW + tail);
  const sum = high + low;
  return { high: sum, low: high - sum + low };
}

/** e to the power high + low, where |low| is tiny beside |high| or 1. */
function expOfSum(high: number, low: number): number {
  if (Number.isNaN(high)) return Number.NaN;
  if (high > LARGEST_LOG) return Infinity;
  if (high < SMALLEST_LOG) return 0;
  const k = Math.round(high / (LN2_HIGH + LN2_LOW));
  const first = high - k * LN2_HIGH;
  const second = low - k * LN2_LOW;
  const r = first + second;
  const rLow = sumError(first, second, r);
  let series = 0;
  for (let i = EXPONENTIAL.length - 1; i >= 0; i--) series = series * r + EXPONENTIAL[i]!;
  const value = 1 + (r + (r * r * series + rLow));
  // In two steps, because 2ᵏ itself may be out of range where the result is not.
  const half = k >> 1;
  return value * powerOfTwo(half) * powerOfTwo(k - half);
}

/** 2ᵏ for −1022 ≤ k ≤ 1023. */
function powerOfTwo(k: number): number {
  scratch.setFloat64(0, 0);
  scratch.setUint16(0, (k + 1023) << 4);
  return scratch.getFloat64(0);
}

/** What `sum`, the rounded a + b, lacks of the true sum (Knuth). */
function sumError(a: number, b: number, sum: number): number {
  const bVirtual = sum - a;
  return a - (sum - bVirtual) + (b - bVirtual);
}

/** What `product`, the rounded a·b, lacks of the true product (Dekker). */
function productError(a: number, b: number, product: number): number {
  const aSplit = SPLITTER * a;
  const aHigh = aSplit - (aSplit - a);
  const aLow = a - aHigh;
  const bSplit = SPLITTER * b;
  const bHigh = bSplit - (bSplit - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

function reciprocalFactorials(from: number, to: number): number[] {
  const reciprocals: number[] = [];
  let factorial = 1;
  for (let n = 1; n <= to; n++) {
    factorial *= n;
    if (n >= from) reciprocals.push(1 / factorial);
  }
  return reciprocals;
}
