import fc from "fast-check";
import { expect } from "vitest";
import type { Csr, Id, Rating, Ratings } from "../../src/ratings/index.js";

/** A rating as the tests generate it. */
export interface Row {
  user: string;
  item: string;
  value: number;
}

/** Ids that a plain object or a careless CSV writer would stumble over. */
const NASTY = ["__proto__", "constructor", "toString", "👩‍🚀", "a\nb", " ", "0", "ünï", "x".repeat(80)];

/** Rows without repeated pairs, over few enough ids that rows and columns fill up. Sums of their values are exact. */
export function distinctRows(minLength: number): fc.Arbitrary<Row[]> {
  const id = fc.oneof(fc.constantFrom(...NASTY), fc.nat({ max: 12 }).map(String));
  const row = fc.record({ user: id, item: id, value: fc.integer({ min: -10, max: 10 }).map((n) => n / 2) });
  return fc.uniqueArray(row, { minLength, maxLength: 60, selector: ({ user, item }) => key(user, item) });
}

export function key(user: Id, item: Id): string {
  return JSON.stringify([user, item]);
}

/** The ratings that the orientation by user holds, by pair; fails where it is not sorted or not consistent. */
export function fromUsers(ratings: Ratings): Map<string, number> {
  return triples(ratings.byUser, (row, column) => key(ratings.users.id(row), ratings.items.id(column)));
}

/** The same of the orientation by item. */
export function fromItems(ratings: Ratings): Map<string, number> {
  return triples(ratings.byItem, (row, column) => key(ratings.users.id(column), ratings.items.id(row)));
}

function triples(csr: Csr, name: (row: number, column: number) => string): Map<string, number> {
  const found = new Map<string, number>();
  let disorder = 0;
  expect(csr.starts[0]).toBe(0);
  expect(csr.starts[csr.rowCount]).toBe(csr.count);
  for (let row = 0; row < csr.rowCount; row++)
    for (let p = csr.starts[row]!; p < csr.starts[row + 1]!; p++) {
      const column = csr.columns[p]!;
      const previous = p > csr.starts[row]! ? csr.columns[p - 1]! : -1;
      if (column <= previous || column >= csr.columnCount) disorder++;
      found.set(name(row, column), csr.values[p]!);
    }
  expect(disorder).toBe(0);
  return found;
}

/** Expects both orientations to hold exactly these ratings. */
export function expectExactly(ratings: Ratings, rows: Iterable<Rating>): void {
  const expected = new Map<string, number>();
  for (const { user, item, value } of rows) expected.set(key(user, item), value);
  expect(ratings.count).toBe(expected.size);
  expect(ratings.byItem.count).toBe(expected.size);
  expect(fromUsers(ratings)).toEqual(expected);
  expect(fromItems(ratings)).toEqual(expected);
}
