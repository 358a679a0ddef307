import { gzipSync } from "node:zlib";
import { describe, expect, expectTypeOf, it } from "vitest";
import { parseRatings } from "../../src/io/index.js";
import type { Rating, Ratings } from "../../src/ratings/index.js";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const rowsOf = (ratings: Ratings): Rating[] => [...ratings];

const ANN_AND_BOB: Rating[] = [
  { user: "ann", item: "Alien", value: 5 },
  { user: "ann", item: "Brazil", value: 3.5 },
  { user: "bob", item: "Alien", value: 4 },
];

describe("formats", () => {
  it.each([
    ["commas", "ann,Alien,5\nann,Brazil,3.5\nbob,Alien,4\n"],
    ["tabs", "ann\tAlien\t5\nann\tBrazil\t3.5\nbob\tAlien\t4\n"],
    ["double colons", "ann::Alien::5\nann::Brazil::3.5\nbob::Alien::4\n"],
    ["semicolons", "ann;Alien;5\nann;Brazil;3.5\nbob;Alien;4\n"],
    ["bars", "ann|Alien|5\nann|Brazil|3.5\nbob|Alien|4\n"],
    ["spaces", "ann Alien 5\nann Brazil 3.5\nbob Alien 4\n"],
    ["a header", "userId,movieId,rating\nann,Alien,5\nann,Brazil,3.5\nbob,Alien,4\n"],
    ["no newline at the end", "ann,Alien,5\nann,Brazil,3.5\nbob,Alien,4"],
    ["CRLF", "userId,movieId,rating\r\nann,Alien,5\r\nann,Brazil,3.5\r\nbob,Alien,4\r\n"],
    ["CRLF and no newline at the end", "ann,Alien,5\r\nann,Brazil,3.5\r\nbob,Alien,4\r"],
    ["mixed line ends", "ann,Alien,5\r\nann,Brazil,3.5\nbob,Alien,4\r\n"],
    ["a byte order mark", "\ufeffuser,item,value\nann,Alien,5\nann,Brazil,3.5\nbob,Alien,4\n"],
    ["a byte order mark and no header", "\ufeffann,Alien,5\nann,Brazil,3.5\nbob,Alien,4\n"],
    ["blank lines", "\nann,Alien,5\n\nann,Brazil,3.5\r\n\r\nbob,Alien,4\n\n\r\n\n"],
    ["quoted fields", '"user","item","value"\n"ann","Alien","5"\nann,"Brazil","3.5"\nbob,Alien,4\n'],
    ["quoted fields and CRLF", '"ann","Alien","5"\r\nann,"Brazil","3.5"\r\nbob,Alien,4\r\n'],
    ["blanks around numbers", "ann,Alien, 5\nann,Brazil,3.5 \nbob,Alien,\t4\n"],
    ["other spellings of numbers", "ann,Alien,+5.\nann,Brazil,35e-1\nbob,Alien,04.00\n"],
  ])("reads %s", async (_, text) => {
    expect(rowsOf(await parseRatings(text))).toEqual(ANN_AND_BOB);
  });

  it("takes a given delimiter of any length", async () => {
    const text = "ann<=>Alien<=>5\nann<=>Brazil<=>3.5\nbob<=>Alien<=>4\n";
    expect(rowsOf(await parseRatings(text, { delimiter: "<=>" }))).toEqual(ANN_AND_BOB);
  });

  it("prefers a given delimiter to one that fits better", async () => {
    const ratings = await parseRatings("a,b;c\nd,e;f\n", { delimiter: ";" });
    expect(rowsOf(ratings)).toEqual([
      { user: "a,b", item: "c", value: 1 },
      { user: "d,e", item: "f", value: 1 },
    ]);
  });

  it("guesses semicolons where the numbers have commas, and says what is wrong with those", async () => {
    await expect(parseRatings("a;b;3,5\nc;d;4,0\n")).rejects.toThrow(
      /line 1: .*"3,5"; write the decimal point/,
    );
  });

  it("reads quoted delimiters, quotes and line ends", async () => {
    const text = '"a, b","say ""hi""",1\nc,"two\nlines",2\nd,"three\r\nlines\r",3\n';
    expect(rowsOf(await parseRatings(text))).toEqual([
      { user: "a, b", item: 'say "hi"', value: 1 },
      { user: "c", item: "two\nlines", value: 2 },
      { user: "d", item: "three\r\nlines\r", value: 3 },
    ]);
  });

  it("keeps a carriage return that is quoted at the end of a line, and drops the line's own", async () => {
    const ratings = await parseRatings('a,"x\r"\r\nb,"x\r"\nc,x\r\nd,x"\r\n');
    expect(rowsOf(ratings).map(({ item }) => item)).toEqual(["x\r", "x\r", "x", 'x"']);
  });

  it("takes quotation marks as they are with quotes: false", async () => {
    const ratings = await parseRatings('u1\t"Weird Al" Yankovic\t3\nu2\t"\t4\n', { quotes: false });
    expect(rowsOf(ratings).map(({ item }) => item)).toEqual(['"Weird Al" Yankovic', '"']);
  });

  it("takes a quotation mark inside an unquoted field as it is", async () => {
    const ratings = await parseRatings('u1,5" disc,3\nu2,x,4\n');
    expect(ratings.get("u1", '5" disc')).toBe(3);
  });

  it("keeps ids to the character", async () => {
    const ids = ["__proto__", "constructor", "007", "7", " a ", "🎬", "NaN", "ünï", "\ufeffx"];
    const ratings = await parseRatings(ids.map((id, i) => `${id},item ${id},${i}\n`).join(""));
    expect([...ratings.users]).toEqual(ids);
    expect([...ratings.items]).toEqual(ids.map((id) => `item ${id}`));
    expect(ratings.get("__proto__", "item __proto__")).toBe(0);
  });

  it("makes numbers of ids where asked, per side", async () => {
    const text = "1,10,5\n2,10,4\n-3,9007199254740991,3\n";
    const both = await parseRatings(text, { ids: "number" });
    expectTypeOf(both).toEqualTypeOf<Ratings<number, number>>();
    expect([...both.users]).toEqual([1, 2, -3]);
    const one = await parseRatings(text, { ids: { users: "number", items: "string" } });
    expectTypeOf(one).toEqualTypeOf<Ratings<number, string>>();
    expect([...one.items]).toEqual(["10", "9007199254740991"]);
    const none = await parseRatings(text);
    expectTypeOf(none).toEqualTypeOf<Ratings<string, string>>();
    expect([...none.users]).toEqual(["1", "2", "-3"]);
  });

  it("reads numbers to the last bit", async () => {
    const texts = [
      "0.1",
      "3.3",
      "-2.675",
      "123456789012345",
      "0.000000000000001",
      "1234567890.12345",
      "0.9007199254740993",
    ];
    texts.push("0.1234567890123456789", "1e15", "-0", ".5", "4.35", "999999999999999.9");
    const ratings = await parseRatings(texts.map((text, i) => `u${i},x,${text}\n`).join(""));
    expect(texts.map((_, i) => ratings.get(`u${i}`, "x"))).toEqual(texts.map(Number));
  });

  it("applies the rule for duplicates", async () => {
    const text = "a,x,1\na,y,2\na,x,4\n";
    expect((await parseRatings(text, { duplicates: "last" })).get("a", "x")).toBe(4);
    expect((await parseRatings(text, { duplicates: "mean" })).get("a", "x")).toBe(2.5);
    expect((await parseRatings(text, { duplicates: "sum" })).get("a", "x")).toBe(5);
  });
});

