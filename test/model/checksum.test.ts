import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkSeal } from "../../src/model/file/check-seal.js";
import { crc32, seal } from "../../src/model/file/checksum.js";
import { Model } from "../../src/model/index.js";
import { crc32 as plainCrc32 } from "../reference/crc32.js";
import { sameBytes } from "../support/bytes.js";
import { DIGITS_AT, resealed } from "./craft.js";
import { randomModel } from "./fixtures.js";

describe("crc32", () => {
  test("has the check value of the standard, as the reference has", () => {
    const digits = new TextEncoder().encode("123456789");
    expect([crc32(digits), plainCrc32(digits)]).toEqual([0xcbf43926, 0xcbf43926]);
  });

  test("is the reference's, at once and piece by piece", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, cut) => {
        expect(crc32(bytes)).toBe(plainCrc32(bytes));
        expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(plainCrc32(bytes));
      }),
      { seed: 8, numRuns: 300 },
    );
  });

  test("goes on after a piece whose checksum is 0", () => {
    const first = Uint8Array.of(0x9d, 0x0a, 0xd9, 0x6d);
    expect(plainCrc32(first)).toBe(0);
    const rest = Uint8Array.of(1, 2, 3);
    expect(crc32(rest, crc32(first))).toBe(plainCrc32(Uint8Array.of(...first, ...rest)));
  });
});

describe("the seal of a model file", () => {
  test("is what the reference makes of the file with zeros in its place, also over several blocks", async () => {
    for (const users of [3, 20_000]) {
      const file = randomModel({ users, items: 5, factors: 4 }).toBytes();
      expect(sameBytes(file, resealed(file))).toBe(true);
      await checkSeal(file);
    }
  });

  test("replaces whatever stood there", () => {
    const file = randomModel().toBytes();
    const other = Uint8Array.from(file).fill(0x66, DIGITS_AT, DIGITS_AT + 8);
    seal(other);
    expect(other).toEqual(file);
  });

  test("is eight lower-case hexadecimal digits and nothing else", async () => {
    // A file whose checksum has a letter; its upper-case form must not do.
    let file = randomModel().toBytes();
    for (let seed = 2; !/[a-f]/.test(digitsOf(file)); seed++) file = randomModel({ seed }).toBytes();
    const wrong = [
      digitsOf(file).toUpperCase(),
      ` ${digitsOf(file).slice(1)}`,
      "00000000",
      "zzzzzzzz",
      '"       ',
    ];
    for (const digits of wrong) {
      const changed = Uint8Array.from(file);
      changed.set(new TextEncoder().encode(digits), DIGITS_AT);
      await expect(Model.fromBytes(changed)).rejects.toMatchObject({ code: "corrupt-model" });
    }
  });

  test("tells both checksums when they differ", async () => {
    const file = randomModel().toBytes();
    const right = digitsOf(file);
    file[file.length - 1]! ^= 1;
    const now = digitsOf(resealed(file));
    await expect(checkSeal(file)).rejects.toThrow(
      `its checksum says "${right}", its ${file.length} bytes have "${now}"`,
    );
  });
});

function digitsOf(file: Uint8Array): string {
  return new TextDecoder().decode(file.subarray(DIGITS_AT, DIGITS_AT + 8));
}
