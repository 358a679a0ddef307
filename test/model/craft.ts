import type { Dtype } from "../../src/model/file/format.js";
import { readHeader, readTensors } from "../../src/model/file/read-safetensors.js";
import { writeSafetensors } from "../../src/model/file/write-safetensors.js";
import { crc32 } from "../reference/crc32.js";

/** Where the eight digits of the checksum stand: after the header's length and `{"__metadata__":{"crc32":"`. */
export const DIGITS_AT = 34;

/** Puts the right checksum into a file, by an implementation that is not the library's. */
export function resealed(file: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(file);
  copy.fill(0x30, DIGITS_AT, DIGITS_AT + 8);
  const digits = crc32(copy).toString(16).padStart(8, "0");
  copy.set(new TextEncoder().encode(digits), DIGITS_AT);
  return copy;
}

/** A file taken apart, to be changed and put together again with a right checksum. */
export interface Draft {
  metadata: Map<string, string>;
  tensors: Map<string, { dtype: Dtype; shape: readonly number[]; data: Uint8Array }>;
}

export function forged(file: Uint8Array, change: (draft: Draft) => void): Uint8Array<ArrayBuffer> {
  const header = readHeader(file);
  const tensors: Draft["tensors"] = new Map();
  for (const [name, { dtype, shape, data }] of readTensors(file, header))
    tensors.set(name, { dtype, shape, data: Uint8Array.from(data) });
  const draft = { metadata: new Map(header.metadata), tensors };
  change(draft);
  return resealed(
    writeSafetensors(
      [...draft.metadata],
      [...draft.tensors].map(([name, tensor]) => ({ name, ...tensor })),
    ),
  );
}

/** The same with another text in place of the header; what follows is kept. */
export function withHeader(file: Uint8Array, change: (json: string) => string): Uint8Array<ArrayBuffer> {
  const length = new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  const json = new TextEncoder().encode(change(new TextDecoder().decode(file.subarray(8, 8 + length))));
  const changed = new Uint8Array(8 + json.length + file.length - 8 - length);
  new DataView(changed.buffer).setUint32(0, json.length, true);
  changed.set(json, 8);
  changed.set(file.subarray(8 + length), 8 + json.length);
  return resealed(changed);
}
