import type { RatingsSide } from "../ratings/source.js";
import type { SideLayout } from "./layout.js";

/** How rows are solved. */
export type Method =
  /** Exactly. */
  | { readonly kind: "cholesky" }
  /** By so many steps of conjugate gradient from where they stand, `jacobi` dividing residuals by the system's diagonal. */
  | { readonly kind: "cg"; readonly steps: number; readonly jacobi: boolean }
  /** Exactly for so many factors at a time, from where they stand (iALS++). */
  | { readonly kind: "ials++"; readonly blockSize: number }
  /** Exactly, among factors that are not negative. */
  | { readonly kind: "nonnegative" }
  /**
   * Not at all: a row becomes Σ scale·(r − μ − c_j − b_i)·u_j over its ratings, biases given. That is the ratings' matrix, with
   * zeros where nothing is rated, times the fixed side. Squares of its sums: Σ scale²·(r − μ − c_j − b_i)².
   */
  | { readonly kind: "multiply"; readonly scale: number }
  /** Not at all: RᵀR, of the same matrix, times the fixed side is summed up. */
  | { readonly kind: "normal"; readonly scale: number; readonly shares: NormalShares };

/** Where blocks of consecutive rows sum up what they add to a product with RᵀR: as many rows as the fixed side has, each. */
export interface NormalShares {
  readonly address: number;
  /** Bytes of one block's. */
  readonly bytes: number;
  /** Where each block begins, and the end of the last: by ratings alone, never by threads. */
  readonly bounds: Int32Array;
}

/** Values as preferences over all pairs. A value r counts c = offset + alpha·|r|; a weight, where there is one, is c. */
export interface ImplicitTerms {
  readonly alpha: number;
  readonly offset: number;
  /** β: what every pair weighs, rated or not. */
  readonly allPairs: number;
  /** β₀: how much of that rated pairs do not have beside c. */
  readonly observedBase: number;
}

/** One half of an epoch: all rows of one side, the other side fixed. */
export interface HalfEpoch {
  readonly ratings: RatingsSide;
  readonly solved: SideLayout;
  readonly fixed: SideLayout;
  /** λ_i of each row. */
  readonly lambdas: Float64Array;
  /** λ_b. */
  readonly biasLambda: number;
  /** μ. */
  readonly mean: number;
  readonly method: Method;
  /** Undefined for explicit ratings. */
  readonly implicit: ImplicitTerms | undefined;
}

/** How often a method goes through a row's ratings. */
export function passesOf(method: Method, factors: number): number {
  if (method.kind === "cg") return 1 + method.steps;
  if (method.kind === "normal") return 2;
  return method.kind === "ials++" ? Math.ceil(factors / method.blockSize) : 1;
}

/** `[from, to)` of the rows that one lane has to take together, one after the other; undefined where any cut will do. */
export function fixedChunks(method: Method): Int32Array | undefined {
  if (method.kind !== "normal") return undefined;
  const { bounds } = method.shares;
  return Int32Array.from({ length: 2 * (bounds.length - 1) }, (_, i) => bounds[(i + 1) >> 1]!);
}
