/** Powers of ten that a double holds exactly. */
const POWERS: Float64Array = Float64Array.from({ length: 16 }, (_, n) => Number(`1e${n}`));
const NUMBER = /^[ \t]*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[ \t]*$/;
/** Digits that surely fit into a double's 53 bits. */
const EXACT_DIGITS = 15;

/** The number that a text is, NaN when it is none; unlike `Number`, blank, "0x10" and "Infinity" are none. */
export function parseDecimal(text: string): number {
  return NUMBER.test(text) ? Number(text) : Number.NaN;
}

/** The same from the ASCII bytes `from` … `to` − 1, without a string for plain decimals. */
export function parseDecimalBytes(bytes: Uint8Array, from: number, to: number): number {
  let p = from;
  const negative = bytes[p] === 45;
  if (negative) p++;
  // A quotient of two exact numbers is rounded once, as reading the decimal is; more digits would be rounded twice.
  if (p < to && to - p <= EXACT_DIGITS) {
    let digits = 0;
    let point = -1;
    const first = p;
    for (; p < to; p++) {
      const c = bytes[p]!;
      if (c >= 48 && c <= 57) digits = digits * 10 + (c - 48);
      else if (c === 46 && point < 0) point = p;
      else return parseDecimal(asciiText(bytes, from, to));
    }
    if (point < 0) return negative ? -digits : digits;
    if (to - first > 1) {
      const value = digits / POWERS[to - 1 - point]!;
      return negative ? -value : value;
    }
  }
  return parseDecimal(asciiText(bytes, from, to));
}

/** What is no ASCII is no digit either, so any character may stand for it. */
function asciiText(bytes: Uint8Array, from: number, to: number): string {
  // A number of a thousand digits is no rating; the message shows its beginning.
  let text = "";
  for (let p = from; p < to && p < from + 1024; p++) text += String.fromCharCode(bytes[p]!);
  return text;
}
