import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { AlternantError } from "../../src/errors.js";
import { parseRatings, type TextInput } from "../../src/io/index.js";

const failure = async (input: TextInput, options: object = {}): Promise<AlternantError> =>
  parseRatings(input, { name: "ratings.csv", ...options }).then(
    () => expect.fail("it was read"),
    (error) => error,
  );
const gzip = (text: string): Uint8Array => gzipSync(text);
const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
const flipped = (bytes: Uint8Array, fromEnd: number): Uint8Array =>
  bytes.map((byte, i) => (i === bytes.length - fromEnd ? byte ^ 1 : byte));

describe("bad files", () => {
  const ragged = (line: number, expected: string, got: number) =>
    `ratings.csv, line ${line}: expected ${expected} as in line 1, but got ${got}; complete or remove the line, or quote a field that holds the delimiter`;
  const noRatings = "ratings.csv has no ratings, only a header or blank lines";

  it.each<[what: string, input: TextInput, message: string]>([
    ["nothing", "", "ratings.csv is empty; expected one rating a line: user, item, value"],
    ["a gzip of nothing", gzip(""), "ratings.csv is empty; expected one rating a line: user, item, value"],
    ["a header only", "userId,movieId,rating\n", noRatings],
    ["a header without its newline", "userId,movieId,rating", noRatings],
    ["blank lines only", "\n\r\n\n", noRatings],
    ["a byte order mark only", "\ufeff", noRatings],
    ["a short line", "user,item,value\n1,2,3\n1,2\n", ragged(3, "3 fields", 2)],
    ["a long line", "1,2,3\n1,3,4,5\n", ragged(2, "3 fields", 4)],
    ["a line of one field among two columns", "user,item\n1,2\n3\n", ragged(3, "2 fields", 1)],
    ["a short line among quoted ones", '"1","2","3"\n\n"1","2"\n', ragged(3, "3 fields", 2)],
    ["a short line after quoted newlines", 'a,"x\ny\nz",3\nb,x\n', ragged(4, "3 fields", 2)],
    ["a line of blanks", "1,2,3\n  \n", ragged(2, "3 fields", 1)],
    [
      "one column",
      "ann\nbob\n",
      'ratings.csv, line 1: found none of the delimiters comma, tab, "::", ";", "|" and space in the first lines; at least two columns are expected: name what stands between them by the option delimiter',
    ],
    [
      "a word for a value",
      "a,x,3\nb,y,good\n",
      'ratings.csv, line 2: the value must be a finite number, but is "good"; correct it, or say by `columns` which column to read',
    ],
    [
      "no value",
      "a,x,3\nb,y,\n",
      'ratings.csv, line 2: the value must be a finite number, but is ""; correct it, or say by `columns` which column to read',
    ],
    [
      "NaN",
      "a,x,3\nb,y,NaN\n",
      'ratings.csv, line 2: the value must be a finite number, but is "NaN"; correct it, or say by `columns` which column to read',
    ],
    [
      "a hexadecimal value",
      "a,x,3\nb,y,0x10\n",
      'ratings.csv, line 2: the value must be a finite number, but is "0x10"; correct it, or say by `columns` which column to read',
    ],
    [
      "a header of unknown names",
      "a,b,c\n1,2,3\n",
      'ratings.csv, line 1: the value must be a finite number, but is "c"; if the line is a header, say so: header: true',
    ],
    [
      "a value that overflows",
      "a,x,3\nb,y,1e999\n",
      'ratings.csv, line 2: the value must be a finite number from -1e15 to 1e15, not Infinity (user "b", item "y"); leave such ratings out, or leave out the value to mean 1',
    ],
    [
      "a value beyond 1e15",
      "a,x,3\nb,y,-1e16\n",
      'ratings.csv, line 2: the value must be a finite number from -1e15 to 1e15, not -10000000000000000 (user "b", item "y"); leave such ratings out, or leave out the value to mean 1',
    ],
    [
      "an empty user",
      "a,x,3\n,y,4\n",
      "ratings.csv, line 2: user is an empty string; leave such rows out, or give it a name",
    ],
    [
      "an empty item in quotes",
      'a,x,3\nb,"",4\n',
      "ratings.csv, line 2: item is an empty string; leave such rows out, or give it a name",
    ],
    [
      "an open quotation mark",
      'a,x,3\nb,"y,1\nc,z,2\n',
      "ratings.csv, line 2: a quoted field has no closing quotation mark; close it, or pass quotes: false if quotation marks mean nothing in this file",
    ],
    [
      "text after a quoted field",
      'a,x,3\nb,"y"z,1\n',
      'ratings.csv, line 2: a quoted field is followed by other text; write a quotation mark inside quotes twice (""), or pass quotes: false if quotation marks mean nothing in this file',
    ],
    [
      "a NUL byte",
      "a,x,3\nb,y,1\nc,\0,1\n",
      "ratings.csv, line 3: there is a NUL byte, so this is no text file; give CSV or TSV text, plain or compressed by gzip",
    ],
    [
      "latin1",
      latin1("a,x,3\nb,café,4\n"),
      "ratings.csv, line 2: the bytes are no UTF-8; save the file as UTF-8 (iconv -f latin1 -t utf-8)",
    ],
    [
      "latin1 in a column that is not read",
      latin1("a,x,3,1,z\nb,y,4,2,é\n"),
      "ratings.csv, line 2: the bytes are no UTF-8; save the file as UTF-8 (iconv -f latin1 -t utf-8)",
    ],
    [
      "a character that the end cuts",
      new TextEncoder().encode("a,x,3\nb,🎬").subarray(0, -1),
      "ratings.csv, line 2: the bytes are no UTF-8; save the file as UTF-8 (iconv -f latin1 -t utf-8)",
    ],
    [
      "a zip archive",
      latin1("PK\x03\x04\0\0"),
      "ratings.csv is a zip archive; unpack it and give the file inside",
    ],
    ["Parquet", latin1("PAR1\0\0"), "ratings.csv is a Parquet file; export it as CSV"],
    [
      "bzip2",
      latin1("BZh91AY&SY\0"),
      "ratings.csv is compressed by bzip2; unpack it, or compress it with gzip",
    ],
    ["xz", latin1("\xfd7zXZ\0"), "ratings.csv is compressed by xz; unpack it, or compress it with gzip"],
    [
      "zstd",
      latin1("\x28\xb5\x2f\xfd\0"),
      "ratings.csv is compressed by zstd; unpack it, or compress it with gzip",
    ],
    ["UTF-16", latin1("\xff\xfe1\0,\0"), "ratings.csv is UTF-16 text; save it as UTF-8"],
  ])("refuses %s, and says where", async (_, input, message) => {
    const error = await failure(input);
    expect(error.message).toBe(message);
    expect(error).toMatchObject({ name: "AlternantError", code: "invalid-file" });
  });

  it("tells the line far into a file, in plain and in quoted text", async () => {
    for (const quote of ["", '"']) {
      let text = "";
      for (let i = 1; i <= 30_000; i++)
        text += i === 25_000 ? "oops\n" : `${quote}u${i}${quote},item,${i % 5}\n`;
      expect((await failure(text)).message).toMatch(/^ratings\.csv, line 25000: expected 3 fields/);
    }
  });

  it("tells the line of a bad byte far into a file", async () => {
    const text = latin1("user,some item,3\n".repeat(20_000).replace(/\n$/, "\né,x,1\n"));
    expect((await failure(text, { duplicates: "last" })).message).toMatch(
      /^ratings\.csv, line 20001: the bytes/,
    );
  });

  it("names both lines of a duplicate", async () => {
    const error = await failure('a,x,1\n\n"b","two\nlines",2\na,x,3\n');
    expect(error.code).toBe("duplicate-rating");
    expect(error.message).toBe(
      'user "a", item "x" is rated twice, in ratings.csv, line 1 and in ratings.csv, line 5; remove one, or say what to keep: { duplicates: "last" }, "mean" or "sum"',
    );
  });

  it.each(["007", "ann", "1.5", "-0", "9007199254740993", "1e3", " 1", "NaN", "Infinity"])(
    "refuses %j where ids are numbers",
    async (id) => {
      for (const text of [`1,2,3\n${id},3,4\n`, `1,2,3\n"${id}",3,4\n`]) {
        const error = await failure(text, { ids: "number" });
        expect(error).toMatchObject({ name: "AlternantError", code: "invalid-file" });
        expect(error.message).toMatch(/^ratings\.csv, line 2: user /);
        expect(error.message).toMatch(/ids: "string"|integer/);
      }
    },
  );
});

