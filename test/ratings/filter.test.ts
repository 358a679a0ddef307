import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AlternantError } from "../../src/errors.js";
import { Ratings } from "../../src/ratings/index.js";
import { distinctRows, expectExactly, type Row } from "./reference.js";

describe("filter", () => {
  const ratings = Ratings.from([
    ["ann", "Alien", 1],
    ["bob", "Brazil", 2],
    ["ann", "Brazil", 3],
    ["cid", "Casablanca", 4],
    ["bob", "Alien", 5],
    ["dan", "Alien", 6],
  ]);

  it("drops users and items with too few ratings, also from the vocabularies, in the old order", () => {
    const filtered = ratings.filter({ minPerUser: 2 });
    expect([...filtered.users]).toEqual(["ann", "bob"]);
    expect([...filtered.items]).toEqual(["Alien", "Brazil"]);
    expectExactly(
      filtered,
      [...ratings].filter(({ user }) => user === "ann" || user === "bob"),
    );
    const byItem = ratings.filter({ minPerItem: 3 });
    expect([...byItem.users]).toEqual(["ann", "bob", "dan"]);
    expect([...byItem.items]).toEqual(["Alien"]);
  });

  it("repeats until every user and item left has enough", () => {
    // A chain: each drop leaves the next one short.
    const rows: [number, number][] = [];
    for (let n = 0; n < 1000; n++) rows.push([n, n], [n, n + 1]);
    for (const user of [2000, 2001]) for (const item of [2000, 2001]) rows.push([user, item]);
    const filtered = Ratings.from(rows).filter({ minPerUser: 2, minPerItem: 2 });
    expect([...filtered.users]).toEqual([2000, 2001]);
    expect([...filtered.items]).toEqual([2000, 2001]);
    expect(filtered.count).toBe(4);
  });

  it("keeps weights and timestamps", () => {
    const filtered = Ratings.from([
      { user: "a", item: 1, value: 1, weight: 2, timestamp: 3 },
      { user: "b", item: 2, value: 4, weight: 5, timestamp: 6 },
      { user: "b", item: 1, value: 7, weight: 8, timestamp: 9 },
    ]).filter({ minPerUser: 2 });
    expect([...filtered]).toEqual([
      { user: "b", item: 1, value: 7, weight: 8, timestamp: 9 },
      { user: "b", item: 2, value: 4, weight: 5, timestamp: 6 },
    ]);
    expect([...filtered.byItem.weights!]).toEqual([8, 5]);
  });

  it("is the same object where nothing leaves", () => {
    expect(ratings.filter({ minPerUser: 1, minPerItem: 1 })).toBe(ratings);
    expect(ratings.filter({})).toBe(ratings);
  });

  it("drops ids without ratings, as halves of a split have", () => {
    const [, test] = ratings.split({ test: 0.2, seed: 1 });
    const filtered = test.filter({});
    expect(test.userCount).toBe(4);
    expect(filtered.userCount).toBe(1);
    expect(filtered.itemCount).toBe(1);
    expectExactly(filtered, test);
  });

  it("tells the counts when nothing is left", () => {
    expect(() => ratings.filter({ minPerUser: 3, minPerItem: 4 })).toThrow(
      new AlternantError(
        "no-ratings",
        "Ratings.filter: none of the 6 ratings (4 users, 3 items) is left with minPerUser 3 and minPerItem 4; " +
          "ask for fewer",
      ),
    );
    expect(() => ratings.filter({ minPerItem: 9 })).toThrow(expect.objectContaining({ code: "no-ratings" }));
  });

  it.each([
    [{ minPerUser: 0 }, RangeError, "minPerUser must be an integer of at least 1, not 0"],
    [{ minPerItem: 2.5 }, RangeError, "minPerItem must be an integer of at least 1, not 2.5"],
    [{ minPerItem: "2" }, TypeError, 'minPerItem must be an integer of at least 1, not the string "2"'],
    [
      { minPerUsers: 2 },
      RangeError,
      'unknown option "minPerUsers"; did you mean "minPerUser"? Known options: minPerUser, minPerItem.',
    ],
  ])("refuses %j", (options, Class, told) => {
    expect(() => ratings.filter(options as object)).toThrow(new Class(`Ratings.filter: ${told}`));
  });

  it("is what naive repetition gives, for any ratings", () => {
    const min = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(distinctRows(1), min, min, (rows, minPerUser, minPerItem) => {
        const expected = repeatedly(rows, minPerUser, minPerItem);
        const given = Ratings.from(rows);
        if (expected.length === 0) {
          expect(() => given.filter({ minPerUser, minPerItem })).toThrow(AlternantError);
          return;
        }
        const filtered = given.filter({ minPerUser, minPerItem });
        expectExactly(filtered, expected);
        const users = new Set(expected.map(({ user }) => user));
        expect([...filtered.users]).toEqual([...given.users].filter((id) => users.has(id)));
        const items = new Set(expected.map(({ item }) => item));
        expect([...filtered.items]).toEqual([...given.items].filter((id) => items.has(id)));
      }),
      { numRuns: 300 },
    );
  });
});

function repeatedly(rows: Row[], minPerUser: number, minPerItem: number): Row[] {
  const left = rows.filter(
    (row) =>
      rows.filter(({ user }) => user === row.user).length >= minPerUser &&
      rows.filter(({ item }) => item === row.item).length >= minPerItem,
  );
  return left.length === rows.length ? left : repeatedly(left, minPerUser, minPerItem);
}
