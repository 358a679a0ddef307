import { describe, expect, it } from "vitest";
import { parseRatings, parseTitles, ratingsToCsv } from "../../src/io/index.js";
import { Ratings } from "../../src/ratings/index.js";

describe("options of parseRatings", () => {
  it.each<[string, object, ErrorConstructor, RegExp]>([
    [
      "an unknown name",
      { delimeter: "," },
      RangeError,
      /unknown option "delimeter"; did you mean "delimiter"\?/,
    ],
    ["an empty delimiter", { delimiter: "" }, RangeError, /delimiter must be one or more characters.*not ""/],
    ["a quotation mark as delimiter", { delimiter: '"' }, RangeError, /delimiter must be/],
    ["a line end as delimiter", { delimiter: "\n" }, RangeError, /delimiter must be/],
    [
      "a number as delimiter",
      { delimiter: 7 },
      TypeError,
      /delimiter must be a string such as "," or "::", not 7/,
    ],
    [
      "a string as header",
      { header: "yes" },
      TypeError,
      /header must be true or false, not the string "yes"/,
    ],
    ["a string as quotes", { quotes: "no" }, TypeError, /quotes must be true or false/],
    [
      "unknown duplicates",
      { duplicates: "first" },
      RangeError,
      /duplicates must be .*"last".*not the string "first"/,
    ],
    ["unknown ids", { ids: "bigint" }, RangeError, /ids.* must be "string" or "number".*"bigint"/],
  ])("%s is refused", async (_, options, kind, message) => {
    const error = await parseRatings("a,x,1\n", options).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(message);
  });

  it("that are no object are refused", async () => {
    await expect(parseRatings("a,x,1\n", 7 as never)).rejects.toThrow(TypeError);
    await expect(parseRatings("a,x,1\n", { columns: ["user"] as never })).rejects.toThrow(TypeError);
  });
});

describe("options of the others", () => {
  it("are checked", async () => {
    await expect(parseTitles("1,Alien\n", { titel: 1 } as never)).rejects.toThrow(/unknown option "titel"/);
    await expect(parseTitles("1,Alien\n", { columns: { titel: 1 } } as never)).rejects.toThrow(
      /did you mean "title"\?/,
    );
    const ratings = Ratings.from([["a", "x", 1]]);
    expect(() => [...ratingsToCsv(ratings, { delimiter: "::" as never })]).toThrow(
      /delimiter must be ",", ";" or/,
    );
    expect(() => [...ratingsToCsv(ratings, { separator: "," } as never)]).toThrow(
      /unknown option "separator"/,
    );
  });
});
