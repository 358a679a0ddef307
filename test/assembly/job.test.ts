import { beforeAll, describe, expect, it } from "vitest";
import choleskySource from "../../assembly/cholesky.ts?raw";
import jobSource from "../../assembly/job.ts?raw";
import listJobSource from "../../assembly/list-job.ts?raw";
import { JOB_BYTES, JobFlag, type RowJob, writeJob } from "../../src/kernel/job.js";
import { RowState } from "../../src/kernel/kernels.js";
import { LIST_JOB_BYTES, type ListJob, writeListJob } from "../../src/kernel/lists/job.js";
import { paddedFactors, workspaceBytes } from "../../src/kernel/sizes.js";
import { type Bench, FACTORS, openBenches } from "./builds.js";

const SIZES = { usize: 4, i32: 4, f64: 8 } as const;

/** Fields of a class with the offsets that AssemblyScript gives them: in order, each aligned to its size. */
function assemblyFields(source: string): { name: string; type: keyof typeof SIZES; offset: number }[] {
  const body = /class \w+ \{(.*?)\n\}/s.exec(source)![1]!;
  let offset = 0;
  return [...body.matchAll(/^ {2}(\w+): (\w+);$/gm)].map(([, name, type]) => {
    const size = SIZES[type as keyof typeof SIZES];
    const at = Math.ceil(offset / size) * size;
    offset = at + size;
    return { name: name!, type: type as keyof typeof SIZES, offset: at };
  });
}

/** `export const NAME: i32 = 3;` of a source file. */
function constants(source: string): Record<string, number> {
  const found = source.matchAll(/^export const (\w+): i32 = (\d+);$/gm);
  return Object.fromEntries([...found].map(([, name, value]) => [name!, Number(value)]));
}

let benches: Bench[];
beforeAll(async () => {
  benches = await openBenches(65536);
});

describe("a job", () => {
  it("is written at the offsets at which the kernels read it", () => {
    const fields = assemblyFields(jobSource);
    expect(fields.length).toBeGreaterThan(10);
    const job = Object.fromEntries(fields.map(({ name }, i) => [name, 1_000 + i])) as unknown as RowJob;
    const address = 40;
    const memory = new WebAssembly.Memory({ initial: 1 });
    writeJob(memory, address, job);
    const view = new DataView(memory.buffer, address);
    for (const [i, { name, type, offset }] of fields.entries())
      expect(type === "f64" ? view.getFloat64(offset, true) : view.getUint32(offset, true), name).toBe(
        1_000 + i,
      );
    const last = fields[fields.length - 1]!;
    expect(last.offset + SIZES[last.type]).toBe(JOB_BYTES);
    const bytes = new Uint8Array(memory.buffer);
    expect(bytes.subarray(0, address).every((byte) => byte === 0)).toBe(true);
    expect(bytes.subarray(address + JOB_BYTES).every((byte) => byte === 0)).toBe(true);
  });

  it("over lists is written at the offsets at which the kernels read it", () => {
    const fields = assemblyFields(listJobSource);
    expect(fields.length).toBeGreaterThan(10);
    expect(fields.every(({ type }) => type !== "f64")).toBe(true);
    const job = Object.fromEntries(fields.map(({ name }, i) => [name, 1_000 + i])) as unknown as ListJob;
    const memory = new WebAssembly.Memory({ initial: 1 });
    writeListJob(memory, 40, job);
    const view = new DataView(memory.buffer, 40);
    for (const [i, { name, offset }] of fields.entries())
      expect(view.getUint32(offset, true), name).toBe(1_000 + i);
    expect(4 * fields.length).toBe(LIST_JOB_BYTES);
    for (const { build, kernels } of benches) expect(kernels.listJobBytes(), build).toBe(LIST_JOB_BYTES);
  });

  it("has the size that every build tells", () => {
    for (const { build, kernels } of benches) expect(kernels.jobBytes(), build).toBe(JOB_BYTES);
  });

  it("has the flags and states of the sources", () => {
    const flags = Object.entries(constants(jobSource)).map(([name, value]) => [
      name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]);
    expect(flags.length).toBeGreaterThan(5);
    expect(JobFlag).toEqual(Object.fromEntries(flags));
    const { SOLVED, DOUBTFUL, SINGULAR, NOT_FINITE } = constants(choleskySource);
    expect(RowState).toEqual({
      solved: SOLVED,
      doubtful: DOUBTFUL,
      singular: SINGULAR,
      notFinite: NOT_FINITE,
    });
  });
});

describe("sizes", () => {
  it("are the same in every build and round K up to a block of 4", () => {
    for (const { build, kernels } of benches) {
      expect(kernels.tileRows(), build).toBe(128);
      for (const factors of [...FACTORS, 2_048]) {
        const padded = Math.ceil(factors / 4) * 4;
        expect(kernels.paddedFactors(factors), build).toBe(padded);
        expect(paddedFactors(factors), build).toBe(padded);
        const workspace = kernels.workspaceBytes(factors);
        expect(workspace, build).toBe(workspaceBytes(factors));
        // At least a tile and a matrix in float64, and little more than that.
        const least = (128 * padded + padded * (padded + 2)) * 8;
        expect(workspace).toBeGreaterThan(least);
        expect(workspace).toBeLessThan(least + 5 * (padded * 8 + 64) + 2_048);
        expect(workspace % 64).toBe(0);
        // Rows of factors ≥ 0 have a second matrix in the tile's room, as far as that goes.
        const nonnegative = kernels.workspaceBytes(factors, 1);
        expect(nonnegative, build).toBe(workspaceBytes(factors, true));
        const second = padded * (padded + 2) * 8 + padded * 12;
        const more = Math.max(0, second - 128 * padded * 8);
        expect(nonnegative - workspace).toBeGreaterThanOrEqual(more);
        expect(nonnegative - workspace).toBeLessThan(more + 256);
        expect(nonnegative % 64).toBe(0);
      }
    }
  });
});
