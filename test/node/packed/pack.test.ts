import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openRatings, type PackOptions, packRatings, readRatings } from "../../../src/node/index.js";
import { packWorld } from "../../../src/node/pack-world.js";
import { feed } from "../../../src/node/packed/feed.js";
import { packInto } from "../../../src/node/packed/pack-into.js";
import { RatingsBuilder } from "../../../src/ratings/builder.js";
import { contentHash } from "../../../src/ratings/content-hash.js";
import { type Duplicates, Ratings } from "../../../src/ratings/index.js";
import { syntheticWorld } from "../../../src/synthetic/index.js";
import { temporaryFolder } from "../temporary.js";
import { expectSame, unpacked } from "./packed-file.js";

const folder = temporaryFolder();
const out = join(folder, "packed.safetensors");

describe("packing", () => {
  const row = fc.record({
    user: fc.integer({ min: 0, max: 12 }),
    item: fc.integer({ min: 0, max: 9 }),
    value: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constantFrom(0.1, 2.7)),
    weight: fc.constantFrom(1, 2, 0.3),
    timestamp: fc.integer({ min: 0, max: 1e6 }),
  });
  const kinds = fc.record({
    rule: fc.constantFrom<Duplicates>("last", "mean", "sum"),
    weighted: fc.boolean(),
    timed: fc.boolean(),
    text: fc.boolean(),
    // Some hundred bytes sort a dozen ratings at a time: many buckets even of few.
    memory: fc.constantFrom(2_000, 6_000, 1e6),
  });

  it("makes what Ratings.from makes, however little memory there is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 90 }), kinds, async (rows, kind) => {
        const duplicates = kind.weighted ? "last" : kind.rule;
        const given = rows.map(({ user, item, value, weight, timestamp }) => ({
          ...(kind.text ? { user: `u${user}`, item: `i${item}` } : { user, item }),
          value,
          ...(kind.weighted && { weight }),
          ...(kind.timed && { timestamp }),
        }));
        const packing = { what: "packing", memory: kind.memory, duplicates, signal: undefined };
        await packInto(out, { ...packing, onSorting: () => {} }, async (spool) => {
          const builder = new RatingsBuilder("packing", { duplicates }, undefined, spool);
          for (const one of given) builder.addRow(one);
          return builder.vocabularies();
        });
        expectSame(
          await unpacked(out),
          Ratings.from<string | number, string | number>(given, { duplicates }),
        );
        expect(readdirSync(folder)).toEqual(["packed.safetensors"]);
      }),
      { numRuns: 60 },
    );
  });

  it("sorts in many buckets what comes in any order", async () => {
    const { ratings } = await syntheticWorld({ users: 200, items: 150, ratings: 9_000, seed: 2 });
    const rows = [...ratings].map((rating, p) => ({ rating, key: (p * 7919) % 9_000 }));
    const shuffled = Ratings.from(rows.sort((a, b) => a.key - b.key).map(({ rating }) => rating));
    for (const memory of [40_000, 2 ** 24]) {
      const packing = { what: "packing", memory, duplicates: "error" as const, signal: undefined };
      await packInto(out, { ...packing, onSorting: () => {} }, async (spool) => {
        const builder = new RatingsBuilder("packing", {}, undefined, spool);
        for (const { rating } of rows) builder.addRow(rating);
        return builder.vocabularies();
      });
      expectSame(await unpacked(out), shuffled);
      await packInto(out, { ...packing, onSorting: () => {} }, async (spool) => {
        const builder = new RatingsBuilder("packing", {}, undefined, spool);
        await feed(shuffled, builder, async () => {});
        return builder.vocabularies();
      });
      expectSame(await unpacked(out), shuffled);
    }
  });

  it("takes ratings in memory and packed ones with all their ids, those that nothing rates too", async () => {
    const { ratings } = await syntheticWorld({ users: 60, items: 40, ratings: 700, seed: 2 });
    const [, test] = ratings.split({ test: 0.05, seed: 1 });
    await packRatings(test, out);
    expectSame(await unpacked(out), test);
    const packed = await openRatings(out);
    await packRatings(packed, out);
    await packed.close();
    expectSame(await unpacked(out), test);
  });

  it.each<PackOptions>([
    { header: true },
    { delimiter: "," },
    { ids: "string" },
    { columns: { user: 0 } },
    { columns: { timestamp: 3 } },
  ])("refuses %o with ratings, for it is about text", async (options) => {
    const one = Ratings.from([["ann", "Alien", 5]]);
    const [[name, value]] = Object.entries(options) as [[string, unknown]];
    const told = name === "columns" ? `columns.${Object.keys(value as object)[0]}` : name;
    await expect(packRatings(one, join(folder, "none"), options)).rejects.toThrow(
      `packRatings: ${told} says how text is read, and these are ratings already: leave it out`,
    );
  });

  it.each(["last", "mean", "sum"] as const)("keeps the sign of -0 as memory does: %s", async (duplicates) => {
    const once: [string, string, number][] = [
      ["ann", "Alien", -0],
      ["bob", "Alien", 1],
    ];
    const again: typeof once = [
      ["bob", "Alien", 2],
      ["cy", "Alien", -0],
      ["cy", "Alien", -0],
    ];
    for (const rows of [once, [...once, ...again]]) {
      const csv = join(folder, "zeros.csv");
      writeFileSync(
        csv,
        rows
          .map(([user, item, value]) => `${user},${item},${Object.is(value, -0) ? "-0" : value}\n`)
          .join(""),
      );
      await packRatings(csv, out, { duplicates });
      const { byUser } = await unpacked(out);
      const expected = Ratings.from(rows, { duplicates });
      expect(byUser.values[0]).toBe(-0);
      expect(await contentHash(await unpacked(out))).toBe(await contentHash(expected));
      expect(await contentHash(await readRatings(csv, { duplicates }))).toBe(await contentHash(expected));
    }
  });

  it("leaves the old file whole, and nothing else, where it is refused", async () => {
    await packRatings(Ratings.from([["ann", "Alien", 5]]), out);
    const before = readFileSync(out);
    const csv = join(folder, "more.csv");
    writeFileSync(csv, "");
    const files = readdirSync(folder);
    const refused: [text: string, options: PackOptions, message: RegExp | string][] = [
      [
        "ann,Alien,5\nbob,Alien,five\n",
        {},
        'more.csv, line 2: the value must be a finite number, but is "five"',
      ],
      ["ann,Alien,5\nann,Alien,4\n", {}, 'user "ann", item "Alien" is rated twice'],
      ["ann,Alien,4\n", { append: true }, 'user "ann", item "Alien" is rated twice'],
      ["ann,Brazil,1e16\n", {}, /line 1: the value must be a finite number from -1e15 to 1e15/],
      ["a,b,9e14\na,b,9e14\n", { duplicates: "sum" }, "the sum of its values must be from -1e15 to 1e15"],
      ["user,item\n", {}, "has no ratings"],
      ["ann,Brazil,1\n", { memory: 1e6 }, "memory must be"],
      ["ann,Brazil,1\n", { append: 1 as never }, "append must be true or false, not 1"],
      ["ann,Brazil,1\n", { duplicates: "some" as never }, "duplicates"],
      ["ann,Brazil,1\n", { append: true, ids: "text" as never }, "ids must be"],
      ["ann,Brazil,1\n", { append: true, ids: null as never }, "ids must be"],
    ];
    for (const [text, options, message] of refused) {
      writeFileSync(csv, text);
      await expect(packRatings(csv, out, options)).rejects.toThrow(message);
      expect(readFileSync(out)).toEqual(before);
      expect(readdirSync(folder)).toEqual(files);
    }
    const none = join(folder, "none.safetensors");
    await expect(packRatings(csv, none, { append: true })).rejects.toThrow("there is no such file");
    await expect(packRatings(csv, join(folder, "none", "out"))).rejects.toMatchObject({
      code: "output-failed",
    });
    await expect(packRatings(csv, "/dev/null")).rejects.toThrow("give an ordinary file");
    await expect(packRatings(5 as never, out)).rejects.toThrow("packRatings needs Ratings, not 5");
    expect(readdirSync(folder)).toEqual(files);
  });

  it("refuses to replace the text that it reads", async () => {
    const csv = join(folder, "own.csv");
    writeFileSync(csv, "ann,Alien,5\n");
    const link = join(folder, "link");
    symlinkSync(csv, link);
    for (const [input, output] of [
      [csv, csv],
      [pathToFileURL(csv), csv],
      [csv, link],
      [link, csv],
      [csv, join(folder, "..", basename(folder), "own.csv")],
    ] as const) {
      const name = typeof input === "string" ? input : csv;
      await expect(packRatings(input, output)).rejects.toThrow(
        new RangeError(
          `the output ${output} is the input ${name} itself, which it would replace; name another file for the output`,
        ),
      );
      expect(readFileSync(csv, "utf8")).toBe("ann,Alien,5\n");
    }
    rmSync(link);
    expect(await packRatings(csv, out)).toMatchObject({ ratings: 1 });
  });

  it("refuses standard output", async () => {
    const refusal =
      'packed ratings are not written in order, which standard output ("-") demands; give the name of a file';
    for (const append of [false, true])
      await expect(packRatings(Ratings.from([["ann", "Alien", 5]]), "-", { append })).rejects.toThrow(
        new RangeError(`packRatings: ${refusal}`),
      );
    await expect(packWorld({ users: 20, items: 20, ratings: 100 }, "-", 2 ** 24)).rejects.toThrow(
      new RangeError(`syntheticWorld: ${refusal}`),
    );
  });

  it("brings into memory what nobody has aborted, and knows its options", async () => {
    await packRatings(Ratings.from([["ann", "Alien", 5]]), out);
    const packed = await openRatings(out);
    await expect(packed.load({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: "AbortError",
      message: "PackedRatings.load was aborted",
    });
    await expect(packed.load(null as never)).rejects.toThrow(
      new TypeError("PackedRatings.load: options must be an object, not null"),
    );
    await expect(packed.load({ signals: undefined } as never)).rejects.toThrow(
      'PackedRatings.load: unknown option "signals"; did you mean "signal"?',
    );
    await expect(packed.load({ signal: new AbortController() as never })).rejects.toThrow(
      "signal must be an AbortSignal, not an object (AbortController): pass controller.signal",
    );
    expect((await packed.load({ signal: new AbortController().signal })).count).toBe(1);
    await packed.close();
  });

  it("says what memory a row takes that is too long", async () => {
    const rows = Array.from({ length: 1000 }, (_, p): [string, string, number] => [`u${p}`, "hit", 3]);
    const packing = { what: "packing", memory: 20_000, duplicates: "error" as const, signal: undefined };
    const packed = packInto(out, { ...packing, onSorting: () => {} }, async (spool) => {
      const builder = new RatingsBuilder("packing", {}, undefined, spool);
      for (const one of rows) builder.addRow(one);
      return builder.vocabularies();
    });
    await expect(packed).rejects.toMatchObject({
      code: "too-large",
      message: expect.stringMatching(/^item "hit" has 1000 ratings, .* sorts 416 at a time.*at least 1 MiB/),
    });
  });

  it("tells how far it has come, and ends where it is told to", async () => {
    const { ratings } = await syntheticWorld({ users: 2000, items: 500, ratings: 200_000, seed: 2 });
    const shares: Record<string, number[]> = { reading: [], sorting: [] };
    await packRatings(ratings, out, { onProgress: ({ stage, share }) => void shares[stage]!.push(share) });
    for (const told of Object.values(shares)) {
      expect(told.every((share, at) => share >= 0 && share <= 1 && share >= (told[at - 1] ?? 0))).toBe(true);
    }
    expect(shares["sorting"]!.at(-1)).toBe(1);
    const before = readdirSync(folder);
    for (const stage of ["reading", "sorting"]) {
      const controller = new AbortController();
      const stopped = packRatings(ratings, out, {
        signal: controller.signal,
        onProgress: (progress) => {
          if (progress.stage === stage) controller.abort();
        },
      });
      await expect(stopped).rejects.toMatchObject({ name: "AbortError", code: "aborted" });
    }
    expect(readdirSync(folder)).toEqual(before);
    expectSame(await unpacked(out), ratings);
  });

  it.each(["reading", "sorting"])("lets what onProgress throws while %s through", async (stage) => {
    const { ratings } = await syntheticWorld({ users: 2000, items: 500, ratings: 100_000, seed: 2 });
    await packRatings(Ratings.from([["ann", "Alien", 5]]), out);
    const before = readFileSync(out);
    const files = readdirSync(folder);
    for (const thrown of [
      new Error("the listener's own"),
      Object.assign(new Error("coded"), { code: "ENOSPC" }),
      5,
    ]) {
      const packed = packRatings(ratings, out, {
        onProgress: (progress) => {
          if (progress.stage === stage) throw thrown;
        },
      });
      expect(await packed.catch((error: unknown) => error)).toBe(thrown);
      expect(readFileSync(out)).toEqual(before);
      expect(readdirSync(folder)).toEqual(files);
    }
  });

  it("gives ids the places that readRatings gives them, gzip and all", async () => {
    const csv = join(folder, "more.csv");
    writeFileSync(csv, '"b, c";x;3\n007;y;2.5\na;x;1\n"b, c";y;5\n');
    await packRatings(csv, out);
    expectSame(await unpacked(out), await readRatings(csv));
  });
});
