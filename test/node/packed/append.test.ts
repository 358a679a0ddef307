import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openRatings, type PackOptions, packRatings } from "../../../src/node/index.js";
import { type Rating, Ratings } from "../../../src/ratings/index.js";
import { temporaryFolder } from "../temporary.js";
import { expectSame, unpacked } from "./packed-file.js";

const folder = temporaryFolder();
const out = join(folder, "packed.safetensors");

describe("adding to packed ratings", () => {
  it.each(["error", "last", "sum"] as const)("appends as concat does: duplicates %s", async (duplicates) => {
    const rows: Rating<string, string>[] = Array.from({ length: 40 }, (_, p) => ({
      user: `u${p % 8}`,
      item: `i${(p * 3) % 11}`,
      value: p % 5,
    }));
    const first = Ratings.from(rows.slice(0, 25));
    const more = rows
      .slice(duplicates === "error" ? 25 : 15)
      .map((one) => ({ ...one, value: one.value + 0.1 }));
    const second = Ratings.from([...more, { user: "new", item: "newer", value: 1 }]);
    await packRatings(first, out);
    await packRatings(second, out, { append: true, duplicates });
    const expected = first.concat(second, { duplicates });
    expectSame(await unpacked(out), expected);
    const csv = join(folder, "more.csv");
    writeFileSync(csv, [...second].map(({ user, item, value }) => `${user},${item},${value}`).join("\n"));
    await packRatings(first, out);
    await packRatings(csv, out, { append: true, duplicates });
    expectSame(await unpacked(out), expected);
  });

  it("appends text to ids that are numbers, and leaves out timestamps that are not there", async () => {
    await packRatings(Ratings.from([[7, 8, 1]]), out);
    const csv = join(folder, "more.csv");
    writeFileSync(csv, "user,item,rating,timestamp\n7,9,2,1000\n11,8,3,1001\n");
    await packRatings(csv, out, { append: true });
    expectSame(
      await unpacked(out),
      Ratings.from([
        [7, 8, 1],
        [7, 9, 2],
        [11, 8, 3],
      ]),
    );
  });

  it("takes ratings without their timestamps where that is asked for, or where what they are added to has none", async () => {
    const timed = Ratings.from([{ user: "ann", item: "Alien", value: 5, timestamp: 7 }]);
    const more = Ratings.from([{ user: "bob", item: "Alien", value: 4, timestamp: 9 }]);
    const plain = Ratings.from<string, string>([
      ["ann", "Alien", 5],
      ["bob", "Alien", 4],
    ]);
    await packRatings(timed, out, { columns: { timestamp: null } });
    const first = await openRatings(out);
    expect(first.hasTimestamps).toBe(false);
    await first.close();
    await packRatings(more, out, { append: true });
    expectSame(await unpacked(out), plain);
    await packRatings(timed, out);
    await packRatings(more, out, { append: true });
    expectSame(await unpacked(out), timed.concat(more));
    // What has timestamps takes none without.
    await expect(packRatings(plain, out, { append: true, duplicates: "last" })).rejects.toThrow("timestamp");
    expectSame(await unpacked(out), timed.concat(more));
  });

  it("refuses to add ids of another kind", async () => {
    await packRatings(Ratings.from([["ann", 7, 5]]), out);
    const more = packRatings(Ratings.from([["bob", "7", 4]]), out, { append: true });
    await expect(more).rejects.toMatchObject({
      code: "invalid-file",
      message: `${out}: its items are numbers, and those that are to be added are strings. Make these of numbers, or pack the others again as strings.`,
    });
    expectSame(await unpacked(out), Ratings.from<string, number>([["ann", 7, 5]]));
  });

  it.each<[PackOptions, Rating<string, number>, object]>([
    [
      { columns: { timestamp: 3 } },
      { user: "ann", item: 7, value: 5 },
      {
        name: "RangeError",
        message: `packRatings: the ratings of ${out} have no timestamps, and columns.timestamp asks for some; leave it out, or pack the others again with theirs`,
      },
    ],
    [
      { columns: { timestamp: null } },
      { user: "ann", item: 7, value: 5, timestamp: 9 },
      {
        name: "RangeError",
        message: `packRatings: the ratings of ${out} have timestamps, and those that are to be added are read without; read them too, or pack the others again without`,
      },
    ],
    ...(["mean", "sum"] as const).map((duplicates): [PackOptions, Rating<string, number>, object] => [
      { duplicates },
      { user: "ann", item: 7, value: 5, weight: 2 },
      {
        name: "RangeError",
        message: `packRatings: duplicates "${duplicates}" does not go with weights, and the ratings of ${out} have some; use "last", or merge the rows and their weights before`,
      },
    ]),
    ...(["string", { items: "string" }] as const).map(
      (ids): [PackOptions, Rating<string, number>, object] => [
        { ids },
        { user: "ann", item: 7, value: 5 },
        {
          code: "invalid-file",
          message: `${out}: its items are numbers, and those that are to be added are strings. Make these of numbers, or pack the others again as strings.`,
        },
      ],
    ),
  ])("refuses %o for text that is added to %o, before it is read", async (options, there, refusal) => {
    await packRatings(Ratings.from<string, number>([there]), out);
    const before = readFileSync(out);
    const more = packRatings(join(folder, "nowhere.csv"), out, { ...options, append: true });
    await expect(more).rejects.toMatchObject(refusal);
    expect(readFileSync(out)).toEqual(before);
  });

  it.each<PackOptions>([{}, { ids: "number" }, { ids: { items: "number" } }, { ids: { users: "number" } }])(
    "appends text to ids that are numbers where %o is told",
    async (options) => {
      await packRatings(Ratings.from([[7, 8, 1]]), out);
      const csv = join(folder, "more.csv");
      writeFileSync(csv, "7,9,2\n");
      await packRatings(csv, out, { append: true, ...options });
      expectSame(
        await unpacked(out),
        Ratings.from([
          [7, 8, 1],
          [7, 9, 2],
        ]),
      );
    },
  );
});
