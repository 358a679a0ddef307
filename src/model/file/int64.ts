/** Safe integers as the bytes of an I64 tensor (little-endian), without a BigInt for each. */
export function toInt64(values: Iterable<number> & { readonly length: number }): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const value of values) {
    // Both halves are taken modulo 2³², which is two's complement for negative numbers.
    view.setUint32(at, value >>> 0, true);
    view.setInt32(at + 4, Math.floor(value / 4294967296), true);
    at += 8;
  }
  return bytes;
}

/** The integers of an I64 tensor; undefined when one is beyond what a number holds exactly. */
export function fromInt64(bytes: Uint8Array): Float64Array<ArrayBuffer> | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(bytes.length / 8);
  for (let i = 0; i < values.length; i++) {
    const value = view.getInt32(8 * i + 4, true) * 4294967296 + view.getUint32(8 * i, true);
    if (!Number.isSafeInteger(value)) return undefined;
    values[i] = value;
  }
  return values;
}
