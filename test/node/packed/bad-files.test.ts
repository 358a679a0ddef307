import { closeSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { ALS } from "../../../src/als/index.js";
import { Engine } from "../../../src/kernel/index.js";
import { begin, DIGITS_TO, hex, PREFIX } from "../../../src/model/file/checksum.js";
import { placesOf, readHeader, type TensorPlace } from "../../../src/model/file/read-safetensors.js";
import { openRatings, packRatings } from "../../../src/node/index.js";
import { Ratings } from "../../../src/ratings/index.js";
import { BLOCK_BYTES } from "../../../src/ratings/packed-side.js";
import { syntheticWorld } from "../../../src/synthetic/index.js";
import { bitsOf } from "../../als/fixtures.js";
import { temporaryFolder } from "../temporary.js";

const folder = temporaryFolder();
const good = join(folder, "good.safetensors");
const bad = join(folder, "bad.safetensors");
const als = new ALS({ factors: 2, epochs: 2 });
let bytes: Buffer;
let places: ReadonlyMap<string, TensorPlace>;
let headerEnd: number;

beforeAll(async () => {
  const rows = Array.from({ length: 600 }, (_, p) => ({
    user: `u${p % 30}`,
    item: `i${(p * 7 + Math.floor(p / 30)) % 41}`,
    value: 1 + (p % 5),
    weight: 1 + (p % 2),
    timestamp: p,
  }));
  await packRatings(Ratings.from(rows, { duplicates: "last" }), good);
  bytes = readFileSync(good);
  const header = readHeader(bytes);
  headerEnd = header.end;
  places = placesOf(header, bytes.length);
});

/** The file with other bytes in a section, and the checksums that an author of them would write. */
function forged(name: string, at: number, value: Uint8Array): void {
  const copy = Buffer.from(bytes);
  const { from, to } = places.get(name)!;
  copy.set(value, from + at);
  const crcs = places.get(`${name}.crc32`)!;
  for (let block = 0; from + block * BLOCK_BYTES < to; block++)
    copy.writeUInt32LE(
      crc32(copy.subarray(from + block * BLOCK_BYTES, Math.min(to, from + (block + 1) * BLOCK_BYTES))),
      crcs.from + 4 * block,
    );
  writeFileSync(bad, copy);
}

function float32(value: number): Uint8Array {
  return new Uint8Array(Float32Array.of(value).buffer);
}

function int64(value: number): Uint8Array {
  return new Uint8Array(BigInt64Array.of(BigInt(value)).buffer);
}

function uint32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

/** Opens the bad file and trains on it, on one thread and on two; both must say the same. */
async function refusal(): Promise<string> {
  const said: string[] = [];
  for (const threads of [1, 2]) {
    const engine = await Engine.create({ threads });
    try {
      const packed = await openRatings(bad);
      await als.fit(packed, { engine }).finally(() => packed.close());
      said.push("nothing");
    } catch (error) {
      expect(error).toMatchObject({ name: "AlternantError", code: "invalid-file" });
      said.push((error as Error).message);
    } finally {
      await engine.dispose();
    }
  }
  expect(said[1]).toBe(said[0]);
  return said[0]!;
}

describe("a packed file", () => {
  it("cut short at any border of its sections, or a byte beside it, is refused as such", async () => {
    const borders = [0, 7, 8, headerEnd, ...[...places.values()].flatMap(({ from, to }) => [from, to])];
    for (const border of new Set(borders))
      for (const length of [border - 1, border, border + 1]) {
        if (length < 0 || length >= bytes.length) continue;
        writeFileSync(bad, bytes.subarray(0, length));
        await expect(openRatings(bad), `cut at ${length}`).rejects.toMatchObject({ code: "invalid-file" });
      }
  });

  it("with any byte of its sections changed is refused, by name", async () => {
    for (const [name, { from, to }] of places) {
      const copy = Buffer.from(bytes);
      copy[Math.floor((from + to) / 2)]! ^= 4;
      writeFileSync(bad, copy);
      const section = name.replace(/\.crc32$/, "");
      const packed = await openRatings(bad).catch((error: unknown) => error as Error);
      const error =
        packed instanceof Error
          ? packed
          : await packed.load().then(
              () => undefined,
              (failure: Error) => failure,
            );
      if (!(packed instanceof Error)) await packed.close();
      expect(error, name).toMatchObject({ code: "invalid-file" });
      expect(error!.message, name).toContain(`"${section}"`);
    }
  });

  it("with a changed header is refused", async () => {
    for (let at = 8; at < headerEnd; at += 7) {
      const copy = Buffer.from(bytes);
      copy[at]! ^= 1;
      writeFileSync(bad, copy);
      await expect(openRatings(bad), `byte ${at}`).rejects.toMatchObject({ code: "invalid-file" });
    }
  });

  it.each([
    ["fall", 16, 1, /"by_user\.offsets" falls from 20 to 1 at row 1/],
    ["point outside", 8 * 30, 900, /"by_user\.offsets" must lead from 0 to 600.*to 900/],
    ["begin late", 0, 3, /"by_user\.offsets" must lead from 0 to 600.*from 3/],
    ["are negative", 8, -5, /"by_user\.offsets" falls from 0 to -5 at row 0/],
  ])("whose offsets %s is refused", async (_, at, value, message) => {
    forged("by_user.offsets", at, int64(value));
    expect(await refusal()).toMatch(message);
  });

  it("whose numbers are none is refused where they are read, naming section and row", async () => {
    // Rating 45 is the third row's, of 20 each.
    forged("by_user.values", 4 * 45, float32(Number.NaN));
    expect(await refusal()).toMatch(/section "by_user\.values" has the value NaN.*at row 2 \(rating 45\)/);
    forged("by_item.values", 4 * 45, float32(Infinity));
    expect(await refusal()).toMatch(/section "by_item\.values" has the value Infinity.*\(rating 45\)/);
    forged("by_user.weights", 4 * 45, float32(0));
    expect(await refusal()).toMatch(/section "by_user\.weights" has the weight 0.*at row 2 \(rating 45\)/);
    forged("by_user.indices", 4 * 45, uint32(41));
    expect(await refusal()).toMatch(/section "by_user\.indices" has index 41, of 41, at row 2 \(rating 45\)/);
    forged("by_user.indices", 4 * 45, uint32(2 ** 31));
    expect(await refusal()).toMatch(/section "by_user\.indices" has index 2147483648, of 41, at row 2/);
    forged(
      "by_user.indices",
      4 * 46,
      bytes.subarray(places.get("by_user.indices")!.from + 4 * 45).subarray(0, 4),
    );
    expect(await refusal()).toMatch(/index \d+ after \d+, and they must ascend, at row 2 \(rating 46\)/);
  });

  it("whose metadata lack what it says of itself is refused", async () => {
    const header = bytes.toString("latin1", 0, headerEnd);
    for (const [name, message] of [
      ["contentHash", 'have "" as contentHash, not 32 hexadecimal digits'],
      ["mean", "have undefined as mean, not a number"],
    ] as const) {
      const copy = Buffer.from(bytes);
      copy.write("X", header.indexOf(`"${name}":`) + 1);
      copy.write("00000000", DIGITS_TO - 8);
      copy.write(hex(crc32(copy.subarray(DIGITS_TO, headerEnd), begin(copy))), 8 + PREFIX.length);
      writeFileSync(bad, copy);
      await expect(openRatings(bad)).rejects.toThrow(message);
    }
  });

  it("of another program, another kind or a newer version is refused as such", async () => {
    const json = '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} ';
    const foreign = Buffer.alloc(8 + json.length + 4);
    foreign.writeUInt32LE(json.length);
    foreign.write(json, 8);
    writeFileSync(bad, foreign);
    await expect(openRatings(bad)).rejects.toThrow("a safetensors file of another program");
    writeFileSync(bad, "user,item,value\nann,Alien,5\n");
    await expect(openRatings(bad)).rejects.toThrow("make one with alternant pack");
    writeFileSync(bad, "");
    await expect(openRatings(bad)).rejects.toThrow("no header of packed ratings");
    writeFileSync(
      bad,
      (
        await als.fit(
          Ratings.from([
            ["ann", "Alien", 5],
            ["bob", "Brazil", 3],
          ]),
        )
      ).toBytes(),
    );
    await expect(openRatings(bad)).rejects.toThrow("it is a model");
    const ratings = Ratings.from([
      ["ann", "Alien", 5],
      ["bob", "Brazil", 3],
    ]);
    await als.fit(ratings, {
      onEpoch: async (epoch) => writeFileSync(bad, await epoch.checkpoint()),
    });
    await expect(openRatings(bad)).rejects.toThrow("it is a checkpoint");
    const newer = Buffer.from(bytes);
    newer.write('"version":"7"', newer.indexOf('"version":"1"'));
    newer.write("00000000", DIGITS_TO - 8);
    newer.write(hex(crc32(newer.subarray(DIGITS_TO, headerEnd), begin(newer))), 8 + PREFIX.length);
    writeFileSync(bad, newer);
    await expect(openRatings(bad)).rejects.toThrow('version "7", and this Alternant reads up to 1');
    await expect(openRatings(join(folder, "none"))).rejects.toThrow("there is no such file");
    await expect(openRatings(folder)).rejects.toMatchObject({ code: "invalid-file" });
  });

  it("that changes while it is trained on ends the fit, on any threads", async () => {
    // More than is read at a time: what is held already need not be read again.
    const world = await syntheticWorld({ users: 1000, items: 400, ratings: 100_000, seed: 1 });
    await packRatings(world.ratings, bad);
    const large = readFileSync(bad);
    const { from } = placesOf(readHeader(large), large.length).get("by_item.values")!;
    for (const threads of [1, 2]) {
      const engine = await Engine.create({ threads });
      writeFileSync(bad, large);
      const packed = await openRatings(bad);
      const change = (): void => {
        const descriptor = openSync(bad, "r+");
        writeSync(descriptor, float32(4.75), 0, 4, from);
        closeSync(descriptor);
      };
      await expect(als.fit(packed, { engine, onEpoch: change })).rejects.toThrow(
        'section "by_item.values" does not have the contents that it was written with, at row 0',
      );
      const cut = (): void => truncateSync(bad, from + 8);
      writeFileSync(bad, large);
      await expect(als.fit(packed, { engine, onEpoch: cut })).rejects.toThrow("ends too early");
      // Nothing is wrong with the engine.
      writeFileSync(bad, large);
      await als.fit(packed, { engine });
      await packed.close();
      await engine.dispose();
    }
  });

  it("that is deleted or replaced while it is trained on is read to the end all the same", async () => {
    writeFileSync(bad, bytes);
    const packed = await openRatings<string, string>(bad);
    const expected = bitsOf(await als.fit(packed));
    expect(bitsOf(await als.fit(packed, { onEpoch: () => rmSync(bad, { force: true }) }))).toBe(expected);
    await packed.close();
  });

  it("that has been closed says so", async () => {
    const packed = await openRatings(good);
    await packed.close();
    await packed.close();
    for (const threads of [1, 2]) {
      const engine = await Engine.create({ threads });
      await expect(als.fit(packed, { engine })).rejects.toMatchObject({
        code: "disposed",
        message: expect.stringContaining("open them again"),
      });
      await engine.dispose();
    }
  });
});
