import base64 from "../../build/wasm/simd.wasm";
import shared from "../../build/wasm/simd-shared.wasm?changes";
import { decode } from "./inlined-binary.js";

/** The four builds of the kernels: {plain, relaxed SIMD} × {a memory of its own, shared memory}. */
export type BuildName = "simd" | "relaxed" | "simd-shared" | "relaxed-shared";

/** The binary of a build. */
export async function binary(name: BuildName): Promise<Uint8Array<ArrayBuffer>> {
  const forSharedMemory = name.endsWith("-shared");
  if (name.startsWith("simd")) return decode({ base64, shared }, forSharedMemory);
  const { RELAXED } = await import("./relaxed-binary.js");
  return decode(RELAXED, forSharedMemory);
}
