import base64 from "../../build/wasm/relaxed.wasm";
import shared from "../../build/wasm/relaxed-shared.wasm?changes";
import type { InlinedBinary } from "./inlined-binary.js";

/** In a module of its own, which is loaded when relaxed arithmetic is asked for. */
export const RELAXED: InlinedBinary = { base64, shared };
