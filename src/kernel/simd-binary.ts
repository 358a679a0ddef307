import base64 from "../../build/wasm/simd.wasm";
import shared from "../../build/wasm/simd-shared.wasm?changes";
import type { InlinedBinary } from "./inlined-binary.js";

/** In a module of its own, which is loaded when more than its core is asked for. */
export const SIMD: InlinedBinary = { base64, shared };
