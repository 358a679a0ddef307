import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRatings, ratingsToCsv } from "../../src/io/index.js";
import { type Rating, Ratings } from "../../src/ratings/index.js";

/** Ids that break readers: line ends, quotes, delimiters, blanks, marks, names of Object's own, numbers in disguise. */
const NASTY = [
  "__proto__",
  "constructor",
  "toString",
  "a,b",
  "a;b|c\td::e",
  '"',
  '""',
  'say "hi"',
  "\n",
  "\r",
  "\r\n",
  "two\nlines",
  "ends in\r",
  " ",
  " a ",
  "\t",
  "\ufeff",
  "\ufeffa",
  "\u2028",
  "007",
  "-0",
  "1e3",
  "NaN",
  "=1+1",
  "#",
  "🎬",
  "👩‍👩‍👧",
  "e\u0301",
  "user",
  "item",
];
/** NUL stands in no text file, and half of a surrogate pair in no UTF-8. */
const id = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: "binary", minLength: 1, maxLength: 6 }).filter((text) => !text.includes("\0")),
  fc.string({ unit: fc.constantFrom('"', ",", ";", "\t", "\n", "\r", " ", "a"), minLength: 1, maxLength: 6 }),
);
const value = fc.oneof(
  fc.constantFrom(0.5, 3.5, -1, 1e-7, 0.1, 1e15),
  fc.double({ min: -1e15, max: 1e15, noNaN: true, noDefaultInfinity: true }),
);
const pairs = <T>(row: fc.Arbitrary<T & { user: unknown; item: unknown }>) =>
  fc.uniqueArray(row, {
    minLength: 1,
    maxLength: 30,
    selector: ({ user, item }) => JSON.stringify([user, item]),
  });
const weight = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
const timestamp = fc.integer({ min: -1e12, max: 1e12 });

const told = (ratings: Ratings): Rating[] => [...ratings];

describe("ratingsToCsv", () => {
  it("writes a header and a rating a line", () => {
    const rows: [string, string, number][] = [
      ["ann", "Alien", 5],
      ["bob", 'say "hi", twice', 3.5],
    ];
    expect([...ratingsToCsv(Ratings.from(rows))].join("")).toBe(
      'user,item,value\nann,Alien,5\nbob,"say ""hi"", twice",3.5\n',
    );
    const full = Ratings.from([{ user: 1, item: 2, value: 3, weight: 4, timestamp: 5 }]);
    expect([...ratingsToCsv(full, { delimiter: ";" })].join("")).toBe(
      "user;item;value;weight;timestamp\n1;2;3;4;5\n",
    );
  });

  it("hands out large text in chunks", () => {
    const rows = Array.from({ length: 20_000 }, (_, i): [string, string, number] => [
      `u${i}`,
      `i${i % 99}`,
      i,
    ]);
    const chunks = [...ratingsToCsv(Ratings.from(rows))];
    expect(chunks.length).toBeGreaterThan(2);
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThan(1 << 17);
    expect(chunks.join("").split("\n")).toHaveLength(20_002);
  });

  it.each([",", ";", "\t"] as const)("parseRatings reads back what it writes with %j", async (delimiter) => {
    await fc.assert(
      fc.asyncProperty(pairs(fc.record({ user: id, item: id, value })), async (rows) => {
        const ratings = Ratings.from(rows);
        const back = await parseRatings(ratingsToCsv(ratings, { delimiter }));
        expect(told(back)).toEqual(told(ratings));
      }),
      { numRuns: 300 },
    );
  });

  it("with weights and timestamps too", async () => {
    await fc.assert(
      fc.asyncProperty(pairs(fc.record({ user: id, item: id, value, weight, timestamp })), async (rows) => {
        const ratings = Ratings.from(rows);
        expect(told(await parseRatings(ratingsToCsv(ratings)))).toEqual(told(ratings));
      }),
      { numRuns: 200 },
    );
  });

  it("with ids that are numbers", async () => {
    const number = fc.maxSafeInteger().filter((n) => !Object.is(n, -0));
    await fc.assert(
      fc.asyncProperty(pairs(fc.record({ user: number, item: number, value })), async (rows) => {
        const ratings = Ratings.from(rows);
        const back = await parseRatings(ratingsToCsv(ratings), { ids: "number" });
        expect(told(back)).toEqual(told(ratings));
      }),
      { numRuns: 200 },
    );
  });
});
