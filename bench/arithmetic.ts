import type { Precision } from "../src/kernel/index.js";

/** Which binary runs: `simd` multiplies and adds, `relaxed` fuses both where the machine can. */
export type Build = "simd" | "relaxed";

export const BUILDS: readonly Build[] = ["simd", "relaxed"];
export const PRECISIONS: readonly Precision[] = ["float64", "float32"];
export const LANES: Readonly<Record<Precision, number>> = { float64: 2, float32: 4 };
