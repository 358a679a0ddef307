import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AlternantError } from "../../src/errors.js";
import { Ratings } from "../../src/ratings/index.js";
import { distinctRows, expectExactly, fromUsers } from "./reference.js";

const first = Ratings.from([
  ["ann", "Alien", 5],
  ["bob", "Brazil", 3],
]);

describe("concat", () => {
  it("adds ratings; ids keep their indices and new ones follow", () => {
    const both = first.concat(
      Ratings.from([
        ["cid", "Brazil", 1],
        ["ann", "Casablanca", 2],
      ]),
    );
    expect([...both.users]).toEqual(["ann", "bob", "cid"]);
    expect([...both.items]).toEqual(["Alien", "Brazil", "Casablanca"]);
    expect([...both]).toEqual([
      { user: "ann", item: "Alien", value: 5 },
      { user: "ann", item: "Casablanca", value: 2 },
      { user: "bob", item: "Brazil", value: 3 },
      { user: "cid", item: "Brazil", value: 1 },
    ]);
    expect(first.count).toBe(2);
  });

  it("undoes a split, vocabularies included", () => {
    const [train, test] = first.split({ test: 0.5, seed: 1 });
    const again = train.concat(test);
    expect(again.users).toBe(first.users);
    expect(again.items).toBe(first.items);
    expect(again.byUser).toEqual(first.byUser);
    expect(again.byItem).toEqual(first.byItem);
  });

  it("names a pair that both rate, and the remedy", () => {
    const more = Ratings.from([
      ["cid", "Alien", 1],
      ["bob", "Brazil", 4],
    ]);
    expect(() => first.concat(more)).toThrow(
      new AlternantError(
        "duplicate-rating",
        'Ratings.concat: user "bob", item "Brazil" is rated in both the ratings and those added; ' +
          'say what to keep: { duplicates: "last" }, "mean" or "sum"',
      ),
    );
    expect(first.concat(more, { duplicates: "last" }).get("bob", "Brazil")).toBe(4);
    expect(first.concat(more, { duplicates: "mean" }).get("bob", "Brazil")).toBe(3.5);
    expect(first.concat(more, { duplicates: "sum" }).get("bob", "Brazil")).toBe(7);
    expect(first.concat(more, { duplicates: "sum" }).count).toBe(3);
  });

  it("weighs ratings without a weight 1", () => {
    const weighted = Ratings.from([{ user: "ann", item: "Brazil", value: 4, weight: 2 }]);
    const expected = [
      { user: "ann", item: "Alien", value: 5, weight: 1 },
      { user: "ann", item: "Brazil", value: 4, weight: 2 },
      { user: "bob", item: "Brazil", value: 3, weight: 1 },
    ];
    expect([...first.concat(weighted)]).toEqual(expected);
    const turned = weighted.concat(first);
    expect([...turned].map(({ item, weight }) => [item, weight])).toEqual([
      ["Brazil", 2],
      ["Alien", 1],
      ["Brazil", 1],
    ]);
    for (const [a, b] of [
      [first, weighted],
      [weighted, first],
    ] as const)
      expect(() => a.concat(b, { duplicates: "mean" })).toThrow(
        new RangeError('Ratings.concat: duplicates "mean" does not go with weights; use "last"'),
      );
  });

  it("keeps timestamps of both, and refuses to invent those of one", () => {
    const early = Ratings.from([{ user: "ann", item: "Alien", value: 1, timestamp: 10 }]);
    const late = Ratings.from([
      { user: "ann", item: "Alien", value: 2, timestamp: 30 },
      { user: "ann", item: "Brazil", value: 3, timestamp: 20 },
    ]);
    expect([...early.concat(late, { duplicates: "last" })]).toEqual([
      { user: "ann", item: "Alien", value: 2, timestamp: 30 },
      { user: "ann", item: "Brazil", value: 3, timestamp: 20 },
    ]);
    expect(() => first.concat(late)).toThrow(
      new TypeError(
        "Ratings.concat: those added have timestamps, but the ratings have none; give them to both, or to neither",
      ),
    );
    expect(() => late.concat(first)).toThrow(
      new TypeError(
        "Ratings.concat: the ratings have timestamps, but those added have none; give them to both, or to neither",
      ),
    );
  });

  it("refuses ids of another kind, and what is not Ratings", () => {
    const users = Ratings.from([[1, "Alien"]]) as unknown as Ratings<string, string>;
    expect(() => first.concat(users)).toThrow(
      new TypeError(
        "Ratings.concat: the user ids are strings in the ratings, but numbers in those added; " +
          "read both with the same option ids",
      ),
    );
    const items = Ratings.from([["ann", 1]]) as unknown as Ratings<string, string>;
    expect(() => first.concat(items)).toThrow(/^Ratings.concat: the item ids are strings/);
    expect(() => first.concat([["ann", "Alien", 5]] as never)).toThrow(
      new TypeError("Ratings.concat: expected Ratings, not an array of 1; make them with Ratings.from"),
    );
    expect(() => first.concat(first, { duplicate: "last" } as object)).toThrow(
      'Ratings.concat: unknown option "duplicate"; did you mean "duplicates"?',
    );
    expect(() => first.concat(first, { duplicates: "first" as never })).toThrow(
      /^Ratings.concat: duplicates must be/,
    );
  });

  it("refuses a sum beyond what a value may be", () => {
    const big = Ratings.from([["ann", "Alien", -8e14]]);
    expect(() => big.concat(big, { duplicates: "sum" })).toThrow(
      new RangeError(
        'Ratings.concat: user "ann", item "Alien": the sum of both values must be from -1e15 to 1e15, ' +
          'not -1600000000000000; use duplicates "last" or "mean"',
      ),
    );
  });

  it("is what from makes of the rows of both, for any ratings", () => {
    fc.assert(
      fc.property(
        distinctRows(1),
        distinctRows(1),
        fc.constantFrom("last", "mean", "sum"),
        (a, b, duplicates) => {
          const both = Ratings.from(a).concat(Ratings.from(b), { duplicates });
          const expected = Ratings.from([...a, ...b], { duplicates });
          expectExactly(both, expected);
          expect(fromUsers(both)).toEqual(fromUsers(expected));
          expect([...both.users]).toEqual([...expected.users]);
          expect([...both.items]).toEqual([...expected.items]);
        },
      ),
    );
  });
});
