import { expect } from "vitest";
import { openRatings } from "../../../src/node/index.js";
import { contentHash } from "../../../src/ratings/content-hash.js";
import type { Ratings } from "../../../src/ratings/index.js";

/** All that a packed file holds, as ratings in memory. */
export async function unpacked(file: string): Promise<Ratings> {
  const packed = await openRatings(file);
  try {
    const loaded = await packed.load();
    expect(packed.contentHash).toBe(await contentHash(loaded));
    return loaded;
  } finally {
    await packed.close();
  }
}

/** That two hold the same, to the order of ids and the kind of arrays. */
export function expectSame(one: Ratings, other: Ratings): void {
  expect([...one.users]).toEqual([...other.users]);
  expect([...one.items]).toEqual([...other.items]);
  for (const side of ["byUser", "byItem"] as const)
    for (const array of ["starts", "columns", "values", "weights"] as const)
      expect(one[side][array], `${side}.${array}`).toEqual(other[side][array]);
  expect(one.timestamps).toEqual(other.timestamps);
  for (const fact of ["mean", "min", "max"] as const) expect(one[fact]).toBe(other[fact]);
}
