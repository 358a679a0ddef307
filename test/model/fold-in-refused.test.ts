import { beforeAll, describe, expect, it } from "vitest";
import { ALS, type FoldInRow, type Model } from "../../src/index.js";
import { drawRatings } from "./fold-in-problems.js";

let model: Model<string, string>;
beforeAll(async () => {
  model = await new ALS({ factors: 4, epochs: 2 }).fit(drawRatings({ seed: 1 }));
});

function refused(rows: unknown, options?: object): Promise<unknown> {
  return model.foldIn(rows as FoldInRow<string>[], options).then(
    () => {
      throw new Error("nothing was refused");
    },
    (error: unknown) => error,
  );
}

describe("ratings of somebody that are refused", () => {
  it.each([
    ["none at all", undefined, "foldIn: ratings must be an array (or another iterable), not undefined"],
    ["a single id", "item 1", 'foldIn: ratings must be an array (or another iterable), not "item 1"'],
    [
      "no iterable",
      { item: "item 1" },
      "foldIn: ratings must be an array (or another iterable), not an object (Object)",
    ],
    [
      "a rating that is nothing",
      [null],
      "foldIn: rating 0 must be an id, [item, value] or { item, value?, weight? }, not null",
    ],
    [
      "an item that is no id",
      [[{}, 3]],
      "foldIn: rating 0: its item must be an id (a string or a number), not an object (Object)",
    ],
    [
      "no item",
      ["item 1", { value: 3 }],
      "foldIn: rating 1: its item must be an id (a string or a number), not undefined",
    ],
    [
      "a text for a value",
      ["item 1", ["item 2", "4"]],
      'foldIn: rating 1: the value must be a finite number from -1e15 to 1e15, not "4" (item "item 2"); leave such ratings out',
    ],
    [
      "a value that is left undefined",
      [{ item: "item 2", value: undefined }],
      'foldIn: rating 0: the value must be a finite number from -1e15 to 1e15, not undefined (item "item 2"); leave such ratings out',
    ],
  ])("%s: a TypeError", async (_, rows, message) => {
    expect(await refused(rows)).toEqual(new TypeError(message));
  });

  it.each([
    [
      "NaN",
      [["item 2", Number.NaN]],
      /rating 0: the value must be a finite number.*not NaN \(item "item 2"\)/,
    ],
    ["Infinity", [["item 2", -Infinity]], /not -Infinity/],
    ["a weight of 0", [{ item: "item 2", weight: 0 }], /the weight must be a finite number above 0, not 0/],
    ["three in a row", [["ann", "item 2", 3]], /must be an id, \[item, value\] or .* not an array of 3/],
    ["another key", [{ item: "item 2", rating: 3 }], /unknown key "rating"/],
  ])("%s: a RangeError", async (_, rows, message) => {
    const error = await refused(rows);
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toMatch(message);
  });

  it.each([
    [
      "an empty list",
      [],
      "no-ratings",
      "foldIn needs at least one rating. For someone without any there is popular().",
    ],
    [
      "unknown items, all of them named",
      [["Dune", 3], ["item 3", 4], 7, "Alien"],
      "unknown-id",
      'foldIn: this model does not know items "Dune", 7, "Alien": its item ids are strings, and 7 is a number. Leave them out; the ids it knows are in model.items.',
    ],
    [
      "one unknown item",
      ["Dune"],
      "unknown-id",
      'foldIn: this model does not know item "Dune". Leave it out; the ids it knows are in model.items.',
    ],
    [
      "an item twice",
      [
        ["item 3", 4],
        ["item 1", 2],
        ["item 3", 5],
      ],
      "duplicate-rating",
      'foldIn: item "item 3" is rated twice, as 4 (rating 0) and as 5 (rating 2). Give each item once.',
    ],
  ])("%s", async (_, rows, code, message) => {
    expect(await refused(rows)).toMatchObject({ name: "AlternantError", code, message });
  });

  it("an unknown option, and a signal that is none", async () => {
    expect(await refused(["item 1"], { count: 3 })).toBeInstanceOf(RangeError);
    expect(await refused(["item 1"], { signal: 3 })).toBeInstanceOf(TypeError);
  });

  it("an error leaves the model as it was", async () => {
    const before = await model.foldIn(["item 1"]);
    await refused([["item 2", Number.NaN]]);
    expect((await model.foldIn(["item 1"])).vector).toEqual(before.vector);
  });

  it("too few for their unknowns where λ is 0, naming the call", async () => {
    const plain = await new ALS({ factors: 4, epochs: 1, regularization: 0 }).fit(
      drawRatings({ seed: 1, density: 1 }),
    );
    await expect(plain.foldIn(["item 1", "item 2"])).rejects.toMatchObject({
      code: "not-positive-definite",
      message: expect.stringMatching(/^foldIn: the normal equations .*2 ratings, 4 factors, λ = 0/),
    });
  });
});

describe("what was folded in", () => {
  it("refuses what a model refuses", async () => {
    const folded = await model.foldIn(["item 1"]);
    expect(() => folded.recommend({ count: 0 })).toThrow(RangeError);
    expect(() => folded.recommend({ exclude: "all" as never })).toThrow(RangeError);
    expect(() => folded.recommend({ number: 3 } as never)).toThrow(RangeError);
    expect(() => folded.predict(undefined as never)).toThrow(TypeError);
    expect(folded.predict("Dune")).toBeUndefined();
    const item = await model.foldInItem(["user 1"]);
    expect(() => item.audience({ count: -1 })).toThrow(RangeError);
    expect(item.predict("eve")).toBeUndefined();
  });

  it("names users where an item is folded in", async () => {
    await expect(model.foldInItem(["eve", ["bob", 3]])).rejects.toMatchObject({
      code: "unknown-id",
      message: expect.stringContaining('foldInItem: this model does not know users "eve", "bob".'),
    });
  });

  it("hands out copies", async () => {
    const folded = await model.foldIn(["item 1"]);
    const before = folded.predict("item 2");
    folded.vector.fill(1e6);
    expect(folded.predict("item 2")).toBe(before);
  });

  it("ends with its model", async () => {
    const other = await new ALS({ factors: 4, epochs: 2 }).fit(drawRatings({ seed: 1 }));
    const folded = await other.foldIn(["item 1"]);
    other.dispose();
    expect(() => folded.predict("item 1")).toThrow(expect.objectContaining({ code: "disposed" }));
    expect(() => folded.recommend()).toThrow(expect.objectContaining({ code: "disposed" }));
    await expect(other.foldIn(["item 1"])).rejects.toMatchObject({ code: "disposed" });
  });

  it("what is disposed of while it begins is refused", async () => {
    const other = await new ALS({ factors: 4, epochs: 2 }).fit(drawRatings({ seed: 1 }));
    const folding = other.foldIn(["item 1"]);
    other.dispose();
    await expect(folding).rejects.toMatchObject({ code: "disposed" });
  });
});
