// Least squares among x ≥ 0 by Lawson and Hanson's active set (Solving Least Squares Problems, 1974, chapter 23), on normal
// equations and dense: one factor at a time becomes positive, and the loss falls with each.
import { solveDense } from "./matrix.js";
import { gradient, type Quadratic } from "./quadratic.js";

/** The x ≥ 0 with the least xᵀAx − 2gᵀx of a positive definite A. */
export function solveNonnegative(quadratic: Quadratic): Float64Array {
  const { matrix, right } = quadratic;
  const size = right.length;
  const small = 1e-13 * Math.max(...right.map(Math.abs));
  const x = new Float64Array(size);
  let positive: number[] = [];
  for (let round = 0; round < 10 * size + 10; round++) {
    const pull = gradient(quadratic, x);
    const idle = Array.from({ length: size }, (_, k) => k).filter((k) => !positive.includes(k));
    const steepest = idle.reduce((best, k) => (pull[k]! < pull[best]! ? k : best), idle[0] ?? 0);
    if (idle.length === 0 || pull[steepest]! >= -small) return x;
    positive.push(steepest);
    for (;;) {
      const system = positive.map((k) => Float64Array.from(positive, (l) => matrix[k]![l]!));
      const [wanted] = solveDense(system, [positive.map((k) => right[k]!)]);
      // As far as every positive factor stays so.
      const share = positive.reduce(
        (least, k, i) => (wanted![i]! > 0 ? least : Math.min(least, x[k]! / (x[k]! - wanted![i]!))),
        1,
      );
      positive.forEach((k, i) => {
        x[k]! += share * (wanted![i]! - x[k]!);
        if (share < 1 && x[k]! <= 1e-15 * Math.abs(wanted![i]!)) x[k] = 0;
      });
      if (share === 1) break;
      positive = positive.filter((k) => x[k]! > 0);
    }
  }
  throw new Error("the active set did not settle");
}
