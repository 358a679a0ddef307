import { describe, expect, it } from "vitest";
import { AlternantError } from "../../src/errors.js";
import { type RatingRow, Ratings, type RatingsOptions } from "../../src/ratings/index.js";

/** Two good rows before the bad one, so that its number is told apart from a constant. */
const GOOD: unknown[] = [
  ["ann", "Alien", 5],
  ["bob", "Brazil", 4],
];

function thrownBy(row: unknown, options: RatingsOptions = {}): unknown {
  try {
    Ratings.from([...GOOD, row] as RatingRow[], options);
  } catch (error) {
    return error;
  }
  throw new Error("nothing was refused");
}

describe("a bad value", () => {
  it.each([
    [Number.NaN, "NaN"],
    [Infinity, "Infinity"],
    [-Infinity, "-Infinity"],
    [1.0000000000000002e15, "1000000000000000.2"],
    [-2e15, "-2000000000000000"],
  ])("of %d is a RangeError that names row and pair", (value, shown) => {
    expect(thrownBy(["ann", "Brazil", value])).toEqual(
      new RangeError(
        `row 2: the value must be a finite number from -1e15 to 1e15, not ${shown} ` +
          `(user "ann", item "Brazil"); leave such ratings out, or leave out the value to mean 1`,
      ),
    );
  });

  it.each([
    ["a string", ["ann", "Brazil", "5"], '"5"'],
    ["undefined in a tuple", ["ann", "Brazil", undefined], "undefined"],
    ["undefined in an object", { user: "ann", item: "Brazil", value: undefined }, "undefined"],
    ["null", { user: "ann", item: "Brazil", value: null }, "null"],
    ["a bigint", ["ann", "Brazil", 5n], "5n"],
  ])("that is %s is a TypeError", (_, row, shown) => {
    expect(thrownBy(row)).toEqual(
      new TypeError(
        `row 2: the value must be a finite number from -1e15 to 1e15, not ${shown} ` +
          `(user "ann", item "Brazil"); leave such ratings out, or leave out the value to mean 1`,
      ),
    );
  });
});

describe("a bad weight or timestamp", () => {
  it.each([
    [0, RangeError, "0"],
    [-1, RangeError, "-1"],
    [Number.NaN, RangeError, "NaN"],
    [Infinity, RangeError, "Infinity"],
    ["2", TypeError, '"2"'],
    [null, TypeError, "null"],
    [undefined, TypeError, "undefined"],
  ])("weight %j", (weight, Class, shown) => {
    expect(thrownBy({ user: "ann", item: "Brazil", weight })).toEqual(
      new Class(
        `row 2: the weight must be a finite number above 0, not ${shown} ` +
          `(user "ann", item "Brazil"); leave out ratings that should not count`,
      ),
    );
  });

  it.each([
    [Number.NaN, RangeError, "NaN"],
    [-Infinity, RangeError, "-Infinity"],
    ["2020-01-01", TypeError, '"2020-01-01"'],
    [new Date(0), TypeError, "an object (Date)"],
    [undefined, TypeError, "undefined"],
  ])("timestamp %s", (timestamp, Class, shown) => {
    expect(thrownBy({ user: "ann", item: "Brazil", timestamp })).toEqual(
      new Class(
        `row 2: the timestamp must be a finite number, in a unit of your choice, not ${shown} ` +
          `(user "ann", item "Brazil"); leave out the timestamps of all rows, or give one to each`,
      ),
    );
  });

  it("timestamps on some rows only", () => {
    expect(thrownBy({ user: "ann", item: "Brazil", timestamp: 7 })).toEqual(
      new TypeError("row 2 has a timestamp, but row 0 has none; give one to every row, or to none"),
    );
    expect(() => Ratings.from([{ user: 1, item: 1, timestamp: 7 }, [2, 2]])).toThrow(
      /^row 1: the timestamp must be a finite number, .*, not undefined \(user 2, item 2\)/,
    );
  });
});

