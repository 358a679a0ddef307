import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planChunks } from "../../../src/kernel/chunks.js";
import { solvingCost } from "../../../src/kernel/work.js";
import { createYielder } from "../../../src/yield.js";

/** Work of a chunk at most, unless one row has more; src/kernel/chunks.ts. */
const LARGEST = 2e8;

function startsOf(counts: readonly number[]): Float64Array {
  const starts = new Float64Array(counts.length + 1);
  counts.forEach((count, row) => {
    starts[row + 1] = starts[row]! + count;
  });
  return starts;
}

describe("the chunks of a side", () => {
  it("take every row once, the most work first, none more than a lane should hold at a time", async () => {
    const counts = fc.array(fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 200_000 })), {
      minLength: 1,
      maxLength: 400,
    });
    await fc.assert(
      fc.asyncProperty(
        counts,
        fc.integer({ min: 1, max: 2_048 }),
        fc.integer({ min: 1, max: 256 }),
        async (counts, factors, lanes) => {
          const cost = solvingCost(factors, { kind: "cholesky" });
          const chunks = await planChunks(startsOf(counts), cost, lanes, createYielder());
          const pairs = Array.from({ length: chunks.length / 2 }, (_, i) => [
            chunks[2 * i]!,
            chunks[2 * i + 1]!,
          ]);
          const inOrder = [...pairs].sort(([a], [b]) => a! - b!);
          expect(inOrder.map(([from]) => from)).toEqual([0, ...inOrder.slice(0, -1).map(([, to]) => to)]);
          expect(inOrder.at(-1)![1]).toBe(counts.length);
          const works = pairs.map(([from, to]) =>
            counts.slice(from, to).reduce((sum, count) => sum + count * cost.rating + cost.row, 0),
          );
          works.forEach((work, i) => {
            if (i > 0) expect(work).toBeLessThanOrEqual(works[i - 1]! * (1 + 1e-12));
            const [from, to] = pairs[i]!;
            if (to! - from! > 1) expect(work).toBeLessThanOrEqual(LARGEST);
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  it("become small at the end, so that lanes end together", async () => {
    const counts = Array.from({ length: 100_000 }, () => 150);
    const cost = solvingCost(64, { kind: "cholesky" });
    const chunks = await planChunks(startsOf(counts), cost, 4, createYielder());
    const rows = Array.from({ length: chunks.length / 2 }, (_, i) => chunks[2 * i + 1]! - chunks[2 * i]!);
    expect(rows[0]! * (150 * cost.rating + cost.row)).toBeGreaterThan(LARGEST / 2);
    expect(rows.at(-1)! * (150 * cost.rating + cost.row)).toBeLessThan(5e6);
  });
});
