/** Floating-point operations of a pass over a side: so many a rating, so many a row. What chunks and calls are cut by. */
export interface WorkCost {
  readonly rating: number;
  readonly row: number;
}

/** What solving costs: K(K + 1) a rating, K³/3 and the substitutions a row. */
export function solvingCost(factors: number): WorkCost {
  return { rating: factors * (factors + 1), row: factors ** 3 / 3 + 2 * factors ** 2 };
}

/** What residuals cost. */
export function residualCost(factors: number): WorkCost {
  return { rating: 2 * factors, row: 0 };
}
