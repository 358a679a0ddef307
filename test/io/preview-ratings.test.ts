import { describe, expect, it } from "vitest";
import { parseRatings, previewRatings, type TextInput } from "../../src/io/index.js";

const MOVIELENS = "userId,movieId,rating,timestamp\n1,318,5,964982703\n1,3,4.5,964981247\n2,50,3,964981247\n";

async function gzip(text: string): Promise<Uint8Array> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

describe("previewRatings", () => {
  it("tells delimiter, header, columns and the first rows as they stand", async () => {
    expect(await previewRatings(MOVIELENS, { rows: 2 })).toEqual({
      delimiter: ",",
      header: true,
      names: ["userId", "movieId", "rating", "timestamp"],
      columns: { user: 0, item: 1, value: 2, timestamp: 3, weight: null },
      rows: [
        ["1", "318", "5", "964982703"],
        ["1", "3", "4.5", "964981247"],
      ],
    });
  });

  it.each<[string, () => TextInput | Promise<TextInput>]>([
    ["names in another order", () => "stars;ISBN;User-ID\n5;0195153448;276725\n3;0002005018;8\n"],
    ["no header", () => "1::1193::5::978300760\n1::661::3::978302109\n"],
    ["tabs and no values", () => "ann\tAlien\nbob\tBrazil\n"],
    ["a dated rating", () => "userId,movieId,rating,timestamp\nann,Alien,5,2009-01-02\n"],
    ["one line without a line end", () => "ann,Alien,5"],
    ["gzip", () => gzip(MOVIELENS)],
    ["quotes", () => 'user,item,rating\n"O\'Hara, S.","Alien, the film",5\n'],
  ])("is read by parseRatings as if it had guessed itself: %s", async (_, make) => {
    const input = await make();
    const { delimiter, header, columns } = await previewRatings(input);
    const told = await parseRatings(input, { delimiter, header, columns });
    expect([...told]).toEqual([...(await parseRatings(input))]);
  });

  it("takes what is known, and shows what follows from it", async () => {
    const { columns, header, names } = await previewRatings("a,b,c,d\n7,ann,5,Alien\n", {
      header: true,
      columns: { user: "b", item: 3, timestamp: null },
    });
    expect({ columns, header, names }).toEqual({
      columns: { user: 1, item: 3, value: 0, timestamp: null, weight: null },
      header: true,
      names: ["a", "b", "c", "d"],
    });
  });

  it("closes the input after its beginning", async () => {
    let taken = 0;
    let closed = false;
    async function* endless(): AsyncGenerator<string> {
      try {
        for (;;) {
          taken++;
          yield "ann,Alien,5\n".repeat(1000);
        }
      } finally {
        closed = true;
      }
    }
    expect((await previewRatings(endless())).rows).toHaveLength(5);
    expect(closed).toBe(true);
    expect(taken).toBeLessThan(10);
  });

  it.each<[string, TextInput, RegExp]>([
    ["empty", "", /^r is empty/],
    ["blank", "\n\n", /^r has no ratings, only blank lines/],
    ["one column", "ann\nbob\n", /^r, line 1: .*delimiter/],
    ["binary", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0]), /^r, line \d: /],
  ])("refuses what holds no ratings: %s", async (_, input, message) => {
    const refused = previewRatings(input, { name: "r" });
    await expect(refused).rejects.toMatchObject({ code: "invalid-file" });
    await expect(refused).rejects.toThrow(message);
  });

  it("refuses options that mean nothing, and stops when it is told to", async () => {
    await expect(previewRatings("a,b,1\n", { rows: 0 })).rejects.toThrow(/rows must be an integer/);
    await expect(previewRatings("a,b,1\n", { columns: { user: 9 } })).rejects.toThrow(/columns\.user/);
    await expect(previewRatings("a,b,1\n", { colums: {} } as object)).rejects.toThrow(/colums/);
    await expect(previewRatings("a,b,1\n", { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
    });
  });
});
