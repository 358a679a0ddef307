import fc from "fast-check";
import { expect, it } from "vitest";
import { compileBuild } from "../../src/kernel/builds.js";
import { createKernels } from "../../src/kernel/kernels.js";
import { layOutFit, MEMORY_LIMIT, type Precision } from "../../src/kernel/layout.js";

it("a layout has each part behind the last, on a cache line, with room for what it holds", async () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const kernels = await createKernels(await compileBuild("simd"), memory);
  fc.assert(
    fc.property(
      fc.constantFrom<Precision>("float32", "float64"),
      fc.integer({ min: 1, max: 2_048 }),
      fc.integer({ min: 1, max: 10_000_000 }),
      fc.integer({ min: 1, max: 10_000_000 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      (precision, factors, userCount, itemCount, biases, threads, nonnegative) => {
        const layout = layOutFit({
          ...{ precision, factors, userCount, itemCount, biases, threads, nonnegative },
        });
        const rowBytes = layout.padded * (precision === "float32" ? 4 : 8);
        const parts = [
          ...layout.lanes.flatMap((lane) => [
            [lane.job, kernels.jobBytes()] as const,
            [lane.workspace, kernels.workspaceBytes(factors, nonnegative ? 1 : 0)] as const,
            [lane.lambdas, 4_096 * 8] as const,
            [lane.starts, 4_097 * 4] as const,
            [lane.columns, 32_768 * 4] as const,
            [lane.values, 32_768 * 8] as const,
            [lane.sums, 4_096 * 24] as const,
            [lane.states, 4_096 * 4] as const,
          ]),
          [layout.users.factors, userCount * rowBytes],
          [layout.items.factors, itemCount * rowBytes],
          [layout.users.lambdas, userCount * 8],
          [layout.items.lambdas, itemCount * 8],
          [layout.rowSums, Math.max(userCount, itemCount) * 24],
          ...(biases
            ? [[layout.users.biases, userCount * 8] as const, [layout.items.biases, itemCount * 8] as const]
            : []),
        ] as const;
        expect(layout.lanes).toHaveLength(threads);
        const sorted = [...parts].sort(([a], [b]) => a - b);
        let end = 1;
        for (const [address, bytes] of sorted) {
          expect(address % 64).toBe(0);
          expect(address).toBeGreaterThanOrEqual(end);
          end = address + bytes;
        }
        expect(layout.bytes).toBeGreaterThanOrEqual(end);
        expect(layout.bytes).toBeLessThan(end + 64);
        if (!biases) expect([layout.users.biases, layout.items.biases]).toEqual([0, 0]);
      },
    ),
    { numRuns: 200 },
  );
  expect(MEMORY_LIMIT).toBe(4 * 2 ** 30 - 64);
});
