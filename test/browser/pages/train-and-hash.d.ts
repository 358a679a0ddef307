/** What came of the fit. */
export interface HashedFit {
  readonly hash: string;
  readonly isolated: boolean;
  readonly build: string;
  readonly rmse: number;
}

export function trainAndHash(
  library: typeof import("../../../src/index.js"),
  precision: "float32" | "float64",
): Promise<HashedFit>;