describe("sources", () => {
  const text = "ann,Alien,5\nann,Brazil,3.5\nbob,Alien,4\n";
  const cut = (bytes: Uint8Array, length: number): Uint8Array[] =>
    Array.from({ length: Math.ceil(bytes.length / length) }, (_, i) =>
      bytes.subarray(i * length, (i + 1) * length),
    );

  it.each([
    ["a string", () => text],
    ["bytes", () => utf8(text)],
    ["an ArrayBuffer", () => utf8(text).slice().buffer as ArrayBuffer],
    ["a Blob", () => new Blob([text])],
    ["a File", () => new File([text], "ratings.csv")],
    ["a stream of bytes", () => new Blob([text]).stream()],
    ["a stream of text", () => new Blob([text]).stream().pipeThrough(new TextDecoderStream())],
    ["the body of a response", () => new Response(text).body!],
    ["an array of chunks", () => cut(utf8(text), 1)],
    ["an array of texts", () => [...text]],
    [
      "an async generator",
      async function* () {
        yield* cut(utf8(text), 3);
      },
    ],
    ["gzip", () => gzipSync(text)],
    ["gzip byte by byte", () => cut(gzipSync(text), 1)],
    ["gzip in a Blob", () => new Blob([new Uint8Array(gzipSync(text))])],
  ])("reads %s", async (_, source) => {
    expect(rowsOf(await parseRatings(source()))).toEqual(ANN_AND_BOB);
  });

  it("joins gzip files, as Node does", async () => {
    const joined = Buffer.concat([gzipSync("ann,Alien,5\nann,Bra"), gzipSync("zil,3.5\nbob,Alien,4\n")]);
    expect(rowsOf(await parseRatings(joined))).toEqual(ANN_AND_BOB);
  });

  it("joins a surrogate pair that the end of a chunk has cut, and refuses a half", async () => {
    const [high, low] = ["\ud83c", "\udfac"];
    expect([...(await parseRatings([`a,${high}`, `${low},1\n`])).items]).toEqual(["🎬"]);
    await expect(parseRatings([`a,${high},1\n`])).rejects.toThrow(/half of a surrogate pair/);
    await expect(parseRatings([`a,x,1\nb,${high}`])).rejects.toThrow(/half of a surrogate pair/);
  });

  it.each([[undefined], [null], [7], [{}]])("refuses %s as a source", async (source) => {
    await expect(parseRatings(source as never)).rejects.toThrow(TypeError);
    await expect(parseRatings([source] as never)).rejects.toThrow(
      /each chunk must be a Uint8Array or a string/,
    );
  });
});

