import { AlternantError } from "../errors.js";
import type { HalfEpoch } from "./half-epoch.js";
import { RowState } from "./kernels.js";
import type { UnsolvedRow } from "./unsolved-row.js";

/** The error that a fit ends with: "not-finite" or "not-positive-definite", naming the row by `rowName`. */
export function describeUnsolved(
  { row, state }: Pick<UnsolvedRow, "row" | "state">,
  half: HalfEpoch,
  factors: number,
  rowName: (row: number) => string,
): AlternantError {
  const name = rowName(row);
  const { starts } = half.ratings;
  const count = starts[row + 1]! - starts[row]!;
  const facts = `${count} rating${count === 1 ? "" : "s"}, ${factors} factors, λ = ${half.lambdas[row]}`;
  if (state === RowState.notFinite)
    return new AlternantError(
      "not-finite",
      `${name}: the solution is not finite (${facts}). Its ratings or the factors that it is solved from are too large; raise the regularization or scale the ratings.`,
    );
  return new AlternantError(
    "not-positive-definite",
    `${name}: the normal equations are not positive definite (${facts}), so its factors are not determined. Raise the regularization, or use fewer factors.`,
  );
}
