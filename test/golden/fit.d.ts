type Library = Pick<typeof import("../../src/index.js"), "ALS" | "Ratings">;
type Engine = import("../../src/index.js").Engine;
type Ratings = import("../../src/index.js").Ratings<number, number>;
type Precision = "float64" | "float32";

export interface GoldenCase {
  /** Fits on the shared engine where there is none. */
  readonly engine?: Engine | undefined;
  readonly precision: Precision;
  readonly factors: number;
}

/** By precision, then by the number of factors. */
export type GoldenHashes = Record<Precision, Record<string, string>>;

export const FACTORS: readonly number[];
export const PRECISIONS: readonly Precision[];
export function goldenRatings(library: Library): Ratings;
export function goldenHash(library: Library, golden: GoldenCase): Promise<string>;
export function goldenHashes(library: Library, engine?: Engine): Promise<GoldenHashes>;
