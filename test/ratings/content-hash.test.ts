import { describe, expect, it } from "vitest";
import { contentHash } from "../../src/ratings/content-hash.js";
import { Ratings, type RatingsSource } from "../../src/ratings/index.js";
import { Murmur3 } from "../../src/ratings/murmur3.js";

const rows: [string, string, number][] = [
  ["ann", "Alien", 5],
  ["bob", "Brazil", 3.5],
  ["ann", "Casablanca", 2],
];

describe("Murmur3", () => {
  // mmh3.hash_bytes(struct.pack("<ni", words), 0, x64arch=False) of Python's mmh3 5
  const reference: readonly [length: number, hash: string][] = [
    [0, "00000000000000000000000000000000"],
    [1, "1117163c3ee75f6c3ee75f6c3ee75f6c"],
    [2, "9696cbc64c37cc5fab391070ab391070"],
    [3, "688638365eea60d678447c45e6f4dcb5"],
    [4, "97180c6501f9f603ef6a02566257573b"],
    [5, "085b615d08796b1a159307114af6d9b8"],
    [7, "471bcc8f66676676266122567fa6c2b0"],
    [11, "7544e24295d4a9427e994ff10fdbbb54"],
  ];

  it.each(reference)("hashes %i words as the reference does, in pieces of any length", (length, hash) => {
    const words = Int32Array.from({ length }, (_, i) => ((i * 2654435761 + 12345) % 2 ** 32) - 2 ** 31);
    for (let piece = 1; piece <= Math.max(1, length); piece++) {
      const murmur = new Murmur3();
      for (let at = 0; at < length; at += piece) murmur.update(words.subarray(at, at + piece));
      expect(murmur.hex()).toBe(hash);
    }
  });
});

describe("contentHash", () => {
  it("is the same for the same ratings, whatever kind of source they come from", async () => {
    const ratings = Ratings.from(rows);
    const hash = await contentHash(ratings);
    expect(hash).toMatch(/^[0-9a-f]{32}$/);
    expect(await contentHash(Ratings.from(rows))).toBe(hash);
    const { users, items, userCount, itemCount, count, mean, min, max, byUser, byItem } = ratings;
    const source: RatingsSource = {
      users,
      items,
      userCount,
      itemCount,
      count,
      mean,
      min,
      max,
      byUser,
      byItem,
    };
    expect(await contentHash(source)).toBe(hash);
    expect(await contentHash({ ...source, contentHash: "known" })).toBe("known");
  });

  it("differs by ids and their order, pairs, values, weights", async () => {
    const given = [
      rows,
      [rows[1], rows[0], rows[2]],
      [["Ann", "Alien", 5], rows[1], ["Ann", "Casablanca", 2]],
      [rows[0], ["bob", "Casablanca", 3.5], ["ann", "Brazil", 2]],
      [rows[0], ["ann", "Brazil", 3.5], rows[2]],
      [rows[0], rows[1], ["ann", "Casablanca", 2.5]],
      rows.map(([user, item, value]) => ({ user, item, value, weight: 2 })),
      rows.map(([user, item, value]) => ({ user, item, value, weight: 3 })),
    ] as [string, string, number][][];
    const hashes = await Promise.all(given.map((some) => contentHash(Ratings.from(some))));
    const numbers = await contentHash(Ratings.from([[1, 2, 5]]));
    const strings = await contentHash(Ratings.from([["1", "2", 5]]));
    const large = await contentHash(Ratings.from([[1 + 2 ** 32, 2, 5]]));
    expect(new Set([...hashes, numbers, strings, large]).size).toBe(given.length + 3);
  });

  it("goes through more ratings than a step takes", async () => {
    const many = Array.from({ length: 40_000 }, (_, p): [number, number, number] => [
      p % 400,
      p % 399,
      p % 5,
    ]);
    const changed = many.map(([user, item, value], p): [number, number, number] => [
      user,
      item,
      p === 33_333 ? 7 : value,
    ]);
    const hash = await contentHash(Ratings.from(many));
    expect(await contentHash(Ratings.from(many))).toBe(hash);
    expect(await contentHash(Ratings.from(changed))).not.toBe(hash);
  });
});
