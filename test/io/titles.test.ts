import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { parseTitles, type Title } from "../../src/io/index.js";

const ALIEN: Title = { title: "Alien, the (1979)", genres: ["Horror", "Sci-Fi"] };
const read = async (...args: Parameters<typeof parseTitles>) =>
  Object.fromEntries(await parseTitles(...args));

describe("parseTitles", () => {
  it.each([
    ["MovieLens's CSV", 'movieId,title,genres\n7,"Alien, the (1979)",Horror|Sci-Fi\n'],
    ["double colons", "7::Alien, the (1979)::Horror|Sci-Fi\n"],
    ["tabs, no newline at the end", "7\tAlien, the (1979)\tHorror|Sci-Fi"],
    ["any order", "genres;title;year;id\nHorror|Sci-Fi;Alien, the (1979);1979;7\n"],
    ["blank lines and CRLF", '\r\n7,"Alien, the (1979)",Horror|Sci-Fi\r\n\r\n'],
  ])("reads %s", async (_, text) => {
    expect(await read(text)).toEqual({ 7: ALIEN });
    expect(await read(gzipSync(text))).toEqual({ 7: ALIEN });
    expect(await read(new Blob([text]))).toEqual({ 7: ALIEN });
  });

  it("reads an id and a title alone", async () => {
    expect(await read("id,name\n7,Alien\n8,Brazil\n")).toEqual({
      7: { title: "Alien" },
      8: { title: "Brazil" },
    });
  });

  it("takes the columns it is told", async () => {
    const columns = { id: "code", title: 2, genres: null };
    expect(await read("genres,code,label\nx,7,Alien\n", { columns, header: true })).toEqual({
      7: { title: "Alien" },
    });
  });

  it("keeps ids that objects have, and the last of two titles", async () => {
    const titles = await parseTitles("__proto__,A\nconstructor,B\n__proto__,C\n");
    expect([...titles]).toEqual([
      ["__proto__", { title: "C" }],
      ["constructor", { title: "B" }],
    ]);
  });

  it.each([
    ["nothing", "", "titles.csv is empty; expected one item a line: id, title, genres"],
    ["a header only", "movieId,title,genres\n", "titles.csv has no titles, only a header or blank lines"],
    [
      "a ragged line",
      "movieId,title\n1,Alien\n2\n",
      "titles.csv, line 3: expected 2 fields as in line 1, but got 1; complete or remove the line, or quote a field that holds the delimiter",
    ],
    [
      "one column",
      "1,\n",
      "titles.csv, line 1: expected at least two columns, an id and a title, but got one",
      ";",
    ],
  ])("refuses %s", async (_, text, message, delimiter?: string) => {
    await expect(
      parseTitles(text, { name: "titles.csv", ...(delimiter !== undefined && { delimiter }) }),
    ).rejects.toMatchObject({ code: "invalid-file", message });
  });

  it("names the columns there are", async () => {
    await expect(
      parseTitles("movieId,title\n1,Alien\n", { columns: { title: "titel" }, name: "t.csv" }),
    ).rejects.toThrow(
      new RangeError(
        'columns.title of t.csv must be "movieId" or "title", not the string "titel"; did you mean "title"?',
      ),
    );
  });
});
