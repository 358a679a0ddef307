import { beforeAll, describe, expect, it } from "vitest";
import { binary } from "../../src/kernel/binaries.js";
import { ABI } from "../../src/kernel/kernels.js";
import { type Bench, BUILDS, openBenches } from "./builds.js";
import { FIRST_RELAXED, KIND, parseWasm, SECTION } from "./wasm-binary.js";

/** Opcodes of relaxed_madd and relaxed_nmadd, f32x4 and f64x2. */
const MULTIPLY_ADDS = [0x105, 0x106, 0x107, 0x108];

/** What assembly/index.ts exports and src/kernel/kernels.ts declares, and nothing of an allocator's. */
const EXPORTS = [
  ...["build", "jobBytes", "tileRows", "paddedFactors", "workspaceBytes"],
  ...[
    "solveRows32",
    "solveRows64",
    "solveRowsWide",
    "conjugateRows32",
    "conjugateRows64",
    "blockRows32",
    "blockRows64",
  ],
  ...["nonnegativeRows32", "nonnegativeRows64", "nonnegativeRowsWide"],
  ...[
    "multiplyRatings32",
    "multiplyRatings64",
    "multiplyNormal32",
    "multiplyNormal64",
    "sumSlots32",
    "sumSlots64",
    "crossProduct",
    "tallProduct",
    "turnRows",
  ],
  ...["sumResiduals32", "sumResiduals64", "sumGramian32", "sumGramian64"],
  ...["gram32", "gram64", "factor32", "factor64", "backSubstitute32", "backSubstitute64"],
  ...["dot32", "dot64", "scoreBlock32", "scoreBlock64"],
  ...["listJobBytes", "sweepItems32", "sweepItems64"],
].sort();

let benches: Bench[];
beforeAll(async () => {
  benches = await openBenches(65536);
});

it("of shared memory is its twin with few bytes changed", async () => {
  for (const build of ["simd", "relaxed"] as const) {
    const own = await binary(build);
    const shared = await binary(`${build}-shared`);
    const changed = own.filter((byte, at) => shared[at] !== byte).length;
    expect(shared.length).toBe(own.length);
    expect(changed).toBeGreaterThan(0);
    expect(changed).toBeLessThan(5);
  }
});

const binaries = await Promise.all(BUILDS.map(async (build) => [build, await binary(build)] as const));

describe.each(binaries)("the binary %s", (build, bytes) => {
  const wasm = parseWasm(bytes);
  const shared = build.endsWith("-shared");
  const relaxed = build.startsWith("relaxed");

  it("imports a memory with a maximum, of its own kind, and nothing else", () => {
    expect(wasm.imports).toEqual([
      { module: "env", name: "memory", kind: KIND.memory, flags: shared ? 3 : 1, maximum: 65536 },
    ]);
  });

  it("has types, an import, functions and exports, but no table, memory, global, start, elements or data", () => {
    expect(wasm.sections).toEqual([
      SECTION.type,
      SECTION.import,
      SECTION.function,
      SECTION.export,
      SECTION.code,
    ]);
  });

  it("exports the kernels alone", () => {
    expect(wasm.exports.map(({ name }) => name).sort()).toEqual(EXPORTS);
    expect(new Set(wasm.exports.map(({ kind }) => kind))).toEqual(new Set([KIND.function]));
  });

  it(`holds ${relaxed ? "relaxed multiply-adds" : "no relaxed instruction"}`, () => {
    const used = new Set(wasm.vectorOpcodes.flat());
    // Both precisions multiply and add in vectors, so that an empty walk cannot pass for a clean one.
    for (const opcode of [0xe4, 0xe6, 0xf0, 0xf2]) expect(used).toContain(opcode);
    const found = [...used].filter((opcode) => opcode >= FIRST_RELAXED).sort();
    expect(found).toEqual(relaxed ? MULTIPLY_ADDS : []);
  });

  it("tells which build it is", () => {
    const { kernels } = benches.find((bench) => bench.build === build)!;
    expect(kernels.build()).toBe(ABI * 256 + (shared ? 2 : 0) + (relaxed ? 1 : 0));
  });
});

describe("the parser of binaries", () => {
  const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  const withBody = (...instructions: number[]) => {
    const body = [0, ...instructions, 0x0b];
    return new Uint8Array([...header, SECTION.code, body.length + 2, 1, body.length, ...body]);
  };

  it("finds a relaxed instruction behind constants that look like one", () => {
    // f32x4.relaxed_madd is fd 85 02; as bytes of a constant it is none.
    const decoy = [0x44, 0xfd, 0x85, 0x02, 0, 0, 0, 0, 0];
    expect(parseWasm(withBody(...decoy)).vectorOpcodes).toEqual([[]]);
    expect(parseWasm(withBody(...decoy, 0xfd, 0x85, 0x02)).vectorOpcodes).toEqual([[0x105]]);
  });

  it("refuses what it does not know", () => {
    expect(() => parseWasm(withBody(0xfe, 0x00))).toThrow("unknown instruction 0xfe");
    expect(() => parseWasm(withBody(0xfd, 0x94, 0x02))).toThrow("unknown instruction 0xfd 276");
    expect(() => parseWasm(withBody(0x43, 0, 0))).toThrow("past the end");
    expect(() => parseWasm(new Uint8Array(8))).toThrow("not a WebAssembly binary");
  });
});
