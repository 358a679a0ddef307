import type { Method } from "./half-epoch.js";

/** Floating-point operations of a pass over a side: so many a rating, so many a row. What chunks and calls are cut by. */
export interface WorkCost {
  readonly rating: number;
  readonly row: number;
}

/** What solving costs by each method, all passes together. */
export function solvingCost(factors: number, method: Method): WorkCost {
  const square = factors ** 2;
  switch (method.kind) {
    case "cholesky":
      return { rating: square + factors, row: factors ** 3 / 3 + 2 * square };
    case "nonnegative":
      // A few factorizations, each of what remains positive.
      return { rating: square + factors, row: factors ** 3 + 8 * square };
    case "cg":
      return { rating: 4 * factors * (1 + method.steps), row: 2 * square * (1 + method.steps) };
    case "multiply":
      return { rating: 2 * factors, row: 2 * factors };
    case "normal":
      return { rating: 4 * factors, row: 2 * factors };
    case "ials++": {
      const { blockSize } = method;
      return { rating: factors * (blockSize + 5), row: 2 * square + (factors * blockSize ** 2) / 3 };
    }
  }
}

/** What a row of the fixed side costs in the sums over all of them. */
export function gramianCost(factors: number): number {
  return factors * (factors + 1);
}

/** What residuals cost. */
export function residualCost(factors: number): WorkCost {
  return { rating: 2 * factors, row: 0 };
}
