import { describe, expect, it } from "vitest";
import type { Values } from "../../src/ratings/csr.js";
import { LARGEST_SLAB } from "../../src/ratings/slab.js";
import { SLICE } from "../../src/ratings/slices.js";
import { Triples } from "../../src/ratings/triples.js";

const COUNT = 10 * SLICE + 77;

function filled(
  count: number,
  value: (n: number) => number,
  weight: (n: number) => number | undefined = () => undefined,
): Triples {
  const triples = new Triples();
  for (let n = 0; n < count; n++) triples.push(n, 2 * n, value(n), weight(n), undefined);
  return triples;
}

/** One column of all chunks. */
function column(triples: Triples, name: "users" | "items" | "values"): number[] {
  return triples.chunks.flatMap((chunk) => [...chunk[name].subarray(0, chunk.count)]);
}

/** Bytes of all memory that the chunks stand on. */
function bytes(triples: Triples): number {
  const arrays = triples.chunks.flatMap(({ users, items, values }): (Int32Array | Values)[] => [
    users,
    items,
    values,
  ]);
  const buffers = new Set(arrays.map(({ buffer }) => buffer));
  return [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0);
}

describe("Triples", () => {
  it("keeps what it is given, in order, over the borders of chunks and slabs", () => {
    // Some chunks hold a value that single precision does not.
    const value = (n: number): number => (n % (3 * SLICE) === 0 ? n + 0.1 : n / 2);
    const triples = filled(COUNT, value);
    const numbers = Array.from({ length: COUNT }, (_, n) => n);
    expect(triples.count).toBe(COUNT);
    expect(column(triples, "users")).toEqual(numbers);
    expect(column(triples, "items")).toEqual(numbers.map((n) => 2 * n));
    expect(column(triples, "values")).toEqual(numbers.map(value));
    expect(triples.chunks.filter(({ values }) => values instanceof Float32Array).length).toBeGreaterThan(5);
  });

  it("gives each rating its own weight, 1 where a chunk has some and the rating has none", () => {
    const triples = filled(
      SLICE,
      (n) => n,
      (n) => (n === 500 ? 0.1 : n === 100 ? 3 : undefined),
    );
    const weights = triples.chunks.flatMap(({ weights, count }) =>
      weights === undefined ? new Array<number>(count).fill(1) : [...weights.subarray(0, count)],
    );
    expect(weights).toEqual(Array.from({ length: SLICE }, (_, n) => (n === 500 ? 0.1 : n === 100 ? 3 : 1)));
  });

  it("takes 12 bytes a rating, beside one slab at most that is not full and a chunk", () => {
    const count = 2 * LARGEST_SLAB;
    const triples = filled(count, (n) => n % 5);
    expect(bytes(triples)).toBeGreaterThanOrEqual(12 * count);
    expect(bytes(triples)).toBeLessThanOrEqual(12 * (count + LARGEST_SLAB) + 8 * SLICE);
  });

  it("lets go of everything, and may be filled again", () => {
    const triples = filled(COUNT, (n) => n);
    triples.clear();
    expect([triples.count, triples.chunks.length, bytes(triples)]).toEqual([0, 0, 0]);
    triples.push(7, 8, 9, undefined, undefined);
    expect(triples.count).toBe(1);
    expect([column(triples, "users"), column(triples, "items"), column(triples, "values")]).toEqual([
      [7],
      [8],
      [9],
    ]);
  });
});
