import { describe, expect, it } from "vitest";
import { AlternantError } from "../../src/errors.js";
import { Ratings } from "../../src/ratings/index.js";

describe("Ratings.fromColumns", () => {
  it("takes arrays and typed arrays", () => {
    const ratings = Ratings.fromColumns({
      users: new Int32Array([7, -7, 7]),
      items: ["x", "y", "y"],
      values: new Float32Array([1, 2.5, 3]),
      weights: new Uint8Array([1, 2, 3]),
      timestamps: [30, 10, 20],
    });
    expect([...ratings]).toEqual([
      { user: 7, item: "x", value: 1, weight: 1, timestamp: 30 },
      { user: 7, item: "y", value: 3, weight: 3, timestamp: 20 },
      { user: -7, item: "y", value: 2.5, weight: 2, timestamp: 10 },
    ]);
  });

  it("takes values left out as 1", () => {
    const ratings = Ratings.fromColumns({ users: [1, 2], items: [3, 4] });
    expect([...ratings.byUser.values]).toEqual([1, 1]);
    expect(ratings.mean).toBe(1);
  });

  it("takes the options of from", () => {
    const columns = { users: ["1", "1"], items: [2, 2], values: [3, 5] };
    const ratings = Ratings.fromColumns(columns, { ids: { users: "number" }, duplicates: "mean" });
    expect([...ratings]).toEqual([{ user: 1, item: 2, value: 4 }]);
    expect(() => Ratings.fromColumns(columns, { duplicate: "mean" } as object)).toThrow(
      /^Ratings.fromColumns: unknown option "duplicate"; did you mean "duplicates"/,
    );
    expect(() => Ratings.fromColumns(columns)).toThrow(
      new AlternantError(
        "duplicate-rating",
        'user "1", item 2 is rated twice, in row 0 and in row 1; remove one, ' +
          'or say what to keep: { duplicates: "last" }, "mean" or "sum"',
      ),
    );
  });

  it.each([
    [{ users: [1, 2], items: [1] }, "users has 2 elements and items has 1"],
    [{ users: [1], items: [1, 2] }, "users has 1 elements and items has 2"],
    [{ users: [1], items: [1], values: [] }, "users has 1 elements and values has 0"],
    [{ users: [1], items: [1], weights: [1, 1, 1] }, "users has 1 elements and weights has 3"],
    [{ users: [1], items: [1], timestamps: [1, 2] }, "users has 1 elements and timestamps has 2"],
  ])("refuses columns of unequal length: %j", (columns, told) => {
    expect(() => Ratings.fromColumns(columns)).toThrow(
      new RangeError(`Ratings.fromColumns: columns must be of equal length, but ${told}`),
    );
  });

  it.each([
    [{ users: "ab", items: [1, 2] }, 'users must be an array or a typed array, not "ab"'],
    [{ items: [1, 2] }, "users must be an array or a typed array, not undefined"],
    [{ users: [1] }, "items must be an array or a typed array, not undefined"],
    [{ users: [1], items: [1], values: 5 }, "values must be an array or a typed array, not 5"],
    [{ users: [1], items: [1], weights: null }, "weights must be an array or a typed array, not null"],
    [{ users: [1], items: new Set([1]) }, "items must be an array or a typed array, not an object (Set)"],
  ])("refuses what is no column: %j", (columns, told) => {
    expect(() => Ratings.fromColumns(columns as never)).toThrow(
      new TypeError(`Ratings.fromColumns: ${told}`),
    );
  });

  it("refuses unknown columns, such as those of from", () => {
    expect(() => Ratings.fromColumns({ users: [1], items: [1], value: [5] } as never)).toThrow(
      new RangeError(
        'Ratings.fromColumns: unknown column "value"; did you mean "values"? ' +
          "Known columns: users, items, values, weights, timestamps.",
      ),
    );
  });

  it("refuses bad elements as from does, by row", () => {
    expect(() => Ratings.fromColumns({ users: [1, 2], items: [1, 2], values: [1, Number.NaN] })).toThrow(
      /^row 1: the value must be a finite number .* not NaN \(user 2, item 2\)/,
    );
    expect(() => Ratings.fromColumns({ users: [1, 2.5], items: [1, 2] })).toThrow(/^row 1: user must be an/);
    // biome-ignore lint/suspicious/noSparseArray: a hole must not pass for a weight left out
    const holes = [1, , 1] as number[];
    const columns = { users: [1, 2, 3], items: [1, 2, 3] };
    expect(() => Ratings.fromColumns({ ...columns, weights: holes })).toThrow(/^row 1: the weight must be/);
    expect(() => Ratings.fromColumns({ ...columns, timestamps: holes })).toThrow(
      /^row 1: the timestamp must be/,
    );
    expect(() => Ratings.fromColumns({ ...columns, values: holes })).toThrow(/^row 1: the value must be/);
  });

  it("refuses 64-bit integers, which are no numbers", () => {
    expect(() => Ratings.fromColumns({ users: new BigInt64Array([5n]) as never, items: [1] })).toThrow(
      new TypeError("row 0: user must be a string or an integer, not 5n; leave such rows out"),
    );
  });
});
