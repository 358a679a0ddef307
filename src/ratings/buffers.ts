import type { Values } from "./csr.js";

/**
 * Bytes that lanes can read without a copy: shared where sharing works, which a page must ask for by being
 * cross-origin isolated (Node has no such notion), plain otherwise.
 */
function allocate(bytes: number): ArrayBuffer | SharedArrayBuffer {
  const shared = typeof SharedArrayBuffer === "function" && globalThis.crossOriginIsolated !== false;
  return shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
}

export function allocateInt32(length: number): Int32Array {
  return new Int32Array(allocate(length * 4));
}

export function allocateFloat64(length: number): Float64Array {
  return new Float64Array(allocate(length * 8));
}

/** Room for values or weights: double precision when `wide`. */
export function allocateValues(length: number, wide: boolean): Values {
  return wide ? allocateFloat64(length) : new Float32Array(allocate(length * 4));
}

/** Whether values `from` … `to` − 1 are all unchanged by single precision. */
export function surviveFloat32(values: Values, from: number, to: number): boolean {
  if (values instanceof Float32Array) return true;
  for (let p = from; p < to; p++) if (Math.fround(values[p]!) !== values[p]) return false;
  return true;
}