describe("a bad id", () => {
  it("that is empty", () => {
    expect(thrownBy(["", "Brazil", 5])).toEqual(
      new RangeError("row 2: user is an empty string; leave such rows out, or give it a name"),
    );
    expect(thrownBy(["ann", "", 5])).toEqual(
      new RangeError("row 2: item is an empty string; leave such rows out, or give it a name"),
    );
  });

  it.each([
    [undefined, "undefined"],
    [null, "null"],
    [true, "true"],
    [5n, "5n"],
    [["ann"], "an array of 1"],
    [{ id: 1 }, "an object (Object)"],
  ])("of type %s", (id, shown) => {
    for (const options of [{}, { ids: "string" }, { ids: "number" }] as const) {
      const row = options.ids === "number" ? [id, 1, 5] : [id, "Brazil", 5];
      const attempt = (): unknown => Ratings.from([row] as unknown as RatingRow[], options);
      expect(attempt).toThrow(
        new TypeError(`row 0: user must be a string or an integer, not ${shown}; leave such rows out`),
      );
    }
    expect(thrownBy(["ann", id, 5])).toEqual(
      new TypeError(`row 2: item must be a string or an integer, not ${shown}; leave such rows out`),
    );
  });

  it.each([
    [-0, "-0"],
    [2 ** 53, "9007199254740992"],
    [-(2 ** 53), "-9007199254740992"],
    [1.5, "1.5"],
    [Number.NaN, "NaN"],
    [Infinity, "Infinity"],
  ])("that is the number %d", (id, shown) => {
    for (const options of [{}, { ids: "string" }, { ids: "number" }] as const)
      expect(() =>
        Ratings.from(
          [
            [0, 0],
            [1, id],
          ] as RatingRow[],
          options,
        ),
      ).toThrow(
        new RangeError(
          `row 1: item must be an integer from -(2^53 - 1) to 2^53 - 1 and not -0, not ${shown}; ` +
            `use strings for other ids`,
        ),
      );
  });

  it("of another type than those before", () => {
    expect(thrownBy([7, "Brazil", 5])).toEqual(
      new TypeError(
        'row 2: user 7 is a number, but "ann" in row 0 is a string; the ids of one side must be all strings ' +
          'or all numbers: { ids: "string" } turns all into strings',
      ),
    );
    const rows: unknown[] = [
      ["x", 1],
      ["y", 2],
      ["x", "2"],
    ];
    expect(() => Ratings.from(rows as RatingRow[])).toThrow(
      new TypeError(
        'row 2: item "2" is a string, but 1 in row 0 is a number; the ids of one side must be all strings ' +
          'or all numbers: { ids: "string" } turns all into strings',
      ),
    );
  });

  it("may be of another type on the other side", () => {
    expect(Ratings.from([["ann", 1]]).items.kind).toBe("number");
  });

  it.each(["x", "1.5", "042", "1e3", " 1", "-0", "+1", "9007199254740992", "0x10"])(
    "%j where numbers are demanded",
    (id) => {
      expect(() =>
        Ratings.from(
          [
            [1, 1],
            [id, 2],
          ] as RatingRow[],
          { ids: "number" },
        ),
      ).toThrow(
        new RangeError(
          `row 1: user ${JSON.stringify(id)} is not an integer such as 42 (without leading zeros, ` +
            `at most 2^53 - 1), as { ids: "number" } demands; use { ids: "string" }`,
        ),
      );
    },
  );

  it("with half a surrogate pair, which no file could keep", () => {
    expect(thrownBy(["ann\ud83d", "Brazil", 5])).toEqual(
      new RangeError(
        'row 2: user "ann\\ud83d" is not well-formed Unicode (half a surrogate pair); ' +
          "repair it with toWellFormed()",
      ),
    );
  });
});