describe("damaged gzip", () => {
  const packed = gzip("ann,Alien,5\nbob,Alien,4\n".repeat(3));

  it("is refused at every length", async () => {
    for (let length = 2; length < packed.length; length++) {
      const error = await failure(packed.subarray(0, length), { duplicates: "last" });
      expect(error, `${length} bytes`).toMatchObject({ code: "invalid-file" });
      expect(error.message).toMatch(/^ratings\.csv is a damaged or truncated gzip file \(/);
    }
  });

  it("is refused for its checksum and its length", async () => {
    for (const fromEnd of [1, 5])
      expect((await failure(flipped(packed, fromEnd), { duplicates: "last" })).message).toMatch(
        /^ratings\.csv is a damaged or truncated gzip file \(incorrect (data|length) check\); fetch it again/,
      );
  });

  it("is not blamed for what its source throws", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield packed.subarray(0, 20);
      throw new Error("the line went dead");
    }
    expect((await failure(broken())).message).toBe("the line went dead");
  });
});

describe("lines without end", () => {
  const BOUND = 2 << 20;

  /** Chunks without end; counts what was taken, and whether it was closed. */
  function endless(head: string, chunk: Uint8Array) {
    const state = { taken: 0, closed: false };
    async function* chunks(): AsyncGenerator<Uint8Array> {
      try {
        yield new TextEncoder().encode(head);
        for (;;) {
          state.taken += chunk.length;
          yield chunk;
        }
      } finally {
        state.closed = true;
      }
    }
    return { state, chunks: chunks() };
  }

  it.each([
    ["on the first line", "", 1],
    ["on a later line", "a,x,1\nb,y,2\n", 3],
    ["after an open quotation mark", 'a,x,1\nb,"', 2],
  ])("are refused %s, and the input is closed", async (_, head, line) => {
    const chunk = new Uint8Array(1 << 16).fill(97);
    // Inside quotes newlines end no record, so they must not defeat the bound.
    if (head.endsWith('"')) chunk[77] = 10;
    const { state, chunks } = endless(head, chunk);
    const error = await failure(chunks);
    expect(error.code).toBe("invalid-file");
    expect(error.message).toMatch(
      new RegExp(`^ratings\\.csv, line ${line}: the line is longer than 1 MiB; `),
    );
    expect(state.taken).toBeLessThan(BOUND);
    expect(state.closed).toBe(true);
  });

  it("are refused in one huge chunk", async () => {
    expect((await failure(new Uint8Array(64 << 20).fill(97))).message).toMatch(/line is longer than 1 MiB/);
  });

  it("are refused when gzip makes them of little, before they are unpacked", async () => {
    const bomb = gzipSync(Buffer.alloc(256 << 20, 97), { level: 1 });
    const before = process.memoryUsage.rss();
    const peak = { rss: before };
    const timer = setInterval(() => {
      peak.rss = Math.max(peak.rss, process.memoryUsage.rss());
    }, 1);
    const error = await failure(bomb);
    clearInterval(timer);
    expect(error.message).toMatch(/line is longer than 1 MiB/);
    expect(Math.max(peak.rss, process.memoryUsage.rss()) - before).toBeLessThan(64 << 20);
  });

  it("a line just below the bound is read", async () => {
    const id = "x".repeat(1 << 20).slice(8);
    expect((await parseRatings(`a,${id},5\nb,y,4\n`)).get("a", id)).toBe(5);
  });
});
