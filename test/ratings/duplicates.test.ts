import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AlternantError } from "../../src/errors.js";
import { type RatingRow, Ratings } from "../../src/ratings/index.js";
import { SLICE } from "../../src/ratings/slices.js";
import { expectExactly, fromUsers, key, type Row } from "./reference.js";

const ROWS: [string, string, number][] = [
  ["ann", "Alien", 5],
  ["bob", "Brazil", 3],
  ["ann", "Brazil", 2],
  ["bob", "Brazil", 4],
  ["bob", "Alien", 1],
  ["bob", "Brazil", 0.5],
];

describe("a pair that is rated more than once", () => {
  it("is an error that names the pair, both positions and the remedy", () => {
    for (const attempt of [
      (): unknown => Ratings.from(ROWS),
      (): unknown => Ratings.from(ROWS, { duplicates: "error" }),
    ])
      expect(attempt).toThrow(
        new AlternantError(
          "duplicate-rating",
          'user "bob", item "Brazil" is rated twice, in row 1 and in row 3; remove one, ' +
            'or say what to keep: { duplicates: "last" }, "mean" or "sum"',
        ),
      );
    expect(() => Ratings.from(ROWS)).toThrow(expect.objectContaining({ code: "duplicate-rating" }));
  });

  it("is found far apart in many rows", () => {
    const rows = Array.from({ length: 50_000 }, (_, n): [number, number] => [n % 100, Math.floor(n / 100)]);
    rows.push([17, 3]);
    expect(() => Ratings.from(rows)).toThrow(/^user 17, item 3 is rated twice, in row 317 and in row 50000;/);
  });

  it("is found where the two stand in different slices of the sorted ratings", () => {
    const rows = Array.from({ length: SLICE }, (_, n): [number, number, number] => [0, n, 1]);
    rows.push([0, SLICE - 1, 2]);
    expect(() => Ratings.from(rows)).toThrow(
      /^user 0, item 16383 is rated twice, in row 16383 and in row 16384;/,
    );
    const ratings = Ratings.from(rows, { duplicates: "sum" });
    expect([ratings.count, ratings.get(0, SLICE - 1)]).toEqual([SLICE, 3]);
  });

  it.each([
    ["last", 0.5],
    ["mean", 2.5],
    ["sum", 7.5],
  ] as const)('takes the %s where duplicates: "%s" says so', (duplicates, value) => {
    const ratings = Ratings.from(ROWS, { duplicates });
    expectExactly(ratings, [
      { user: "ann", item: "Alien", value: 5 },
      { user: "ann", item: "Brazil", value: 2 },
      { user: "bob", item: "Alien", value: 1 },
      { user: "bob", item: "Brazil", value },
    ]);
    expect(ratings.mean).toBe((8 + value) / 4);
  });

  it("keeps weight and timestamp of the last row given", () => {
    const rows: RatingRow<number, number>[] = [
      { user: 1, item: 1, value: 5, weight: 3, timestamp: 30 },
      { user: 1, item: 2, value: 4, weight: 4, timestamp: 40 },
      { user: 1, item: 1, value: 3, weight: 2, timestamp: 10 },
    ];
    expect([...Ratings.from(rows, { duplicates: "last" })]).toEqual([
      { user: 1, item: 1, value: 3, weight: 2, timestamp: 10 },
      { user: 1, item: 2, value: 4, weight: 4, timestamp: 40 },
    ]);
    const timed = [
      { user: 1, item: 1, value: 5, timestamp: 30 },
      { user: 1, item: 1, value: 3, timestamp: 10 },
    ];
    expect([...Ratings.from(timed, { duplicates: "mean" })]).toEqual([
      { user: 1, item: 1, value: 4, timestamp: 10 },
    ]);
  });

  it.each(["mean", "sum"] as const)("is not merged to a %s where there are weights", (duplicates) => {
    const rows: RatingRow<number, number>[] = [[1, 1], { user: 1, item: 2, weight: 2 }];
    expect(() => Ratings.from(rows, { duplicates })).toThrow(
      new RangeError(
        `Ratings.from: duplicates "${duplicates}" does not go with weights, but row 1 has one; ` +
          `use "last", or merge the rows and their weights before`,
      ),
    );
  });

  it("is summed in double precision, and stored in the precision that the result needs", () => {
    const tenths = Ratings.from(
      [
        [1, 1, 4],
        [1, 1, 4],
        [1, 1, 5],
      ],
      { duplicates: "mean" },
    );
    expect(tenths.byUser.values).toEqual(new Float64Array([13 / 3]));
    expect(tenths.byItem.values).toEqual(new Float64Array([13 / 3]));
    const halves = Ratings.from(
      [
        [1, 1, 0.1],
        [1, 1, 4],
        [1, 2, 3],
      ],
      { duplicates: "last" },
    );
    expect(halves.byUser.values).toEqual(new Float32Array([4, 3]));
    const big = Ratings.from(
      [
        [1, 1, 2 ** 24],
        [1, 1, 1],
      ],
      { duplicates: "sum" },
    );
    expect(big.get(1, 1)).toBe(2 ** 24 + 1);
  });

  it("refuses a sum beyond what a value may be", () => {
    expect(() =>
      Ratings.from(
        [
          ["a", "b", 6e14],
          ["a", "c", 1],
          ["a", "b", 6e14],
        ],
        { duplicates: "sum" },
      ),
    ).toThrow(
      new RangeError(
        'user "a", item "b": the sum of its values (in row 0, row 2, …) must be from -1e15 to 1e15, ' +
          'not 1200000000000000; use duplicates "last" or "mean"',
      ),
    );
  });

  it("gives what a Map gives, for any rows", () => {
    const id = fc.nat({ max: 4 }).map(String);
    const rows = fc.array(
      fc.record({ user: id, item: id, value: fc.integer({ min: -9, max: 9 }).map((n) => n / 2) }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(rows, fc.constantFrom("last", "mean", "sum"), (given, duplicates) => {
        const groups = new Map<string, Row[]>();
        for (const row of given) {
          const name = key(row.user, row.item);
          groups.set(name, [...(groups.get(name) ?? []), row]);
        }
        const expected = [...groups.values()].map((group) => {
          const sum = group.reduce((total, { value }) => total + value, 0);
          const value = { last: group.at(-1)!.value, mean: sum / group.length, sum }[duplicates];
          return { ...group[0]!, value };
        });
        const ratings = Ratings.from(given, { duplicates });
        expectExactly(ratings, expected);
        expect(fromUsers(Ratings.from(ratings))).toEqual(fromUsers(ratings));
      }),
    );
  });
});
