// Products of tall matrices: many rows, few columns, row-major float64. Both go through the rectangles of gram.ts, for which
// operands are packed: 6 numbers of the left one, or 4 of the right one, side by side and one step of the sum every 48 bytes.
import { rectangle } from "./gram";

/** Bytes from one step of the sum to the next in packed operands: 6 numbers. The right operand leaves two of them unused. */
const STEP: usize = 48;
/** Rows that are packed at a time. */
const TILE: usize = 48;

// @ts-ignore: decorator
@inline
function copySix(from: usize, to: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
  v128.store(to, v128.load(from, 32), 32);
}

/** Six numbers of each of `rows` rows, side by side. */
function packColumns(from: usize, rowBytes: usize, rows: usize, to: usize): void {
  for (const end = to + rows * STEP; to < end; to += STEP) {
    copySix(from, to);
    from += rowBytes;
  }
}

/** `columns` numbers of each of six rows, those of one column side by side. */
function packRows(from: usize, rowBytes: usize, columns: usize, to: usize): void {
  for (const end = from + (columns << 3); from < end; from += 8) {
    let at = from;
    for (let i: usize = 0; i < STEP; i += 8) {
      store<f64>(to + i, load<f64>(at));
      at += rowBytes;
    }
    to += STEP;
  }
}

/**
 * out (rows rounded up to 6, × `q`) = (`first`) or += XᵀY over `rows` rows, of X's first `p` columns and Y's first `q` (a
 * multiple of 4). Rows of `out` beyond `p` are noise. `scratch` has room for 48 rows of both, packed.
 */
export function crossProduct(
  x: usize, xBytes: usize, p: i32, y: usize, yBytes: usize, q: i32, rows: i32, out: usize, outBytes: usize, first: bool,
  scratch: usize,
): void {
  for (let left = <usize>rows; left > 0; ) {
    const tile = min<usize>(left, TILE);
    const bytes = tile * STEP;
    let packed = scratch;
    for (let c: usize = 0; c < <usize>q; c += 4, packed += bytes) packColumns(y + (c << 3), yBytes, tile, packed);
    const group = packed;
    for (let r: usize = 0; r < <usize>p; r += 6) {
      packColumns(x + (r << 3), xBytes, tile, group);
      let a = out + r * outBytes;
      for (packed = scratch; packed < group; packed += bytes, a += 32) {
        rectangle<f64>(group, packed, group + bytes, STEP, a, outBytes, first);
      }
    }
    first = false;
    x += tile * xBytes;
    y += tile * yBytes;
    left -= tile;
  }
}

/**
 * Y = (`first`) or += X·C over `rows` rows (rounded up to 6), X's first `p` columns times C (p × `q`, q a multiple of 4). C is
 * packed: four columns after the other, `p` steps of 48 bytes each. Y may be X. `scratch` has room for `p` steps.
 */
export function tallProduct(
  x: usize, xBytes: usize, p: i32, c: usize, q: i32, y: usize, yBytes: usize, rows: i32, first: bool, scratch: usize,
): void {
  const bytes = <usize>p * STEP;
  const width = <usize>q << 3;
  for (let row = 0; row < rows; row += 6) {
    packRows(x, xBytes, <usize>p, scratch);
    let packed = c;
    for (let at: usize = 0; at < width; at += 32, packed += bytes) {
      rectangle<f64>(scratch, packed, scratch + bytes, STEP, y + at, yBytes, first);
    }
    x += 6 * xBytes;
    y += 6 * yBytes;
  }
}

/** out (float64) = the sum of `count` stretches of numbers, `slotBytes` apart, in their order. */
export function sumSlots<F>(slots: usize, slotBytes: usize, count: i32, numbers: i32, out: usize): void {
  for (const end = slots + <usize>numbers * sizeof<F>(); slots < end; slots += 4 * sizeof<F>(), out += 32) {
    let low = f64x2.splat(0), high = low;
    let at = slots;
    for (let slot = 0; slot < count; slot++, at += slotBytes) {
      if (sizeof<F>() == 8) {
        low = f64x2.add(low, v128.load(at));
        high = f64x2.add(high, v128.load(at, 16));
      } else {
        low = f64x2.add(low, f64x2.promote_low_f32x4(v128.load64_zero(at)));
        high = f64x2.add(high, f64x2.promote_low_f32x4(v128.load64_zero(at, 8)));
      }
    }
    v128.store(out, low);
    v128.store(out, high, 16);
  }
}
