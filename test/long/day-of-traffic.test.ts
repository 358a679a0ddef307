import { expect, it } from "vitest";
import { runChild } from "./child.js";

/** What the child tells; bytes, and numbers of what it says. */
interface Told {
  readonly counts: Record<string, number>;
  readonly surprises: readonly string[];
  readonly surprising: number;
  readonly cacheLimit: number;
  readonly cacheMost: number;
  readonly refreshes: number;
  readonly newUsers: number;
  readonly newItems: number;
  readonly hits: number;
  readonly atFirst: number;
  readonly atLast: number;
  readonly wrong: number;
  readonly rated: number;
  readonly sameBits: boolean;
  readonly moved: boolean;
}

it("a day of 200,000 operations, one in twenty of them wrong, leaves a live model as sound as a batch would", async () => {
  const told = await runChild<Told>("day-child.ts");
  const { counts, atFirst, atLast, cacheLimit } = told;
  console.log(JSON.stringify(told));
  expect(told.surprises).toEqual([]);
  expect(told.surprising).toBe(0);
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(200_000);
  expect(counts["bad"]).toBeGreaterThan(9_000);
  for (const name of ["set", "replace", "remove", "foldIn", "recommend"])
    expect(counts[name], name).toBeGreaterThan(10_000);
  expect(counts["snapshot"]).toBeGreaterThan(50);
  expect(told.refreshes).toBe(2);
  expect(told.newUsers).toBeGreaterThan(100);
  expect(told.newItems).toBeGreaterThan(50);
  expect(told.wrong).toBe(0);
  expect(told.sameBits).toBe(true);
  expect(told.moved).toBe(true);
  expect(told.hits).toBeGreaterThan(10_000);
  expect(told.cacheMost).toBeLessThanOrEqual(cacheLimit);
  expect(told.cacheMost).toBeGreaterThan(cacheLimit / 2);
  // Beside the cache: rows solved since the last refresh, edits, and the twin's 100,000 new keys.
  expect(atLast - atFirst).toBeLessThan(cacheLimit + 150e6);
});
