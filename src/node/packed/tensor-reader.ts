import type { FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { AlternantError } from "../../errors.js";
import { type Dtype, SIZES } from "../../model/file/format.js";
import { fromInt64 } from "../../model/file/int64.js";
import { numberIds, stringIds } from "../../model/file/read-ids.js";
import type { TensorPlace } from "../../model/file/read-safetensors.js";
import { allocateFloat64 } from "../../ratings/buffers.js";
import type { Id, PackedSection, Vocabulary } from "../../ratings/index.js";
import { BLOCK_BYTES } from "../../ratings/packed-side.js";
import { blocksOf } from "./format.js";

/** Reads the tensors that are held in memory, and finds those that are not. */
export class TensorReader {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #places: ReadonlyMap<string, TensorPlace>;

  constructor(path: string, handle: FileHandle, places: ReadonlyMap<string, TensorPlace>) {
    this.#path = path;
    this.#handle = handle;
    this.#places = places;
  }

  /** A section of ratings, of which nothing but the checksums is read. */
  async section(name: string, dtypes: readonly Dtype[], length: number): Promise<PackedSection> {
    const { from, to, dtype } = this.#place(name, dtypes, length);
    const crcs = await this.#crcs(name, blocksOf(to - from));
    const checked = new Uint8Array(new SharedArrayBuffer(crcs.length));
    return { name, at: from, bytes: SIZES[dtype] as 4 | 8, crcs, checked };
  }

  /** Where rows begin: from 0 to the number of ratings, never falling. */
  async offsets(name: string, rows: number, count: number): Promise<Float64Array> {
    const starts = fromInt64(await this.#whole(name, ["I64"], rows + 1));
    if (starts === undefined) throw this.#invalid(`"${name}" holds an offset beyond 2^53`);
    for (let row = 0; row < rows; row++)
      if (!(starts[row + 1]! >= starts[row]!))
        throw this.#invalid(`"${name}" falls from ${starts[row]} to ${starts[row + 1]} at row ${row}`);
    if (starts[0] !== 0 || starts[rows] !== count)
      throw this.#invalid(
        `"${name}" must lead from 0 to ${count}, the number of ratings, and leads from ${starts[0]} to ${starts[rows]}`,
      );
    const shared = allocateFloat64(rows + 1);
    shared.set(starts);
    return shared;
  }

  /** The ids of one side. */
  async ids(side: "user" | "item"): Promise<Vocabulary<Id>> {
    const name = `${side}_ids`;
    const { dtype, shape } = this.#place(name, ["U8", "I64"]);
    const tensor = async (which: string, dtypes: readonly Dtype[]) => {
      const place = this.#place(which, dtypes);
      return { ...place, data: await this.#whole(which, dtypes, place.shape[0]!) };
    };
    const refuse = (why: string, cause?: unknown): AlternantError => this.#invalid(why, cause);
    if (dtype === "I64") return numberIds(await tensor(name, ["I64"]), shape[0]!, refuse);
    const offsets = await tensor(`${side}_id_offsets`, ["I64"]);
    return stringIds(await tensor(name, ["U8"]), offsets, offsets.shape[0]! - 1, refuse);
  }

  /** The bytes of a whole tensor, each block verified. */
  async #whole(name: string, dtypes: readonly Dtype[], length: number): Promise<Uint8Array<ArrayBuffer>> {
    const { from, to } = this.#place(name, dtypes, length);
    const bytes = await readAt(this.#path, this.#handle, from, to - from);
    const crcs = await this.#crcs(name, blocksOf(bytes.length));
    for (let block = 0; block < crcs.length; block++)
      if (crc32(bytes.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES)) !== crcs[block])
        throw this.#invalid(`"${name}" does not have the contents that it was written with`);
    return bytes;
  }

  async #crcs(name: string, blocks: number): Promise<Uint32Array> {
    const { from, to } = this.#place(`${name}.crc32`, ["U32"], blocks);
    const bytes = await readAt(this.#path, this.#handle, from, to - from);
    const shared = new Uint32Array(new SharedArrayBuffer(bytes.length));
    shared.set(new Uint32Array(bytes.buffer));
    return shared;
  }

  #place(name: string, dtypes: readonly Dtype[], length?: number): TensorPlace {
    const place = this.#places.get(name);
    if (place === undefined) throw this.#invalid(`it has no tensor "${name}"`);
    const { dtype, shape } = place;
    if (!dtypes.includes(dtype))
      throw this.#invalid(`"${name}" is of type ${dtype}, not ${dtypes.join(" or ")}`);
    if (shape.length !== 1 || (length !== undefined && shape[0] !== length))
      throw this.#invalid(`"${name}" has shape [${shape}], not [${length ?? "n"}]`);
    return place;
  }

  #invalid(why: string, cause?: unknown): AlternantError {
    return invalid(this.#path, why, cause);
  }
}

/** Bytes of a file. @throws AlternantError "invalid-file" where it ends before */
export async function readAt(
  path: string,
  handle: FileHandle,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let from = 0; from < length; ) {
    const { bytesRead } = await handle.read(bytes, from, length - from, position + from);
    if (bytesRead === 0) throw invalid(path, `it ends at byte ${position + from}, before its header says`);
    from += bytesRead;
  }
  return bytes;
}

/** The error of a file that cannot be believed. */
export function invalid(path: string, why: string, cause?: unknown): AlternantError {
  const options = cause === undefined ? undefined : { cause };
  return new AlternantError("invalid-file", `${path} cannot be read as packed ratings: ${why}`, options);
}
