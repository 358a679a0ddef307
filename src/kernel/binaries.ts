import base64 from "../../build/wasm/simd-core.wasm";
import shared from "../../build/wasm/simd-core-shared.wasm?changes";
import { decode } from "./inlined-binary.js";

/** The four builds of the kernels: {plain, relaxed SIMD} × {a memory of its own, shared memory}. */
export type BuildName = "simd" | "relaxed" | "simd-shared" | "relaxed-shared";

/**
 * What of a build is wanted: "core" is enough to train exactly, "whole" has the other solvers and lists too. What is more than
 * the core of default arithmetic is loaded when it is asked for.
 */
export type BuildPart = "core" | "whole";

/** The binary of a build. Relaxed arithmetic has no core of its own: it is the whole. */
export async function binary(name: BuildName, part: BuildPart = "whole"): Promise<Uint8Array<ArrayBuffer>> {
  const forSharedMemory = name.endsWith("-shared");
  if (name.startsWith("relaxed"))
    return decode((await import("./relaxed-binary.js")).RELAXED, forSharedMemory);
  if (part === "core") return decode({ base64, shared }, forSharedMemory);
  return decode((await import("./simd-binary.js")).SIMD, forSharedMemory);
}
