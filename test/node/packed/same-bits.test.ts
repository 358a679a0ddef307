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
    ["implicit nonnegative", { feedback: "implicit", solver: "nonnegative" }],
    ["logarithmic confidences", { feedback: "implicit", confidence: { alpha: 3, form: "log" } }],
    [
      "logarithmic confidences, cg, float32",
      {
        ...{ feedback: "implicit", confidence: { alpha: 3, form: "log", offset: 0 } },
        ...{ solver: "cg", precision: "float32", biases: "full" },
      },
    ],
  ];
  it.each(variants)("give the model of the ratings in memory on any threads: %s", async (_, options) => {
    const als = new ALS({ factors: 8, epochs: 2, ...options });
    const expected = bitsOf(await als.fit(ratings, { engine: alone }));
    expect(bitsOf(await als.fit(packed, { engine: alone }))).toBe(expected);
    expect(bitsOf(await als.fit(packed, { engine: lanes }))).toBe(expected);
  });

  it.each<AlsOptions>([
    { solver: "cholesky" },
    { solver: "cg" },
    { feedback: "implicit" },
    { feedback: "implicit", confidence: { form: "log" }, solver: "ials++", blockSize: 2 },
    { feedback: "implicit", precision: "float32", unobservedWeight: 0.2 },
  ])("do so with weights, values in double precision and a row longer than a call: %o", async (options) => {
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
    const als = new ALS({ factors: 3, epochs: 2, ...options });
    const expected = bitsOf(await als.fit(own, { engine: alone }));
    expect(bitsOf(await als.fit(long, { engine: alone }))).toBe(expected);
    expect(bitsOf(await als.fit(long, { engine: lanes }))).toBe(expected);
    await long.close();
  });

  it("do so with dislikes, zeros among them", async () => {
    const rows = Array.from({ length: 3000 }, (_, p): [number, number, number] => [
      p % 50,
      p % 61,
      (p % 4) - 1,
    ]);
    const own = Ratings.from(rows, { duplicates: "last" });
    const file = join(folder, "dislikes.safetensors");
    await packRatings(own, file);
    const disliked = await openRatings<number, number>(file);
    const als = new ALS({ factors: 3, epochs: 2, feedback: "implicit", zeros: "dislike" });
    const expected = bitsOf(await als.fit(own, { engine: alone }));
    expect(bitsOf(await als.fit(disliked, { engine: lanes }))).toBe(expected);
    await disliked.close();
  });

  it("refuse confidences that no number holds, as those in memory do", async () => {
    const own = Ratings.from([
      { user: "ann", item: "Alien", value: 2 },
      { user: "bob", item: "Brazil", value: 1e10, weight: 1e30 },
    ]);
    const file = join(folder, "heavy.safetensors");
    await packRatings(own, file);
    const heavy = await openRatings<string, string>(file);
    const als = new ALS({ factors: 1, feedback: "implicit", precision: "float32" });
    for (const source of [own, heavy])
      await expect(als.fit(source, { engine: alone })).rejects.toMatchObject({
        code: "invalid-rating",
        message: expect.stringContaining(
          'the rating of user "bob" for item "Brazil", 10000000000, has a confidence of Infinity in float32',
        ),
      });
    await heavy.close();
  });
});

describe("packed ratings that training takes samples of", () => {
  let large: Ratings<string, string>;
  let file: PackedRatings<string, string>;
  beforeAll(async () => {
    large = (await syntheticWorld({ users: 800, items: 500, ratings: 90_000, seed: 7 })).ratings;
    const path = join(folder, "large.safetensors");
    await packRatings(large, path);
    file = await openRatings<string, string>(path);
  });
  afterAll(() => file.close());

  const SOLVERS: Readonly<Record<string, AlsOptions>> = {
    cholesky: { solver: "cholesky" },
    cg: { solver: "cg" },
    "ials++": { solver: "ials++", blockSize: 4 },
    nonnegative: { solver: "nonnegative", biases: "none" },
  };
  const FEEDBACKS: Readonly<Record<string, AlsOptions>> = {
    explicit: { precision: "float32" },
    implicit: { feedback: "implicit", confidence: { alpha: 2 } },
    logarithmic: { feedback: "implicit", confidence: { form: "log" } },
  };
  const cases = Object.keys(FEEDBACKS).flatMap((feedback) =>
    Object.keys(SOLVERS).map((solver) => [feedback, solver] as const),
  );
  it.each(cases)(
    "end with the bits of those in memory, and either goes on from a checkpoint of the other: %s, %s",
    async (feedback, solver) => {
      const als = new ALS({ factors: 8, epochs: 3, ...FEEDBACKS[feedback], ...SOLVERS[solver] });
      const whole = async (source: typeof large | typeof file, engine: Engine) => {
        const checkpoints: Uint8Array[] = [];
        const model = await als.fit(source, {
          engine,
          onEpoch: async (epoch) => void checkpoints.push(await epoch.checkpoint()),
        });
        expect(model.info.run.start?.name).toBe("samples");
        return { bits: bitsOf(model), checkpoints };
      };
      const [own, packed] = [await whole(large, alone), await whole(file, lanes)];
      expect(packed.bits).toBe(own.bits);
      for (const [epoch, resume] of packed.checkpoints.entries())
        expect(bitsOf(await als.fit(large, { engine: alone, resume })), `after ${epoch + 1}`).toBe(own.bits);
      for (const [epoch, resume] of own.checkpoints.entries())
        expect(bitsOf(await als.fit(file, { engine: lanes, resume })), `after ${epoch + 1}`).toBe(own.bits);
    },
  );
});
