import { expect } from "vitest";
import type { Model } from "../../src/index.js";
import { solveDense } from "../reference/matrix.js";
import { solveNonnegative } from "../reference/nonnegative.js";
import { type RatedPair, type RowLoss, rowQuadratic } from "../reference/quadratic.js";

export interface RowRating {
  /** Its index on the other side; behind the end of it, somebody of whom nothing is known: zeros. */
  readonly other: number;
  readonly value: number;
  readonly weight?: number;
}

interface Confidence {
  readonly alpha: number;
  readonly form: "linear" | "log";
  readonly offset: 0 | 1;
}

/** The loss of a row of some ratings beside the other side as a model of ALS has it, by the formulas of the papers. */
export function lossOfRow(
  model: Model<string, string>,
  which: "users" | "items",
  rows: readonly RowRating[],
): RowLoss {
  const { options } = model;
  const regularization = options["regularization"] as { users: number; items: number; biases: number };
  const scaling = options["scaling"] as number;
  const unobserved = options["unobservedWeight"] as number | undefined;
  const confidence = options["confidence"] as Confidence | undefined;
  const { values, rows: count, factors } = model.copyFactors(which === "users" ? "items" : "users");
  const biases =
    which === "users"
      ? Array.from(model.items, (id) => model.itemBias(id))
      : Array.from(model.users, (id) => model.userBias(id));
  const pair = ({ other, value, weight = 1 }: RowRating): RatedPair => {
    const column = Math.min(other, count);
    if (confidence === undefined) return { column, weight, preference: value };
    const size = confidence.form === "log" ? Math.log(1 + value) : Math.abs(value);
    return {
      column,
      weight: weight * (confidence.offset + confidence.alpha * size),
      preference: value > 0 ? 1 : 0,
    };
  };
  return {
    fixed: [
      ...Array.from({ length: count }, (_, row) =>
        Float64Array.from(values.subarray(row * factors, (row + 1) * factors)),
      ),
      new Float64Array(factors),
    ],
    allRows: count,
    offsets: [...biases, 0].map((bias) => model.mean + bias),
    pairs: rows.map(pair),
    allPairs: confidence === undefined ? 0 : (unobserved ?? 1),
    observedBase: confidence === undefined || unobserved !== undefined ? 0 : 1,
    lambda: rescaled(model) * regularization[which] * (rows.length + (unobserved ?? 0) * count) ** scaling,
    biasLambda: options["biases"] === "full" ? regularization.biases : undefined,
  };
}

/** What λ is multiplied with for `scalingStar`, from what the model says that users rated. */
function rescaled(model: Model<string, string>): number {
  const { options, userCount, itemCount } = model;
  const meant = options["scalingStar"] as number | undefined;
  if (meant === undefined) return 1;
  const unobserved = (options["unobservedWeight"] as number | undefined) ?? 0;
  const byItem = new Map<string, number>(Array.from(model.items, (item) => [item, 0]));
  const byUser = Array.from(model.users, (user) => {
    const rated = model.ratedItems(user);
    for (const { item } of rated) byItem.set(item, byItem.get(item)! + 1);
    return rated.length;
  });
  const total = (power: number): number =>
    byUser.reduce((sum, n) => sum + (n + unobserved * itemCount) ** power, 0) +
    [...byItem.values()].reduce((sum, n) => sum + (n + unobserved * userCount) ** power, 0);
  return total(meant) / total(options["scaling"] as number);
}

/** The factors and the bias of the row, by dense elimination; zeros for a row of no ratings. */
export function solvedRow(
  model: Model<string, string>,
  which: "users" | "items",
  rows: readonly RowRating[],
): { readonly factors: Float64Array; readonly bias: number } {
  if (rows.length === 0) return { factors: new Float64Array(model.factors), bias: 0 };
  const quadratic = rowQuadratic(lossOfRow(model, which, rows));
  if (model.options["solver"] === "nonnegative") return { factors: solveNonnegative(quadratic), bias: 0 };
  const { matrix, right } = quadratic;
  const [solution] = solveDense(matrix, [right]);
  return { factors: solution!.slice(0, model.factors), bias: solution![model.factors] ?? 0 };
}

/** Normwise, relative to the wanted numbers. */
export function near(found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  let difference = 0;
  let size = 0;
  for (let k = 0; k < wanted.length; k++) {
    difference += (found[k]! - wanted[k]!) ** 2;
    size += wanted[k]! ** 2;
  }
  expect(found.length).toBe(wanted.length);
  expect(Math.sqrt(difference)).toBeLessThanOrEqual(tolerance * (1e-6 + Math.sqrt(size)));
}
