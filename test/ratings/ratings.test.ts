import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Id, Ratings } from "../../src/ratings/index.js";
import { distinctRows, expectExactly, fromItems, fromUsers, key } from "./reference.js";

describe("Ratings.from", () => {
  it("takes rows of every shape", () => {
    const ratings = Ratings.from([
      ["ann", "Alien", 5],
      { user: "bob", item: "Brazil", value: 3.5 },
      ["ann", "Brazil"],
      { user: "bob", item: "Alien" },
    ]);
    expect([...ratings]).toEqual([
      { user: "ann", item: "Alien", value: 5 },
      { user: "ann", item: "Brazil", value: 1 },
      { user: "bob", item: "Alien", value: 1 },
      { user: "bob", item: "Brazil", value: 3.5 },
    ]);
  });

  it("tells size, density, mean and bounds", () => {
    const ratings = Ratings.from([
      ["ann", "Alien", 5],
      ["bob", "Brazil", -3],
      ["ann", "Casablanca", 2],
    ]);
    expect(ratings.userCount).toBe(2);
    expect(ratings.itemCount).toBe(3);
    expect(ratings.count).toBe(3);
    expect(ratings.density).toBe(0.5);
    expect(ratings.mean).toBe(4 / 3);
    expect(ratings.min).toBe(-3);
    expect(ratings.max).toBe(5);
  });

  it("takes one rating, and values that are all equal or all zero", () => {
    const one = Ratings.from([["ann", "Alien", 4]]);
    expect([one.count, one.density, one.mean, one.min, one.max]).toEqual([1, 1, 4, 4, 4]);
    const zeros = Ratings.from([
      [1, 1, 0],
      [1, 2, 0],
    ]);
    expect([zeros.mean, zeros.min, zeros.max]).toEqual([0, 0, 0]);
  });

  it("takes any iterable", () => {
    function* rows(): Generator<readonly [number, number, number]> {
      for (let n = 0; n < 10; n++) yield [n % 3, n, n];
    }
    expect(Ratings.from(rows()).count).toBe(10);
    expect(Ratings.from(new Set(rows())).count).toBe(10);
  });

  it("takes the largest values, and integers up to the largest as ids", () => {
    const big = Number.MAX_SAFE_INTEGER;
    const ratings = Ratings.from([
      [big, -big, 1e15],
      [-big, 0, -1e15],
    ]);
    expect(ratings.get(big, -big)).toBe(1e15);
    expect(ratings.get(-big, 0)).toBe(-1e15);
  });

  it("gets by pair: undefined where there is no rating or no such id", () => {
    const ratings = Ratings.from([
      ["ann", "Alien", 5],
      ["bob", "Brazil", 0],
    ]);
    expect(ratings.get("ann", "Alien")).toBe(5);
    expect(ratings.get("bob", "Brazil")).toBe(0);
    expect(ratings.get("ann", "Brazil")).toBeUndefined();
    expect(ratings.get("cid", "Alien")).toBeUndefined();
    expect(ratings.get("ann", "Casablanca")).toBeUndefined();
  });

  it("keeps weights and timestamps, in iteration only where there are some", () => {
    const ratings = Ratings.from([
      { user: 2, item: 20, value: 4, timestamp: 300 },
      { user: 1, item: 10, value: 3, weight: 0.5, timestamp: 200 },
      { user: 2, item: 10, timestamp: 100 },
    ]);
    expect([...ratings]).toEqual([
      { user: 2, item: 20, value: 4, weight: 1, timestamp: 300 },
      { user: 2, item: 10, value: 1, weight: 1, timestamp: 100 },
      { user: 1, item: 10, value: 3, weight: 0.5, timestamp: 200 },
    ]);
    expect(ratings.timestamps).toEqual(new Float64Array([300, 100, 200]));
    expect(ratings.byUser.weights).toEqual(new Float32Array([1, 1, 0.5]));
    expect(ratings.byItem.weights).toEqual(new Float32Array([1, 1, 0.5]));
    const plain = Ratings.from([[1, 2, 3]]);
    expect(plain.timestamps).toBeUndefined();
    expect(plain.byUser.weights).toBeUndefined();
    expect(Object.keys([...plain][0]!)).toEqual(["user", "item", "value"]);
  });

  it("carries weights over to the orientation by item", () => {
    const ratings = Ratings.from([
      { user: "a", item: "x", weight: 2 },
      { user: "a", item: "y", weight: 3 },
      { user: "b", item: "x", weight: 5 },
    ]);
    expect([...ratings.byUser.weights!]).toEqual([2, 3, 5]);
    expect([...ratings.byItem.weights!]).toEqual([2, 5, 3]);
  });

  // A weight, and a value that needs double precision, in each of several chunks of the columns.
  it.each([0, 63, 64, 500, 40_000, 59_999])(
    "is right when row %d of 60,000 is the special one",
    (special) => {
      const count = 60_000;
      const rows = Array.from({ length: count }, (_, n) => ({
        user: (n * 7) % 997,
        item: Math.floor(n / 997),
        value: n === special ? 0.1 : (n % 10) / 2,
        timestamp: n,
        ...(n === special ? { weight: 0.3 } : {}),
      }));
      const ratings = Ratings.from(rows);
      expect(ratings.byUser.values).toBeInstanceOf(Float64Array);
      const expected = new Map(rows.map((row) => [key(row.user, row.item), row]));
      expect(expected.size).toBe(count);
      let same = 0;
      for (const { user, item, value, weight, timestamp } of ratings) {
        const row = expected.get(key(user, item))!;
        if (value === row.value && weight === (row.weight ?? 1) && timestamp === row.timestamp) same++;
      }
      expect(same).toBe(count);
      expectExactly(ratings, rows);
    },
  );
});

