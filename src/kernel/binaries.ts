import relaxed from "../../build/wasm/relaxed.wasm";
import relaxedShared from "../../build/wasm/relaxed-shared.wasm";
import simd from "../../build/wasm/simd.wasm";
import simdShared from "../../build/wasm/simd-shared.wasm";

/** The four builds of the kernels: {plain, relaxed SIMD} × {a memory of its own, shared memory}. */
export type BuildName = "simd" | "relaxed" | "simd-shared" | "relaxed-shared";

const BASE64: Record<BuildName, string> = {
  simd,
  relaxed,
  "simd-shared": simdShared,
  "relaxed-shared": relaxedShared,
};

/** The binary of a build. */
export function binary(name: BuildName): Uint8Array<ArrayBuffer> {
  const text = atob(BASE64[name]);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
