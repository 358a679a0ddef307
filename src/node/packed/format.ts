import { DIGITS_TO, PREFIX } from "../../model/file/checksum.js";
import { type Dtype, SIZES } from "../../model/file/format.js";
import { BLOCK_BYTES } from "../../ratings/packed-side.js";

// A packed file is a safetensors file. Both orientations are compressed rows, as SciPy has them: the ratings of row r are
// those from offsets[r] to offsets[r + 1] − 1. Every tensor has another one beside it with a CRC-32 of each block of 64 KiB.
//
//   by_user.offsets  I64 [users + 1]   by_user.indices  U32 [ratings]   by_user.values  F32 or F64 [ratings]
//   by_item.offsets  I64 [items + 1]   by_item.indices  U32 [ratings]   by_item.values  F32 or F64 [ratings]
//   by_user.weights, by_item.weights   F32 or F64 [ratings], where the ratings have weights
//   timestamps                         F64 [ratings], in the order by user, where they have some
//   user_ids, item_ids                 as in a model file: I64, or U8 with user_id_offsets, item_id_offsets
//   NAME.crc32                         U32 [blocks of NAME]

/** What the metadata say that such a file is. */
export const FORMAT = "alternant-ratings";
/** The newest version that this code reads, and the one that it writes. */
export const VERSION = 1;

/** A tensor of a file that is to be written. */
export interface PlannedTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly length: number;
  /** Where its first byte is; so far from the file's beginning. */
  readonly at: number;
}

/** Where everything lies in a file that is to be written. */
export interface FilePlan {
  readonly tensors: ReadonlyMap<string, PlannedTensor>;
  /** Bytes of the JSON, which is padded to as many. */
  readonly headerLength: number;
  readonly bytes: number;
}

/** What stands in the metadata. All of it is text, as safetensors demands. */
export interface PackedMetadata {
  readonly ratings: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly contentHash: string;
}

/** No number of JavaScript has a longer text. */
const WIDEST = -Number.MAX_VALUE;

/** Lays out a file, the widest numbers first, so that each lies at a multiple of its size. */
export function planFile(
  contents: readonly (readonly [name: string, dtype: Dtype, length: number])[],
): FilePlan {
  const all = contents.flatMap(([name, dtype, length]) => [
    { name, dtype, length },
    { name: `${name}.crc32`, dtype: "U32" as const, length: blocksOf(length * SIZES[dtype]) },
  ]);
  all.sort((a, b) => SIZES[b.dtype] - SIZES[a.dtype]);
  const plan = (headerLength: number): FilePlan => {
    const tensors = new Map<string, PlannedTensor>();
    let at = 8 + headerLength;
    for (const tensor of all) {
      tensors.set(tensor.name, { ...tensor, at });
      at += tensor.length * SIZES[tensor.dtype];
    }
    return { tensors, headerLength, bytes: at };
  };
  const widest = { ratings: WIDEST, mean: WIDEST, min: WIDEST, max: WIDEST, contentHash: "0".repeat(32) };
  return plan(Math.ceil(jsonOf(plan(0), widest).length / 8) * 8);
}

/** The header of a file, its checksum left "00000000". */
export function headerOf(plan: FilePlan, metadata: PackedMetadata): Uint8Array<ArrayBuffer> {
  const json = jsonOf(plan, metadata);
  const bytes = new Uint8Array(8 + plan.headerLength).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(plan.headerLength), true);
  bytes.set(json, 8);
  return bytes;
}

/** Blocks of so many bytes. */
export function blocksOf(bytes: number): number {
  return Math.ceil(bytes / BLOCK_BYTES);
}

/** Whether a file that begins so is safetensors of whatever contents: no text has bytes of 0 there. */
export function looksLikeSafetensors(head: Uint8Array): boolean {
  return head[8] === 0x7b && head.subarray(4, 8).every((byte) => byte === 0);
}

/** Whether a file that begins so is one of packed ratings. */
export function looksPacked(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head.subarray(8, DIGITS_TO + FORMAT.length + 16));
  return text.startsWith(PREFIX) && text.includes(`"format":"${FORMAT}"`);
}

function jsonOf({ tensors }: FilePlan, { ratings, mean, min, max, contentHash }: PackedMetadata): Uint8Array {
  const texts = Object.entries({ ratings, mean, min, max }).map(([name, value]) => [name, numberText(value)]);
  const metadata = {
    crc32: "00000000",
    format: FORMAT,
    version: String(VERSION),
    ...Object.fromEntries(texts),
    contentHash,
    blockBytes: String(BLOCK_BYTES),
  };
  const first = Math.min(...Array.from(tensors.values(), ({ at }) => at));
  const entries = Array.from(tensors.values(), ({ name, dtype, length, at }) => [
    name,
    { dtype, shape: [length], data_offsets: [at - first, at - first + length * SIZES[dtype]] },
  ]);
  return new TextEncoder().encode(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
}

/** A number so that it is read back to the bit; JavaScript itself writes −0 without its sign. */
function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
