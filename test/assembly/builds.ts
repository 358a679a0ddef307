import type { BuildName } from "../../src/kernel/binaries.js";
import { compileBuild } from "../../src/kernel/builds.js";
import { createKernels, type Kernels } from "../../src/kernel/kernels.js";
import { Arena } from "./arena.js";

export const BUILDS: readonly BuildName[] = ["simd", "simd-shared", "relaxed", "relaxed-shared"];

/** A build's kernels over an arena. */
export interface Bench {
  readonly build: BuildName;
  readonly arena: Arena;
  readonly kernels: Kernels;
}

export async function openBench(build: BuildName, bytes: number, base: number = 0): Promise<Bench> {
  const arena = new Arena(bytes, build.endsWith("-shared"), base);
  return { build, arena, kernels: await createKernels(await compileBuild(build), arena.memory) };
}

/** All four builds, each over a memory of its own. */
export function openBenches(bytes: number): Promise<Bench[]> {
  return Promise.all(BUILDS.map((build) => openBench(build, bytes)));
}

/** Precision of factors in memory and of arithmetic; "wide" is float32 factors with float64 arithmetic. */
export type KernelPrecision = "float64" | "float32" | "wide";

interface PrecisionFacts {
  readonly factorBytes: 4 | 8;
  /** Unit roundoff of the arithmetic. */
  readonly unit: number;
  /** Unit roundoff of the factors as they are stored. */
  readonly stored: number;
}

export const PRECISIONS: Readonly<Record<KernelPrecision, PrecisionFacts>> = {
  float64: { factorBytes: 8, unit: 2 ** -53, stored: 2 ** -53 },
  float32: { factorBytes: 4, unit: 2 ** -24, stored: 2 ** -24 },
  wide: { factorBytes: 4, unit: 2 ** -53, stored: 2 ** -24 },
};

/** K, every residue of every block width and at least three turns of every loop. */
export const FACTORS: readonly number[] = [
  ...Array.from({ length: 33 }, (_, i) => i + 1),
  ...[47, 48, 49, 63, 64, 65, 127, 128, 200, 513],
];
