import { existsSync, readFileSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { begin, DIGITS_TO, hex, PREFIX } from "../../../src/model/file/checksum.js";
import { toInt64 } from "../../../src/model/file/int64.js";
import { openRatings } from "../../../src/node/index.js";
import { blocksOf, headerOf, planFile } from "../../../src/node/packed/format.js";
import { openSide } from "../../../src/ratings/open-side.js";
import { BLOCK_BYTES } from "../../../src/ratings/packed-side.js";
import { temporaryFolder } from "../temporary.js";

const ITEMS = 50_000;
/** The last row: 30,000 ratings that begin beyond 2³². */
const LAST = 30_000;
const FIRST = 2 ** 32 + 12_345;
const COUNT = FIRST + LAST;
const STARTS = [0, 2 ** 31 + 7, FIRST, COUNT];
/** Bytes that this process has read from files (Linux). */
const IO = "/proc/self/io";

const path = join(temporaryFolder(), "sparse.safetensors");
afterAll(() => rmSync(path, { force: true }));

/** Writes a file of holes, but for what says where ratings are, and the last row. */
async function writeSparse(): Promise<void> {
  const plan = planFile([
    ["by_user.offsets", "I64", 4],
    ["by_item.offsets", "I64", ITEMS + 1],
    ["by_user.indices", "U32", COUNT],
    ["by_user.values", "F32", COUNT],
    ["by_item.indices", "U32", COUNT],
    ["by_item.values", "F32", COUNT],
    ["user_ids", "I64", 3],
    ["item_ids", "I64", ITEMS],
  ]);
  const file = await open(path, "w");
  const write = async (name: string, bytes: Uint8Array, at = 0): Promise<void> => {
    await file.write(bytes, 0, bytes.length, plan.tensors.get(name)!.at + at);
    const first = Math.floor(at / BLOCK_BYTES);
    const padded = new Uint8Array(at - first * BLOCK_BYTES + bytes.length);
    padded.set(bytes, at - first * BLOCK_BYTES);
    const crcs = Uint32Array.from({ length: blocksOf(padded.length) }, (_, block) =>
      crc32(padded.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES)),
    );
    const checksums = new Uint8Array(crcs.buffer);
    await file.write(checksums, 0, checksums.length, plan.tensors.get(`${name}.crc32`)!.at + 4 * first);
  };
  const itemStarts = new Float64Array(ITEMS + 1).fill(COUNT, 1);
  await write("by_user.offsets", toInt64(Float64Array.from(STARTS)));
  await write("by_item.offsets", toInt64(itemStarts));
  await write("user_ids", toInt64(Float64Array.of(1, 2, 3)));
  await write("item_ids", toInt64(Float64Array.from({ length: ITEMS }, (_, item) => item)));
  // Its first block it shares with a hole, whose zeros do not ascend: what is read lies behind that.
  const columns = Uint32Array.from({ length: LAST }, (_, p) => p + 1);
  const values = Float32Array.from({ length: LAST }, (_, p) => 1 + (p % 5));
  await write("by_user.indices", new Uint8Array(columns.buffer), 4 * FIRST);
  await write("by_user.values", new Uint8Array(values.buffer), 4 * FIRST);
  await file.truncate(plan.bytes);
  const facts = { ratings: COUNT, mean: 3, min: 1, max: 5, contentHash: "0".repeat(32) };
  const header = headerOf(plan, facts);
  const crc = hex(crc32(header.subarray(DIGITS_TO), begin(header)));
  header.set(new TextEncoder().encode(crc), 8 + PREFIX.length);
  await file.write(header, 0, header.length, 0);
  await file.close();
}

function bytesRead(): number {
  return existsSync(IO) ? Number(/rchar: (\d+)/.exec(readFileSync(IO, "utf8"))![1]) : 0;
}

describe("a packed file of more than 2³² ratings", () => {
  it("is opened without a look at them, and read right", async () => {
    await writeSparse();
    const before = bytesRead();
    const packed = await openRatings<number, number>(path);
    // Header, ids, offsets, and four bytes for each block of 16,384 numbers.
    expect(bytesRead() - before).toBeLessThan(4e6 + (4 * 4 * COUNT) / 16_384);
    expect([packed.count, packed.userCount, packed.itemCount]).toEqual([COUNT, 3, ITEMS]);
    expect([...packed.byUser.starts]).toEqual(STARTS);
    // As a lane opens it, too.
    for (const side of [packed.byUser, openSide(packed.byUser.share()!)]) {
      const columns = new Int32Array(1000);
      const values = new Float32Array(1000);
      for (const from of [FIRST + 20_000, COUNT - 1000]) {
        side.read(from, from + 1000, columns, values);
        expect([...columns]).toEqual(Array.from({ length: 1000 }, (_, p) => from - FIRST + p + 1));
        expect([...values]).toEqual(Array.from({ length: 1000 }, (_, p) => 1 + ((from - FIRST + p) % 5)));
      }
      // What is told of a hole is where it is.
      expect(() => side.read(4e9, 4e9 + 10, columns, values)).toThrow(/at row 1 \(rating 39999/);
    }
    await packed.close();
  });
});
