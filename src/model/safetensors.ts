import { AlternantError, describe } from "../errors.js";

// The format: 8 bytes header length (u64, little-endian), a JSON header padded with spaces, then the tensors' bytes,
// little-endian, without holes. https://github.com/huggingface/safetensors#format

/** Bytes of an element of each type. */
const SIZES = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;
/** The reference implementation refuses a longer header. */
const LONGEST_HEADER = 100_000_000;
/** Of no concern to the format; keeps a crafted shape short enough to be told in a message. */
const HIGHEST_RANK = 8;

export type Dtype = keyof typeof SIZES;

export interface Tensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** The elements' bytes. */
  readonly data: Uint8Array;
}

/** A header as read: its metadata, and what it says of tensors, unchecked. */
export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, unknown>;
  /** Where the tensors' bytes begin in the file. */
  readonly end: number;
}

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

/** Reads the header of a safetensors file. @throws AlternantError "corrupt-model" */
export function readHeader(file: Uint8Array): Header {
  if (file.length < 8)
    throw corrupt(`it has ${file.length} bytes, fewer than the length of its header takes`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = view.getUint32(4, true) * 4294967296 + view.getUint32(0, true);
  if (length > Math.min(file.length - 8, LONGEST_HEADER))
    throw corrupt(`its header should have ${length} bytes, and the file has ${file.length}`);
  let header: unknown;
  try {
    // A copy, because a decoder refuses shared memory.
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(file.slice(8, 8 + length)));
  } catch (error) {
    throw corrupt("its header is not JSON in UTF-8", error);
  }
  if (!isObject(header)) throw corrupt(`its header is ${describe(header)}, not an object`);
  const tensors = new Map(Object.entries(header));
  const given = tensors.get("__metadata__") ?? {};
  tensors.delete("__metadata__");
  if (!isObject(given)) throw corrupt(`its metadata are ${describe(given)}, not an object`);
  const metadata = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== "string")
      throw corrupt(`its metadata entry ${describe(name)} is ${describe(value)}, not a string`);
    metadata.set(name, value);
  }
  return { metadata, tensors, end: 8 + length };
}

/**
 * The tensors of a safetensors file as views of its bytes, after a check that they fill it without holes or overlaps,
 * each with as many bytes as its shape and type take.
 *
 * @throws AlternantError "corrupt-model"
 */
export function readTensors(file: Uint8Array, header: Header): Map<string, Tensor> {
  const found: { from: number; to: number; tensor: Tensor }[] = [];
  for (const [name, entry] of header.tensors) {
    const { dtype, shape, from, to } = checkEntry(name, entry);
    let bytes: number = SIZES[dtype];
    for (const extent of shape) bytes *= extent;
    if (to - from !== bytes)
      throw corrupt(
        `tensor ${describe(name)} of ${dtype} [${shape}] takes ${bytes} bytes, and has ${to - from}`,
      );
    const data = file.subarray(header.end + from, header.end + to);
    found.push({ from, to, tensor: { name, dtype, shape, data } });
  }
  found.sort((a, b) => a.from - b.from || a.to - b.to);
  const tensors = new Map<string, Tensor>();
  let end = 0;
  for (const { from, to, tensor } of found) {
    if (from !== end)
      throw corrupt(
        `tensor ${describe(tensor.name)} begins at ${from}, and the one before it ends at ${end}`,
      );
    end = to;
    tensors.set(tensor.name, tensor);
  }
  if (header.end + end !== file.length)
    throw corrupt(`its tensors end at byte ${header.end + end}, and the file has ${file.length}`);
  return tensors;
}

function checkEntry(
  name: string,
  entry: unknown,
): { dtype: Dtype; shape: readonly number[]; from: number; to: number } {
  const what = `tensor ${describe(name)}`;
  if (!isObject(entry)) throw corrupt(`${what} is described by ${describe(entry)}, not by an object`);
  const {
    dtype,
    shape,
    data_offsets: offsets,
  } = entry as Record<"dtype" | "shape" | "data_offsets", unknown>;
  if (typeof dtype !== "string" || !Object.hasOwn(SIZES, dtype))
    throw corrupt(`${what} has the unknown type ${describe(dtype)}`);
  if (!isSizes(shape)) throw corrupt(`the shape of ${what} is not a list of sizes`);
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!)
    throw corrupt(`the offsets of ${what} are not a pair of ascending positions`);
  return { dtype: dtype as Dtype, shape, from: offsets[0]!, to: offsets[1]! };
}

function isSizes(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length <= HIGHEST_RANK &&
    value.every((entry) => Number.isSafeInteger(entry) && entry >= 0)
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The error of a file that cannot be believed. */
export function corrupt(why: string, cause?: unknown): AlternantError {
  const options = cause === undefined ? undefined : { cause };
  return new AlternantError("corrupt-model", `The model file is not valid: ${why}.`, options);
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
