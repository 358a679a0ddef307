import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { parseRatings, parseTitles } from "../../src/io/index.js";
import { BLOCK_BYTES } from "../../src/io/line-blocks.js";
import type { Rating, Ratings } from "../../src/ratings/index.js";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const FILES: [name: string, text: string, rows: Rating[]][] = [
  [
    "quoted, CRLF and a byte order mark",
    '\ufeffuserId,movieId,rating\r\n"ann, A.","Amélie\r\n""🎬""",5\r\n\r\nbob,x,-.5\r\n',
    [
      { user: "ann, A.", item: 'Amélie\r\n"🎬"', value: 5 },
      { user: "bob", item: "x", value: -0.5 },
    ],
  ],
  [
    "double colons without a header",
    "ann::Amélie::5::9\nann::🎬:x::4::8\n\nbob::🎬:x::3.5::7",
    [
      { user: "ann", item: "Amélie", value: 5, timestamp: 9 },
      { user: "ann", item: "🎬:x", value: 4, timestamp: 8 },
      { user: "bob", item: "🎬:x", value: 3.5, timestamp: 7 },
    ],
  ],
];

async function* chunks(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield part;
}

describe.each(FILES)("%s", (_, text, rows) => {
  it.each([
    ["plain", utf8(text)],
    ["gzip", new Uint8Array(gzipSync(text))],
  ])("is read the same wherever it is cut, %s", async (_, bytes) => {
    const read = async (...parts: Uint8Array[]) => [...((await parseRatings(chunks(...parts))) as Ratings)];
    expect(await read(bytes)).toEqual(rows);
    for (let cut = 0; cut <= bytes.length; cut++)
      expect(await read(bytes.subarray(0, cut), bytes.subarray(cut)), `cut at ${cut}`).toEqual(rows);
    const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
    expect(await read(...single)).toEqual(rows);
  });

  it("is read the same as text wherever it is cut", async () => {
    for (let cut = 0; cut <= text.length; cut++)
      expect([...(await parseRatings([text.slice(0, cut), text.slice(cut)]))], `cut at ${cut}`).toEqual(rows);
  });
});

describe("records at the borders of blocks", () => {
  // A line of each length from one block's end to some bytes after it.
  it.each([
    ["plain", (id: string) => id],
    ["quoted", (id: string) => `"${id}"`],
    ["quoted newlines", (id: string) => `"${id}\n"`],
  ])("%s", async (_, write) => {
    const line = `${write("user")},item,1\n`;
    const filler = Array.from(
      { length: Math.floor(BLOCK_BYTES / 20) },
      (_, i) => `u${String(i).padStart(9)},item,3\n`,
    );
    for (let pad = 0; pad < 40; pad++) {
      const text = `p${"x".repeat(BLOCK_BYTES - filler.length * 18 - 40 + pad)},item,2\n${filler.join("")}${line}last,item,4\n`;
      const ratings = await parseRatings(chunks(utf8(text)));
      expect(ratings.count).toBe(filler.length + 3);
      expect(ratings.users.index("last")).toBe(filler.length + 2);
      expect(ratings.get(write("user").replaceAll('"', ""), "item")).toBe(1);
    }
  });
});

describe("joined gzip members", () => {
  it("are one file, however they are cut", async () => {
    const joined = Buffer.concat([gzipSync("ann,x,5\nann,"), gzipSync(""), gzipSync("y,3\nbob,x,4\n")]);
    const whole = [
      { user: "ann", item: "x", value: 5 },
      { user: "ann", item: "y", value: 3 },
      { user: "bob", item: "x", value: 4 },
    ];
    for (let cut = 0; cut <= joined.length; cut++)
      expect(
        [...(await parseRatings(chunks(joined.subarray(0, cut), joined.subarray(cut))))],
        `cut at ${cut}`,
      ).toEqual(whole);
  });
});

describe("titles", () => {
  it("are read the same wherever they are cut", async () => {
    const bytes = utf8('movieId,title,genres\r\n1,"Amélie, 🎬 (2001)",Comedy|Romance\r\n2,Heat,\r\n');
    for (let cut = 0; cut <= bytes.length; cut++)
      expect(await parseTitles(chunks(bytes.subarray(0, cut), bytes.subarray(cut))), `cut at ${cut}`).toEqual(
        new Map([
          ["1", { title: "Amélie, 🎬 (2001)", genres: ["Comedy", "Romance"] }],
          ["2", { title: "Heat", genres: [] }],
        ]),
      );
  });
});
