type Bytes = ArrayBufferView | ArrayBufferLike;

function bytesOf(view: Bytes): Uint8Array {
  return ArrayBuffer.isView(view)
    ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
    : new Uint8Array(view);
}

/** Whether two views hold the same bytes; a matcher would take seconds over a megabyte, and for it −0 may be 0. */
export function sameBytes(a: Bytes, b: Bytes): boolean {
  const [left, right] = [bytesOf(a), bytesOf(b)];
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false;
  return true;
}

/** The bytes as hexadecimal digits. */
export function hex(view: Bytes): string {
  let digits = "";
  for (const byte of bytesOf(view)) digits += byte.toString(16).padStart(2, "0");
  return digits;
}

/** SHA-256 of the parts one after the other, in hexadecimal digits; in Node and in pages alike. */
export async function sha256(...parts: (Uint8Array | ArrayBufferView)[]): Promise<string> {
  const copies = parts.map((part) => bytesOf(part).slice());
  return hex(await crypto.subtle.digest("SHA-256", await new Blob(copies).arrayBuffer()));
}

/**
 * 64 bits that tell apart what differs by accident: for tests that compare many results within one run and need an
 * answer at once, which `crypto.subtle` does not give. Two chains of multiply-and-xor over the bytes.
 */
export function fingerprint(...parts: ArrayBufferView[]): string {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (const part of parts)
    for (const byte of bytesOf(part)) {
      low = Math.imul(low ^ byte, 0x9e3779b1) ^ (low >>> 15);
      high = Math.imul(high ^ byte, 0x5f356495) ^ (high >>> 13);
    }
  return hex(Int32Array.of(low, high));
}
