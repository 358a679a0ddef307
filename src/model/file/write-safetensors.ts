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
  for (const { data } of sorted) {
    file.set(data, at);
    at += data.length;
  }
  return file;
}

function allocate(length: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length);
  } catch (error) {
    throw new AlternantError(
      "too-large",
      `A model file of ${length / 1e9} GB does not fit into one buffer.`,
      {
        cause: error,
      },
    );
  }
}
