import { describe, expect, it } from "vitest";
import { parseRatings, type RatingColumnOptions } from "../../src/io/index.js";

const one = async (text: string, columns: RatingColumnOptions = {}, header?: boolean) =>
  [...(await parseRatings(text, { columns, name: "r.csv", ...(header !== undefined && { header }) }))][0];
const PERFECT = { user: "ann", item: "Alien", value: 5 };

describe("columns are guessed by name", () => {
  it.each([
    ["MovieLens", "userId,movieId,rating\nann,Alien,5\n"],
    ["any order", "rating,movieId,userId\n5,Alien,ann\n"],
    ["spelling", "Book-Rating;ISBN;User-ID\n5;Alien;ann\n"],
    ["blanks", " user_id , item_id , stars \nann,Alien,5\n"],
    ["quotes", '"score","product","customer"\n5,Alien,ann\n'],
    ["columns of no use", "index,userId,comment,movieId,rating\n7,ann,good,Alien,5\n"],
    ["one side by name and the rest by position", "userId,thing,rating\nann,Alien,5\n"],
  ])("%s", async (_, text) => {
    expect(await one(text)).toEqual(PERFECT);
  });

  it("timestamps and weights", async () => {
    const expected = { ...PERFECT, weight: 2, timestamp: 99 };
    expect(await one("userId,movieId,rating,timestamp,confidence\nann,Alien,5,99,2\n")).toEqual(expected);
    expect(await one("confidence,ts,rating,movieId,userId\n2,99,5,Alien,ann\n")).toEqual(expected);
  });

  it("a timestamp that is no number is left out", async () => {
    expect(await one("userId,movieId,rating,timestamp\nann,Alien,5,2009-01-02\n")).toEqual(PERFECT);
  });
});

describe("columns are guessed by position", () => {
  it("user, item, value, timestamp", async () => {
    expect(await one("ann,Alien,5,99\n")).toEqual({ ...PERFECT, timestamp: 99 });
    expect(await one("ann,Alien,5,yesterday\n")).toEqual(PERFECT);
    expect(await one("a,b,c\nann,Alien,5\n", {}, true)).toEqual(PERFECT);
  });

  it("two columns mean 1", async () => {
    expect(await one("ann,Alien\nbob,Alien\n")).toEqual({ ...PERFECT, value: 1 });
    expect(await one("userId,movieId\nann,Alien\n")).toEqual({ ...PERFECT, value: 1 });
    expect(await one("userId,movieId,timestamp\nann,Alien,99\n")).toEqual({
      ...PERFECT,
      value: 1,
      timestamp: 99,
    });
  });
});

describe("headers", () => {
  it("are told from ratings", async () => {
    expect((await parseRatings("userId,movieId\nann,Alien\n")).count).toBe(1);
    expect((await parseRatings("user,Alien\nann,Alien\n")).count).toBe(2);
  });

  it("are as the option says", async () => {
    expect((await parseRatings("user,item\nann,Alien\n", { header: false })).users.index("user")).toBe(0);
    expect((await parseRatings("1,2,3\n4,5,6\n", { header: true })).count).toBe(1);
  });
});

describe("columns are chosen", () => {
  const text = "a,b,c,d\n9,5,Alien,ann\n";

  it("by name", async () => {
    expect(await one(text, { user: "d", item: "c", value: "b" })).toEqual(PERFECT);
    expect(await one(text, { user: "D", item: "C", value: "B" })).toEqual(PERFECT);
  });

  it("by number, with and without a header", async () => {
    const columns = { user: 3, item: 2, value: 1 };
    expect(await one(text, columns, true)).toEqual(PERFECT);
    expect(await one("9,5,Alien,ann\n", columns)).toEqual(PERFECT);
  });

  it("against the guess, which then takes what is left", async () => {
    expect(await one("userId,movieId,rating\nAlien,ann,5\n", { user: "movieId" })).toMatchObject({
      user: "ann",
    });
    expect(await one("userId,score,movieId,rating\nann,5,Alien,2\n", { value: "score" })).toEqual(PERFECT);
  });

  it("null: the column of that name is not taken for another", async () => {
    const text = "userId,movieId,timestamp,weight\nann,Alien,99,2\n";
    const unread = { timestamp: null, weight: null };
    expect(await one(text, unread)).toEqual({ ...PERFECT, value: 1 });
    expect(await one("timestamp,userId,what,stars\n99,ann,Alien,5\n", unread)).toEqual(PERFECT);
    expect(await one("userId,rating,movieId\nann,5,Alien\n", { value: null })).toEqual({
      ...PERFECT,
      value: 1,
    });
    expect(await one(text, { ...unread, value: "timestamp" })).toEqual({ ...PERFECT, value: 99 });
  });

  it("null: values are 1, timestamps and weights are not read", async () => {
    const columns = { value: null, timestamp: null, weight: null };
    expect(await one("userId,movieId,rating,timestamp,weight\nann,Alien,x,y,z\n", columns)).toEqual({
      ...PERFECT,
      value: 1,
    });
  });

  it("names that objects have do not confuse it", async () => {
    const columns = { user: "__proto__", item: "constructor" };
    expect(await one("__proto__,constructor,rating\nann,Alien,5\n", columns)).toEqual(PERFECT);
  });
});

describe("columns that are not there", () => {
  const text = "userId,movieId,rating\n1,2,3\n";

  it("are refused with those that are, and the nearest", async () => {
    await expect(one(text, { user: "usrId" })).rejects.toThrow(
      new RangeError(
        'columns.user of r.csv must be "userId", "movieId" or "rating", not the string "usrId"; did you mean "userId"?',
      ),
    );
    await expect(one(text, { value: "zzz" })).rejects.toThrow(
      new RangeError('columns.value of r.csv must be "userId", "movieId" or "rating", not the string "zzz"'),
    );
  });

  it("are refused by number", async () => {
    await expect(one(text, { item: 3 })).rejects.toThrow(
      new RangeError("columns.item of r.csv must be an integer from 0 to 2, not 3"),
    );
    await expect(one(text, { item: -1 })).rejects.toThrow(RangeError);
  });

  it("are refused by name where there is no header", async () => {
    await expect(one("1,2,3\n", { user: "userId" })).rejects.toThrow(
      new RangeError(
        `columns.user of r.csv is the name "userId", but there is no header; give the column's number from 0`,
      ),
    );
  });

  it("are refused by type", async () => {
    await expect(one(text, { user: true as never })).rejects.toThrow(TypeError);
    await expect(one(text, { usr: 0 } as never)).rejects.toThrow(
      /unknown option "usr"; did you mean "user"\?/,
    );
  });
});
