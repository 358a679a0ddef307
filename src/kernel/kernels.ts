import { instantiate, instantiateSync } from "@assemblyscript/loader";
import { AlternantError } from "../errors.js";

/**
 * What a kernel binary exports: the typed twin of assembly/index.ts. All arguments are numbers: addresses are bytes from
 * the start of the memory, matrices are row-major, and `padded` is K rounded up to a multiple of 4, the added columns
 * being zero. A suffix names the precision; Wide is float32 factors with float64 arithmetic. Kernels check nothing.
 */
export interface Kernels {
  /** ABI version · 256 + 2 if for shared memory + 1 if relaxed. */
  build(): number;
  jobBytes(): number;
  listJobBytes(): number;
  /** Ratings that are gathered at a time at most: a row cut elsewhere than at a multiple would round differently. */
  tileRows(): number;
  paddedFactors(factors: number): number;
  /** Scratch that one lane needs, in bytes; for factors ≥ 0 where `nonnegative` is 1. */
  workspaceBytes(factors: number, nonnegative?: 0 | 1): number;

  /** Solves a job's rows (src/kernel/job.ts); returns how many are not solved, their states say why. */
  solveRows32(job: number): number;
  solveRows64(job: number): number;
  solveRowsWide(job: number): number;
  /** The same by conjugate gradient, from where rows stand. */
  conjugateRows32(job: number): number;
  conjugateRows64(job: number): number;
  /** The same by blocks of factors, one after the other, from where rows stand. */
  blockRows32(job: number): number;
  blockRows64(job: number): number;
  /** The same among factors ≥ 0. */
  nonnegativeRows32(job: number): number;
  nonnegativeRows64(job: number): number;
  nonnegativeRowsWide(job: number): number;
  /** Rows become the ratings' matrix times the fixed side (assembly/multiply.ts); returns 0. */
  multiplyRatings32(job: number): number;
  multiplyRatings64(job: number): number;
  /** Rows' shares of RᵀR times the fixed side are added to rows at `solved` (assembly/normal.ts); returns 0. */
  multiplyNormal32(job: number): number;
  multiplyNormal64(job: number): number;
  /** out (float64) = the sum of `count` stretches of `numbers` (a multiple of 4), `slotBytes` apart. */
  sumSlots32(slots: number, slotBytes: number, count: number, numbers: number, out: number): void;
  sumSlots64(slots: number, slotBytes: number, count: number, numbers: number, out: number): void;
  /** Σ c(p − ŷ)² and Σŷ² of a job's rows over their ratings, as they stand. */
  sumResiduals32(job: number): void;
  sumResiduals64(job: number): void;
  /** Σuuᵀ, and sums for biases, over a job's rows at `fixed`, into `base` (assembly/base.ts). */
  sumGramian32(job: number): void;
  sumGramian64(job: number): void;

  /** Upper triangle of A = (`first` is 1) or += (0) Σ u uᵀ over a tile of `rows` × `padded`; rows of A hold 16 bytes more. */
  gram32(tile: number, rows: number, tileBytes: number, padded: number, a: number, first: number): void;
  gram64(tile: number, rows: number, tileBytes: number, padded: number, a: number, first: number): void;
  /** A = RᵀR in place, with two right-hand sides behind the columns; 1/r_jj on the diagonal; returns a {@link RowState}. */
  factor32(a: number, padded: number, diagonal: number, check: number, unknowns: number): number;
  factor64(a: number, padded: number, diagonal: number, check: number, unknowns: number): number;
  /** x = R⁻¹z. */
  backSubstitute32(a: number, padded: number, z: number, x: number): void;
  backSubstitute64(a: number, padded: number, z: number, x: number): void;

  /** wᵀu in float64, never fused. */
  dot32(w: number, u: number, padded: number): number;
  dot64(w: number, u: number, padded: number): number;
  /** out (`rows` × `columns`, float64) = W Uᵀ for consecutive rows of W and U. */
  scoreBlock32(w: number, rows: number, u: number, columns: number, padded: number, out: number): void;
  scoreBlock64(w: number, rows: number, u: number, columns: number, padded: number, out: number): void;

  /** out (rows rounded up to 6, × q) = (`first` is 1) or += (0) XᵀY of tall float64 matrices (assembly/tall.ts). */
  crossProduct(
    x: number,
    xBytes: number,
    p: number,
    y: number,
    yBytes: number,
    q: number,
    rows: number,
    out: number,
    outBytes: number,
    first: 0 | 1,
    scratch: number,
  ): void;
  /** Y = or += X·C, C packed; rows are rounded up to 6, and Y may be X. */
  tallProduct(
    x: number,
    xBytes: number,
    p: number,
    c: number,
    q: number,
    y: number,
    yBytes: number,
    rows: number,
    first: 0 | 1,
    scratch: number,
  ): void;
  /** Turns row p of X against rows `from` … `to` − 1 until they are orthogonal, rows of V with them; returns how many were. */
  turnRows(
    x: number,
    xBytes: number,
    v: number,
    vBytes: number,
    p: number,
    from: number,
    to: number,
    tolerance: number,
  ): number;

  /** Takes a job's users through some panels of items (src/kernel/lists/job.ts), for their best items or targets' ranks. */
  sweepItems32(job: number): void;
  sweepItems64(job: number): void;
}

/** What became of a row: assembly/cholesky.ts has the same numbers. */
export const RowState = {
  solved: 0,
  /** float32 could not vouch for a pivot: to be solved again in float64. */
  doubtful: 1,
  singular: 2,
  notFinite: 3,
} as const;

/** The version of exports, job fields, layouts and lanes' messages that this code knows. */
export const ABI = 5;

/** The same at once, of a module that this package has compiled. */
export function createKernelsNow(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return instantiateSync<Kernels & Record<string, unknown>>(module, { env: { memory } }).exports;
}

/**
 * An instance of a compiled kernel module over a memory. The one place that uses AssemblyScript's loader.
 *
 * @throws AlternantError "not-supported" for a module that is not ours, of another version or of another kind of memory
 */
export async function createKernels(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Promise<Kernels> {
  let kernels: Kernels;
  try {
    const { exports } = await instantiate<Kernels & Record<string, unknown>>(module, { env: { memory } });
    kernels = exports;
    if (typeof kernels.build !== "function") throw new Error("it exports no build()");
  } catch (cause) {
    throw new AlternantError(
      "not-supported",
      `The WebAssembly module is not an Alternant kernel for this kind of memory: ${(cause as Error).message}. Use the module that this version of the package exports as "alternant/simd.wasm".`,
      { cause },
    );
  }
  const version = kernels.build() >> 8;
  if (version !== ABI)
    throw new AlternantError(
      "not-supported",
      `The WebAssembly module has kernel interface ${version}, this version of the package needs ${ABI}. Use the .wasm file of the same version.`,
    );
  return kernels;
}