describe("a bad row", () => {
  const shapes = "[user, item], [user, item, value] or { user, item, value?, weight?, timestamp? }";

  it.each([
    ["ann,Alien,5", '"ann,Alien,5"'],
    [null, "null"],
    [undefined, "undefined"],
    [7, "7"],
  ])("that is no row: %j", (row, shown) => {
    expect(thrownBy(row)).toEqual(new TypeError(`row 2 must be ${shapes}, not ${shown}`));
  });

  it("that is too short or too long", () => {
    expect(thrownBy(["ann"])).toEqual(new RangeError(`row 2 must be ${shapes}, not an array of 1`));
    expect(thrownBy(["ann", "Brazil", 5, 964982703])).toEqual(
      new RangeError(
        `row 2 must be ${shapes}, not an array of 4; weights and timestamps go into the object form`,
      ),
    );
  });

  it("with a misspelt key, whose value would otherwise be 1 in silence", () => {
    expect(thrownBy({ user: "ann", item: "Brazil", vaule: 5 })).toEqual(
      new RangeError(
        'row 2: unknown key "vaule"; did you mean "value"? Known keys: user, item, value, weight, timestamp.',
      ),
    );
    expect(thrownBy({ user: "ann", item: "Brazil", rating: 5 })).toBeInstanceOf(RangeError);
  });

  it("without user or item", () => {
    expect(thrownBy({ item: "Brazil", value: 5 })).toEqual(
      new TypeError("row 2: user must be a string or an integer, not undefined; leave such rows out"),
    );
    expect(thrownBy({ user: "ann", item: undefined })).toEqual(
      new TypeError("row 2: item must be a string or an integer, not undefined; leave such rows out"),
    );
  });
});

describe("bad arguments", () => {
  it("no ratings at all", () => {
    for (const attempt of [
      (): unknown => Ratings.from([]),
      (): unknown => Ratings.fromColumns({ users: [], items: [] }),
    ])
      expect(attempt).toThrow(expect.objectContaining({ name: "AlternantError", code: "no-ratings" }));
    expect(() => Ratings.from([])).toThrow(
      new AlternantError("no-ratings", "Ratings.from: there are no ratings; give at least one"),
    );
  });

  it("rows that are not iterable, or only asynchronously", () => {
    expect(() => Ratings.from({ user: 1 } as unknown as RatingRow[])).toThrow(
      new TypeError("Ratings.from: rows must be iterable, an array for example, not an object (Object)"),
    );
    expect(() => Ratings.from(undefined as unknown as RatingRow[])).toThrow(
      new TypeError("Ratings.from: rows must be iterable, an array for example, not undefined"),
    );
    async function* rows(): AsyncGenerator<[number, number]> {
      yield [1, 2];
    }
    expect(() => Ratings.from(rows() as unknown as RatingRow[])).toThrow(
      /^Ratings.from: rows come asynchronously \(an object .*\); use Ratings.fromAsync$/,
    );
  });

  it("options that don't exist or have no such value", () => {
    const from =
      (options: object): (() => unknown) =>
      () =>
        Ratings.from([[1, 2]], options);
    expect(from({ duplicate: "last" })).toThrow(
      new RangeError(
        'Ratings.from: unknown option "duplicate"; did you mean "duplicates"? Known options: ids, duplicates.',
      ),
    );
    expect(from({ duplicates: "first" })).toThrow(
      /^Ratings.from: duplicates must be "error", "last", "mean" or "sum", not the string "first"/,
    );
    expect(from({ duplicates: true })).toThrow(TypeError);
    expect(from({ ids: "int" })).toThrow(/^Ratings.from: ids must be "string" or "number", not/);
    expect(from({ ids: 7 })).toThrow(TypeError);
    expect(from({ ids: null })).toThrow(TypeError);
    expect(from({ ids: { user: "string" } })).toThrow(
      'Ratings.from: ids: unknown option "user"; did you mean "users"?',
    );
    expect(from({ ids: { users: "strings" } })).toThrow(/^Ratings.from: ids.users must be/);
    expect(from({ ids: { items: "strings" } })).toThrow(/^Ratings.from: ids.items must be/);
  });
});
