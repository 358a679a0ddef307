import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Orientations, orient } from "../../src/ratings/orient.js";
import { runNow, SLICE } from "../../src/ratings/slices.js";
import type { Rows } from "../../src/ratings/sort.js";
import { Triples } from "../../src/ratings/triples.js";

type Triple = readonly [user: number, item: number, value: number];

const REFUSE = {
  repeated: (user: number, item: number): never => {
    throw new Error(`repeated ${user} ${item}`);
  },
  tooLarge: (): never => {
    throw new Error("too large");
  },
};

function oriented(
  given: readonly Triple[],
  users: number,
  items: number,
): Orientations & { readonly triples: Triples } {
  const triples = new Triples();
  for (const [user, item, value] of given) triples.push(user, item, value, user + 0.5, user * 1000 + item);
  return { ...runNow(orient(triples, users, items, "error", REFUSE)), triples };
}

/** The ratings of rows as [row, column, value, weight]. */
function listed({ starts, columns, values, weights }: Rows): number[][] {
  const list: number[][] = [];
  for (let row = 0; row + 1 < starts.length; row++)
    for (let p = starts[row]!; p < starts[row + 1]!; p++)
      list.push([row, columns[p]!, values[p]!, weights![p]!]);
  return list;
}

const sorted = (list: number[][]): number[][] => list.sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);

function expectSorted(given: readonly Triple[], { byUser, byItem }: Orientations): void {
  expect(listed(byUser)).toEqual(sorted(given.map(([u, i, value]) => [u, i, value, u + 0.5])));
  expect(listed(byItem)).toEqual(sorted(given.map(([u, i, value]) => [i, u, value, u + 0.5])));
  const times = sorted(given.map(([u, i]) => [u, i])).map(([u, i]) => u! * 1000 + i!);
  expect([...byUser.timestamps!]).toEqual(times);
}

/** Every second pair of a grid, value by place. */
function checkered(users: number, items: number): Triple[] {
  const pairs: Triple[] = [];
  for (let user = 0; user < users; user++)
    for (let item = user % 2; item < items; item += 2) pairs.push([user, item, pairs.length / 2]);
  return pairs;
}

describe("orient", () => {
  it("sorts both ways what comes by user, by item, backwards and mixed", () => {
    const byUser = checkered(160, 250);
    const byItem = byUser.toSorted((a, b) => a[1] - b[1]);
    const mixed = byUser.map((_, n) => byUser[(n * 7919) % byUser.length]!);
    expect(byUser.length).toBeGreaterThan(SLICE);
    for (const given of [byUser, byItem, byUser.toReversed(), mixed])
      expectSorted(given, oriented(given, 160, 250));
  });

  it("sorts any pairs", () => {
    const pair = fc.tuple(fc.nat({ max: 6 }), fc.nat({ max: 6 }), fc.integer({ min: -9, max: 9 }));
    const pairs = fc.uniqueArray(pair, { minLength: 1, maxLength: 40, selector: ([u, i]) => 7 * u + i });
    fc.assert(fc.property(pairs, (given) => expectSorted(given, oriented(given, 7, 7))));
  });

  it("lets go of the triples where no pair came twice, and keeps them for the message where one did", () => {
    expect(oriented(checkered(4, 4), 4, 4).triples.count).toBe(0);
    const triples = new Triples();
    for (const [user, item, value] of [...checkered(4, 4), [2, 2, 1] as const])
      triples.push(user, item, value, undefined, undefined);
    expect(() => runNow(orient(triples, 4, 4, "error", REFUSE))).toThrow("repeated 2 2");
    expect(triples.positionsOf(2, 2)).toEqual([5, 8]);
  });

  it("does not take for a repetition what the last item ended with", () => {
    const given: Triple[] = [
      [1, 0, 3],
      [1, 1, 4],
      [0, 1, 5],
    ];
    expectSorted(given, oriented(given, 2, 2));
  });
});
