import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ALS, type AlsOptions } from "../../../src/als/index.js";
import { ratingsToCsv } from "../../../src/io/index.js";
import { Engine } from "../../../src/kernel/index.js";
import { openRatings, type PackedRatings, packRatings, readRatings } from "../../../src/node/index.js";
import { contentHash } from "../../../src/ratings/content-hash.js";
import { Ratings } from "../../../src/ratings/index.js";
import { syntheticWorld } from "../../../src/synthetic/index.js";
import { bitsOf } from "../../als/fixtures.js";
import { temporaryFolder } from "../temporary.js";

const folder = temporaryFolder();
let ratings: Ratings<string, string>;
let packed: PackedRatings<string, string>;
let alone: Engine;
let lanes: Engine;

beforeAll(async () => {
  const world = await syntheticWorld({ users: 300, items: 120, ratings: 12_000, seed: 3 });
  const csv = join(folder, "world.csv");
  // Users out of order, so that the sort has something to do.
  const [head, ...lines] = [...ratingsToCsv(world.ratings)].join("").trimEnd().split("\n");
  lines.sort((a, b) => a.slice(-6).localeCompare(b.slice(-6)));
  await writeFile(csv, [head, ...lines].join("\n"));
  ratings = await readRatings(csv);
  const out = join(folder, "world.safetensors");
  await packRatings(csv, out);
  packed = await openRatings<string, string>(out);
  alone = await Engine.create({ threads: 1 });
  lanes = await Engine.create({ threads: 3 });
});
afterAll(async () => {
  await packed.close();
  await alone.dispose();
  await lanes.dispose();
});

describe("packed ratings", () => {
  it("are what is in memory, to the bit", async () => {
    const loaded = await packed.load();
    expect([...loaded]).toEqual([...ratings]);
    for (const side of ["byUser", "byItem"] as const) {
      expect(loaded[side].starts).toEqual(ratings[side].starts);
      expect(loaded[side].columns).toEqual(ratings[side].columns);
      expect(loaded[side].values).toEqual(ratings[side].values);
    }
    for (const fact of ["mean", "min", "max", "count", "userCount", "itemCount", "density"] as const)
      expect(packed[fact]).toBe(ratings[fact]);
    expect(packed.contentHash).toBe(await contentHash(ratings));
    expect(await readdir(folder)).toEqual(["world.csv", "world.safetensors"]);
  });

  const variants: [name: string, options: AlsOptions][] = [
    ["cholesky", { solver: "cholesky" }],
    ["cg", { solver: "cg" }],
    ["ials++", { solver: "ials++", blockSize: 3 }],
    ["nonnegative", { solver: "nonnegative" }],
    ["float32", { precision: "float32" }],
    ["implicit", { feedback: "implicit", confidence: { alpha: 2 } }],
    ["implicit cg", { feedback: "implicit", solver: "cg" }],
    ["implicit ials++", { feedback: "implicit", solver: "ials++", blockSize: 4, unobservedWeight: 0.1 }],
  ];
  it.each(variants)("give the model of the ratings in memory on any threads: %s", async (_, options) => {
    const als = new ALS({ factors: 8, epochs: 2, ...options });
    const expected = bitsOf(await als.fit(ratings, { engine: alone }));
    expect(bitsOf(await als.fit(packed, { engine: alone }))).toBe(expected);
    expect(bitsOf(await als.fit(packed, { engine: lanes }))).toBe(expected);
  });

  it.each(["cholesky", "cg"] as const)(
    "do so with weights, values in double precision and a row longer than a call: %s",
    async (solver) => {
      const rows = Array.from({ length: 80_000 }, (_, p) => ({
        user: p >> 1,
        item: p % 2 === 0 ? 0 : 1 + (p % 37),
        value: 0.1 * (1 + (p % 7)),
        weight: 1 + (p % 3),
      }));
      const own = Ratings.from(rows);
      const file = join(folder, "long.safetensors");
      await packRatings(own, file);
      const long = await openRatings<number, number>(file);
      const als = new ALS({ factors: 3, epochs: 2, solver });
      const expected = bitsOf(await als.fit(own, { engine: alone }));
      expect(bitsOf(await als.fit(long, { engine: alone }))).toBe(expected);
      expect(bitsOf(await als.fit(long, { engine: lanes }))).toBe(expected);
      await long.close();
    },
  );
});
