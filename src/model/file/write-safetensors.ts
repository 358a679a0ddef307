import { AlternantError } from "../../errors.js";
import { SIZES, type Tensor } from "./format.js";

/**
 * Writes a safetensors file. Metadata keep their order; tensors are sorted by the size of an element, descending, so
 * that each is aligned to its own.
 *
 * @throws AlternantError "too-large" when it does not fit into one buffer
 */
export function writeSafetensors(
  metadata: readonly (readonly [name: string, value: string])[],
  tensors: readonly Tensor[],
): Uint8Array<ArrayBuffer> {
  const { file, parts } = layOutSafetensors(metadata, tensors);
  for (const { at, data } of parts) file.set(data, at);
  return file;
}

/** A file with its header, and where the bytes of its tensors go: large ones are copied in turns. @throws as {@link writeSafetensors} */
export function layOutSafetensors(
  metadata: readonly (readonly [name: string, value: string])[],
  tensors: readonly Tensor[],
): { readonly file: Uint8Array<ArrayBuffer>; readonly parts: { at: number; data: Uint8Array }[] } {
  const sorted = [...tensors].sort((a, b) => SIZES[b.dtype] - SIZES[a.dtype]);
  const entries: [string, unknown][] = [["__metadata__", Object.fromEntries(metadata)]];
  let length = 0;
  for (const { name, dtype, shape, data } of sorted) {
    entries.push([name, { dtype, shape, data_offsets: [length, length + data.length] }]);
    length += data.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const file = allocate(8 + headerLength + length);
  new DataView(file.buffer).setUint32(0, headerLength, true);
  file.fill(0x20, 8 + json.length, 8 + headerLength);
  file.set(json, 8);
  let at = 8 + headerLength;
  const parts = sorted.map(({ data }) => {
    const part = { at, data };
    at += data.length;
    return part;
  });
  return { file, parts };
}

function allocate(length: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length);
  } catch (error) {
    throw new AlternantError("too-large", `A file of ${length / 1e9} GB does not fit into one buffer.`, {
      cause: error,
    });
  }
}