describe("ids", () => {
  it("turns numbers into strings where strings are demanded", () => {
    const rows: [Id, Id, number][] = [
      [1, "x", 5],
      ["1", 2, 4],
    ];
    const ratings = Ratings.from(rows, { ids: "string" });
    expect([...ratings.users]).toEqual(["1"]);
    expect([...ratings.items]).toEqual(["x", "2"]);
    expect(ratings.get("1", "2")).toBe(4);
    expect(ratings.users.kind).toBe("string");
  });

  it("turns strings into numbers where numbers are demanded", () => {
    const rows: [Id, Id, number][] = [
      ["42", 7, 5],
      [42, "-8", 4],
      ["0", "9007199254740991", 3],
    ];
    const ratings = Ratings.from(rows, { ids: "number" });
    expect([...ratings.users]).toEqual([42, 0]);
    expect([...ratings.items]).toEqual([7, -8, 9007199254740991]);
    expect(ratings.items.kind).toBe("number");
  });

  it("forces either side by itself", () => {
    const rows: [string, string][] = [["1", "2"]];
    const users = Ratings.from(rows, { ids: { users: "number" } });
    expect([[...users.users], [...users.items]]).toEqual([[1], ["2"]]);
    const items = Ratings.from(rows, { ids: { items: "number" } });
    expect([[...items.users], [...items.items]]).toEqual([["1"], [2]]);
    const both = Ratings.from(rows, { ids: { users: "number", items: "string" } });
    expect([[...both.users], [...both.items]]).toEqual([[1], ["2"]]);
  });

  it("keeps apart ids that differ only in a byte order mark, a zero or their normal form", () => {
    const ids = ["a", "\ufeffa", "\u0000a", "é", "e\u0301", "1", "01"];
    const ratings = Ratings.from(ids.map((id) => [id, id] as const));
    expect([...ratings.users]).toEqual(ids);
  });
});

describe("properties", () => {
  it("holds in both orientations exactly what was given", () => {
    fc.assert(
      fc.property(distinctRows(1), (rows) => {
        const ratings = Ratings.from(rows);
        expectExactly(ratings, rows);
        expect([...ratings.users]).toEqual([...new Set(rows.map(({ user }) => user))]);
        expect([...ratings.items]).toEqual([...new Set(rows.map(({ item }) => item))]);
        for (const { user, item, value } of rows) expect(ratings.get(user, item)).toBe(value);
        const values = rows.map(({ value }) => value);
        expect(ratings.mean).toBe(values.reduce((sum, value) => sum + value, 0) / rows.length);
        expect(ratings.min).toBe(Math.min(...values));
        expect(ratings.max).toBe(Math.max(...values));
      }),
    );
  });

  it("yields by user and item in the order of the vocabularies", () => {
    fc.assert(
      fc.property(distinctRows(1), (rows) => {
        const ratings = Ratings.from(rows);
        const places = [...ratings].map(
          ({ user, item }) => ratings.users.index(user)! * ratings.itemCount + ratings.items.index(item)!,
        );
        expect(places).toEqual(places.toSorted((a, b) => a - b));
        expect(places).toHaveLength(rows.length);
      }),
    );
  });

  it("changes nothing but the order of the vocabularies when rows are permuted", () => {
    const permuted = distinctRows(1).chain((rows) =>
      fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
    );
    fc.assert(
      fc.property(permuted, ([rows, other]) => {
        const a = Ratings.from(rows);
        const b = Ratings.from(other);
        expect(fromUsers(b)).toEqual(fromUsers(a));
        expect(fromItems(b)).toEqual(fromItems(a));
        expect([b.mean, b.min, b.max, b.density]).toEqual([a.mean, a.min, a.max, a.density]);
        expect([...b.users].sort()).toEqual([...a.users].sort());
      }),
    );
  });

  it("is the same from rows, columns and asynchronous rows", async () => {
    await fc.assert(
      fc.asyncProperty(distinctRows(1), async (rows) => {
        const expected = Ratings.from(rows);
        const columns = Ratings.fromColumns({
          users: rows.map(({ user }) => user),
          items: rows.map(({ item }) => item),
          values: Float64Array.from(rows, ({ value }) => value),
        });
        for (const ratings of [columns, await Ratings.fromAsync(rows)]) {
          expect([...ratings]).toEqual([...expected]);
          expect(ratings.byItem).toEqual(expected.byItem);
        }
      }),
    );
  });
});
