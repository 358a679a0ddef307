import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { openRatings, packRatings } from "../../../src/node/index.js";
import { type PackedFacts, packInto } from "../../../src/node/packed/pack-into.js";
import { checkRows } from "../../../src/node/packed/row-room.js";
import { writePacked } from "../../../src/node/packed/write-packed.js";
import { RatingsBuilder } from "../../../src/ratings/builder.js";
import { contentHash } from "../../../src/ratings/content-hash.js";
import { type Duplicates, type RatingRow, Ratings } from "../../../src/ratings/index.js";
import { temporaryFolder } from "../temporary.js";

vi.mock("../../../src/node/packed/write-packed.js", { spy: true });

const folder = temporaryFolder();
const out = join(folder, "packed.safetensors");
const MEBIBYTE = 2 ** 20;

describe("memory that is too little", () => {
  /** What all of these have: a first user who is too long, one who is longer, and an item that is longer than both. */
  const rows: RatingRow<string, string>[] = [
    ...Array.from({ length: 30_000 }, (_, p): [string, string, number] => ["long", `a${p}`, 3]),
    ...Array.from({ length: 40_000 }, (_, p): [string, string, number] => ["longer", `b${p}`, 3]),
    ...Array.from({ length: 60_000 }, (_, p): [string, string, number] => [`u${p}`, "hit", 3]),
  ];

  function pack(
    given: readonly RatingRow<string, string>[],
    memory: number,
    duplicates: Duplicates,
    onSorting: (share: number) => void,
  ): Promise<PackedFacts> {
    const packing = { what: "packing", memory, duplicates, signal: undefined, onSorting };
    return packInto(out, packing, async (spool) => {
      const builder = new RatingsBuilder("packing", { duplicates }, undefined, spool);
      for (const one of given) builder.addRow(one);
      return builder.vocabularies();
    });
  }

  it.each([
    ["users and items", rows, "error", 'item "hit" has 60000'],
    ["users alone", rows.slice(0, 70_000), "error", 'user "longer" has 40000'],
    ["items alone", rows.slice(70_000), "error", 'item "hit" has 60000'],
    ["what is to be summed", rows, "sum", 'item "hit" has 60000'],
  ] as const)("is told at once, with what is enough: %s", async (_, given, duplicates, told) => {
    const shares: number[] = [];
    const refused = await pack(given, MEBIBYTE, duplicates, (share) => shares.push(share)).catch(
      (error: Error) => error,
    );
    expect(refused).toMatchObject({ code: "too-large", message: expect.stringContaining(told) });
    expect(shares).toEqual([]);
    const least = Number(/at least (\d+) MiB\.$/.exec((refused as Error).message)?.[1]);
    await pack(given, least * MEBIBYTE, duplicates, () => {});
    const packed = await openRatings(out);
    expect(packed.contentHash).toBe(await contentHash(Ratings.from(given, { duplicates })));
    await packed.close();
    // Once pairs have become one, records may be narrower than what was reckoned with.
    if (duplicates === "error")
      await expect(pack(given, (least - 1) * MEBIBYTE, duplicates, () => {})).rejects.toThrow(told);
  });

  it("takes an item that is too long before its pairs become one", async () => {
    const pairs = Array.from({ length: 60_000 }, (_, p): [string, string, number] => [
      `u${p % 9_000}`,
      "hit",
      3,
    ]);
    expect(await pack(pairs, MEBIBYTE, "last", () => {})).toMatchObject({ ratings: 9_000 });
  });

  it("names no memory where none is enough", () => {
    const format = { wideValues: false, weightBytes: undefined, timestamps: false };
    const nameOf = (row: number): string => `row ${row}`;
    const counts = Float64Array.of(5, 2 ** 27 + 1);
    expect(() => checkRows(2 ** 33, [{ format, counts, nameOf }])).toThrow(
      "row 1 has 134217729 ratings, and no memory sorts more than 134217728 of a row; leave some out",
    );
  });
});

it("more memory than arrays can have is not used", async () => {
  await packRatings(Ratings.from([["ann", "Alien", 5]]), out, { memory: 2 ** 45 });
  expect(vi.mocked(writePacked).mock.lastCall![0].memory).toBe(2 ** 33);
  const given = { wideValues: true, weightBytes: 8, timestamps: true } as const;
  const nameOf = (row: number): string => `row ${row}`;
  const counts = Float64Array.of(2 ** 26);
  expect(() => checkRows(2 ** 24, [{ format: given, counts, nameOf }])).toThrow("at least 8192 MiB");
  expect(() =>
    checkRows(2 ** 24, [{ format: given, counts: counts.map((count) => count + 1), nameOf }]),
  ).toThrow("no memory sorts more than 67108864 of a row");
});
