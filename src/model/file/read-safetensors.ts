import { type AlternantError, describe } from "../../errors.js";
import { corrupt as corruptModel } from "./corrupt.js";
import { type Dtype, SIZES, type Tensor } from "./format.js";

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

/** Where a tensor lies in its file, in bytes. */
export interface TensorPlace extends Pick<Tensor, "name" | "dtype" | "shape"> {
  readonly from: number;
  readonly to: number;
}

/** What makes the error of a file that cannot be believed. */
export type Refuse = (why: string, cause?: unknown) => AlternantError;

/**
 * Reads the header of a safetensors file.
 *
 * @param file its beginning, header and all
 * @param size bytes of the whole file
 * @throws what `corrupt` makes: AlternantError "corrupt-model" unless given
 */
export function readHeader(
  file: Uint8Array,
  size: number = file.length,
  corrupt: Refuse = corruptModel,
): Header {
  if (size < 8) throw corrupt(`it has ${size} bytes, fewer than the length of its header takes`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = view.getUint32(4, true) * 4294967296 + view.getUint32(0, true);
  if (length > Math.min(size - 8, LONGEST_HEADER))
    throw corrupt(`its header should have ${length} bytes, and the file has ${size}`);
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
 * The tensors of a safetensors file as views of its bytes, after the checks of {@link placesOf}.
 *
 * @throws what `corrupt` makes: AlternantError "corrupt-model" unless given
 */
export function readTensors(
  file: Uint8Array,
  header: Header,
  corrupt: Refuse = corruptModel,
): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const { name, dtype, shape, from, to } of placesOf(header, file.length, corrupt).values())
    tensors.set(name, { name, dtype, shape, data: file.subarray(from, to) });
  return tensors;
}

/**
 * Where the tensors of a safetensors file lie, after a check that they fill it without holes or overlaps, each with as many
 * bytes as its shape and type take.
 *
 * @param size bytes of the whole file
 * @throws what `corrupt` makes: AlternantError "corrupt-model" unless given
 */
export function placesOf(
  header: Header,
  size: number,
  corrupt: Refuse = corruptModel,
): Map<string, TensorPlace> {
  const found: TensorPlace[] = [];
  for (const [name, entry] of header.tensors) {
    const { dtype, shape, from, to } = checkEntry(name, entry, corrupt);
    let bytes: number = SIZES[dtype];
    for (const extent of shape) bytes *= extent;
    if (to - from !== bytes)
      throw corrupt(
        `tensor ${describe(name)} of ${dtype} [${shape}] takes ${bytes} bytes, and has ${to - from}`,
      );
    found.push({ name, dtype, shape, from: header.end + from, to: header.end + to });
  }
  found.sort((a, b) => a.from - b.from || a.to - b.to);
  const places = new Map<string, TensorPlace>();
  let { end } = header;
  for (const place of found) {
    if (place.from !== end)
      throw corrupt(
        `tensor ${describe(place.name)} begins at ${place.from - header.end}, and the one before it ends at ${end - header.end}`,
      );
    end = place.to;
    places.set(place.name, place);
  }
  if (end !== size) throw corrupt(`its tensors end at byte ${end}, and the file has ${size}`);
  return places;
}

function checkEntry(
  name: string,
  entry: unknown,
  corrupt: Refuse,
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
