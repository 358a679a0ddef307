import type { Sliced } from "../../ratings/slices.js";
import { canRun, compileBuild } from "../builds.js";
import type { ListSource } from "./source.js";
import { VectorIndex } from "./vector-index.js";

/** Builds an index. @throws AlternantError "too-large" */
export type IndexBuilder = (source: ListSource & { readonly lengths: Float64Array }) => Sliced<VectorIndex>;

/** What builds indexes, its kernels compiled; undefined where the host has no WebAssembly SIMD, or compiles nothing. */
export async function indexBuilder(): Promise<IndexBuilder | undefined> {
  let module: WebAssembly.Module;
  try {
    if (!(await canRun("simd"))) return undefined;
    module = await compileBuild("simd");
  } catch {
    return undefined;
  }
  return (source) => VectorIndex.build(source, module);
}
