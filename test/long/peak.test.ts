import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BENCH_OUTPUT } from "../../bench/paths.js";
import { peakBinary } from "../../bench/peak/build.js";
import { PANEL_BYTES, PEAK_FAMILY } from "../../bench/peak/family.js";

const ROWS = PANEL_BYTES / 256;

/** What stands in the loops of each function of a module in text form. */
function loops(text: string): Map<string, string> {
  const functions = new Map<string, string>();
  for (const part of text.split("\n (func $").slice(1)) {
    const name = /^\S*?((?:chain|block)[\dx]+_f\d\d)/.exec(part)?.[1];
    if (name) functions.set(name, part.slice(part.indexOf("loop ")));
  }
  return functions;
}

const count = (text: string, instruction: RegExp): number => [...text.matchAll(instruction)].length;

describe.each([
  { build: "simd", instructions: [/f\d\dx\d\.mul$/gm, /f\d\dx\d\.add$/gm] },
  { build: "relaxed", instructions: [/f\d\dx\d\.relaxed_madd$/gm] },
] as const)("the $build peak kernels", ({ build, instructions }) => {
  test("do all that they are counted to do: the compiler hoists and shares nothing", () => {
    peakBinary(build);
    const functions = loops(readFileSync(join(BENCH_OUTPUT, "peak", `${build}.wat`), "utf8"));
    for (const { name, perTurn } of PEAK_FAMILY) {
      const [shape, unroll] = [name.replace(/x\d+$/, ""), Number(/x(\d+)$/.exec(name)![1])];
      // A block's turn goes over the panel, its loop over `unroll` rows of it.
      const inLoop = shape.startsWith("block") ? (perTurn / ROWS) * unroll : perTurn;
      for (const type of ["f64", "f32"])
        for (const instruction of instructions)
          expect(count(functions.get(`${name}_${type}`)!, instruction), `${name}_${type}`).toBe(inLoop);
    }
  });
});
