import { describe } from "../../errors.js";
import { corrupt } from "./corrupt.js";
import { type Dtype, type FileKind, MODEL, SIZES, type Tensor } from "./format.js";

/** The reference implementation refuses a longer header. */
const LONGEST_HEADER = 100_000_000;
/** Of no concern to the format; keeps a crafted shape short enough to be told in a message. */
const HIGHEST_RANK = 8;

/** A header as read: its metadata, and what it says of tensors, unchecked. */
export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, unknown>;
  /** Where the tensors' bytes begin in the file. */
  readonly end: number;
}

/** Reads the header of a safetensors file. @throws AlternantError with the code of a corrupt file of this kind */
export function readHeader(file: Uint8Array, kind: FileKind = MODEL): Header {
  if (file.length < 8)
    throw corrupt(`it has ${file.length} bytes, fewer than the length of its header takes`, undefined, kind);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = view.getUint32(4, true) * 4294967296 + view.getUint32(0, true);
  if (length > Math.min(file.length - 8, LONGEST_HEADER))
    throw corrupt(`its header should have ${length} bytes, and the file has ${file.length}`, undefined, kind);
  let header: unknown;
  try {
    // A copy, because a decoder refuses shared memory.
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(file.slice(8, 8 + length)));
  } catch (error) {
    throw corrupt("its header is not JSON in UTF-8", error, kind);
  }
  if (!isObject(header)) throw corrupt(`its header is ${describe(header)}, not an object`, undefined, kind);
  const tensors = new Map(Object.entries(header));
  const given = tensors.get("__metadata__") ?? {};
  tensors.delete("__metadata__");
  if (!isObject(given)) throw corrupt(`its metadata are ${describe(given)}, not an object`, undefined, kind);
  const metadata = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== "string")
      throw corrupt(
        `its metadata entry ${describe(name)} is ${describe(value)}, not a string`,
        undefined,
        kind,
      );
    metadata.set(name, value);
  }
  return { metadata, tensors, end: 8 + length };
}

/**
 * The tensors of a safetensors file as views of its bytes, after a check that they fill it without holes or overlaps,
 * each with as many bytes as its shape and type take.
 *
 * @throws AlternantError with the code of a corrupt file of this kind
 */
export function readTensors(file: Uint8Array, header: Header, kind: FileKind = MODEL): Map<string, Tensor> {
  const found: { from: number; to: number; tensor: Tensor }[] = [];
  for (const [name, entry] of header.tensors) {
    const { dtype, shape, from, to } = checkEntry(name, entry, kind);
    let bytes: number = SIZES[dtype];
    for (const extent of shape) bytes *= extent;
    if (to - from !== bytes)
      throw corrupt(
        `tensor ${describe(name)} of ${dtype} [${shape}] takes ${bytes} bytes, and has ${to - from}`,
        undefined,
        kind,
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
        undefined,
        kind,
      );
    end = to;
    tensors.set(tensor.name, tensor);
  }
  if (header.end + end !== file.length)
    throw corrupt(
      `its tensors end at byte ${header.end + end}, and the file has ${file.length}`,
      undefined,
      kind,
    );
  return tensors;
}

function checkEntry(
  name: string,
  entry: unknown,
  kind: FileKind,
): { dtype: Dtype; shape: readonly number[]; from: number; to: number } {
  const what = `tensor ${describe(name)}`;
  if (!isObject(entry))
    throw corrupt(`${what} is described by ${describe(entry)}, not by an object`, undefined, kind);
  const {
    dtype,
    shape,
    data_offsets: offsets,
  } = entry as Record<"dtype" | "shape" | "data_offsets", unknown>;
  if (typeof dtype !== "string" || !Object.hasOwn(SIZES, dtype))
    throw corrupt(`${what} has the unknown type ${describe(dtype)}`, undefined, kind);
  if (!isSizes(shape)) throw corrupt(`the shape of ${what} is not a list of sizes`, undefined, kind);
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!)
    throw corrupt(`the offsets of ${what} are not a pair of ascending positions`, undefined, kind);
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
