import { type FileHandle, open } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { CHECKPOINT } from "../../als/checkpoint/format.js";
import { AlternantError, describe } from "../../errors.js";
import { begin, DIGITS_TO, hex, PREFIX } from "../../model/file/checksum.js";
import { type Header, placesOf, readHeader } from "../../model/file/read-safetensors.js";
import type { Id, Vocabulary } from "../../ratings/index.js";
import { BLOCK_BYTES } from "../../ratings/packed-side.js";
import { type FileName, pathOf, unreadable } from "../open-file.js";
import { FileSide } from "./file-side.js";
import { FORMAT, VERSION } from "./format.js";
import { type PackedParts, PackedRatings } from "./packed-ratings.js";
import { invalid, readAt, TensorReader } from "./tensor-reader.js";

/** Bytes that hold any header but the longest. */
const HEAD_BYTES = 65536;
/** What else of Alternant it may be. */
const OTHERS: Readonly<Record<string, string>> = {
  alternant: ": it is a model",
  [CHECKPOINT.format]: ": it is a checkpoint",
};

/**
 * Opens a file of packed ratings: its header, ids and offsets are read, ratings when somebody asks for them. Only the file knows
 * the type of its ids: the caller states it.
 *
 * @param file a path or a `file:` URL
 * @throws (rejects) AlternantError "invalid-file" for what cannot be read, is no such file, is damaged, or is of a newer version
 */
export async function openRatings<U extends Id = Id, I extends Id = Id>(
  file: FileName,
): Promise<PackedRatings<U, I>> {
  const path = pathOf(file);
  const handle = await open(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    return new PackedRatings(await partsOf<U, I>(path, handle));
  } catch (error) {
    await handle.close();
    throw error instanceof AlternantError ? error : unreadable(path, error);
  }
}

async function partsOf<U extends Id, I extends Id>(
  path: string,
  handle: FileHandle,
): Promise<PackedParts<U, I>> {
  const { size } = await handle.stat();
  const header = await headerOf(path, handle, size);
  const { metadata } = header;
  const places = placesOf(header, size, (why, cause) => invalid(path, why, cause));
  const reader = new TensorReader(path, handle, places);
  const number = (name: string): number => {
    const value = Number(metadata.get(name) ?? Number.NaN);
    if (Number.isFinite(value)) return value;
    throw invalid(path, `its metadata have ${describe(metadata.get(name))} as ${name}, not a number`);
  };
  const count = number("ratings");
  const hash = metadata.get("contentHash") ?? "";
  if (!/^[0-9a-f]{32}$/.test(hash))
    throw invalid(path, `its metadata have ${describe(hash)} as contentHash, not 32 hexadecimal digits`);
  const state = new Int32Array(new SharedArrayBuffer(4));
  const users = await reader.ids("user");
  const items = await reader.ids("item");
  const side = async (name: string, rows: number, columnCount: number): Promise<FileSide> => {
    const starts = await reader.offsets(`${name}.offsets`, rows, count);
    const columns = await reader.section(`${name}.indices`, ["U32"], count);
    const values = await reader.section(`${name}.values`, ["F32", "F64"], count);
    const weights = places.has(`${name}.weights`)
      ? await reader.section(`${name}.weights`, ["F32", "F64"], count)
      : undefined;
    const shared = { path, descriptor: handle.fd, state, columnCount, starts, columns, values, weights };
    return new FileSide({ kind: "packed", ...shared });
  };
  const byUser = await side("by_user", users.size, items.size);
  const byItem = await side("by_item", items.size, users.size);
  if ((byUser.weightBytes === undefined) !== (byItem.weightBytes === undefined))
    throw invalid(path, "one orientation has weights and the other has none");
  const timestamps = places.has("timestamps")
    ? await reader.section("timestamps", ["F64"], count)
    : undefined;
  return {
    ...{ file: path, handle, state, byUser, byItem, timestamps },
    users: users as Vocabulary<Id> as Vocabulary<U>,
    items: items as Vocabulary<Id> as Vocabulary<I>,
    mean: number("mean"),
    min: number("min"),
    max: number("max"),
    contentHash: hash,
  };
}

/** Reads the header and checks that it is what was written. */
async function headerOf(path: string, handle: FileHandle, size: number): Promise<Header> {
  let head = await readAt(path, handle, 0, Math.min(size, HEAD_BYTES));
  const length = head.length < 8 ? 0 : Number(new DataView(head.buffer).getBigUint64(0, true)) + 8;
  if (length > head.length && length <= size && length < 2 ** 27)
    head = await readAt(path, handle, 0, length);
  const text = String.fromCharCode(...head.subarray(8, DIGITS_TO));
  if (!text.startsWith(PREFIX))
    throw invalid(
      path,
      `it begins with no header of packed ratings${text.startsWith("{") ? " (it looks like a safetensors file of another program)" : ""}; make one with alternant pack`,
    );
  const header = readHeader(head, size, (why, cause) => invalid(path, why, cause));
  const found = header.metadata.get("format");
  if (found !== FORMAT)
    throw invalid(
      path,
      `its format is ${describe(found)}, not ${describe(FORMAT)}${OTHERS[found ?? ""] ?? ""}`,
    );
  const version = Number(header.metadata.get("version"));
  if (!(Number.isInteger(version) && version >= 1 && version <= VERSION))
    throw invalid(
      path,
      `it is of version ${describe(header.metadata.get("version"))}, and this Alternant reads up to ${VERSION}; use a newer one, or pack the ratings again`,
    );
  const crc = hex(crc32(head.subarray(DIGITS_TO, header.end), begin(head)));
  if (text.slice(PREFIX.length) !== crc)
    throw invalid(
      path,
      `its header is damaged: it says ${describe(text.slice(PREFIX.length))}, and has ${crc}`,
    );
  if (header.metadata.get("blockBytes") !== String(BLOCK_BYTES))
    throw invalid(
      path,
      `its blocks have ${describe(header.metadata.get("blockBytes"))} bytes, not ${BLOCK_BYTES}`,
    );
  return header;
}