describe("long inputs", () => {
  const many = (quote: string, rows: number): string => {
    let text = "userId,movieId,rating,timestamp\n";
    for (let i = 0; i < rows; i++)
      text += `${quote}u${i >> 6}${quote},m${i & 63},${(i % 10) / 2},${1e9 + i}\n`;
    return text;
  };

  it.each([
    ["plain", ""],
    ["quoted", '"'],
  ])("reads many blocks of %s text", async (_, quote) => {
    const rows = 60_000;
    const ratings = await parseRatings(new Blob([many(quote, rows)]));
    expect(ratings.count).toBe(rows);
    expect(ratings.userCount).toBe(Math.ceil(rows / 64));
    expect(ratings.get("u7", "m9")).toBe(((7 * 64 + 9) % 10) / 2);
    expect(ratings.timestamps![rows - 1]).toBe(1e9 + rows - 1);
  });

  it("reads a quoted field that spans many chunks", async () => {
    const long = "line\n".repeat(100_000);
    const ratings = await parseRatings(new Blob([`a,x,1\nb,"${long}",2\nc,z,3\n`]));
    expect(ratings.get("b", long)).toBe(2);
    expect(ratings.get("c", "z")).toBe(3);
  });

  it("finds ids again among very many", async () => {
    let text = "";
    for (let i = 0; i < 50_000; i++) text += `user-${i},item-${(i * 7919) % 50_000},1\n`;
    const ratings = await parseRatings(text);
    expect([ratings.userCount, ratings.itemCount]).toEqual([50_000, 50_000]);
    expect(ratings.users.index("user-31415")).toBe(31_415);
  });

  it("reports progress that ends with everything", async () => {
    const blob = new Blob([many("", 60_000)]);
    const seen: { bytes: number; totalBytes?: number; rows: number }[] = [];
    await parseRatings(blob, { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ bytes: blob.size, totalBytes: blob.size, rows: 60_000 });
    for (let i = 1; i < seen.length; i++) expect(seen[i]!.rows).toBeGreaterThanOrEqual(seen[i - 1]!.rows);
    const unknown: object[] = [];
    await parseRatings(blob.stream(), { onProgress: (progress) => unknown.push(progress) });
    expect(unknown.at(-1)).toEqual({ bytes: blob.size, rows: 60_000 });
  });

  it("lets the event loop run", async () => {
    const text = many("", 200_000);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await parseRatings(text);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });
});
