import type { Model } from "../../src/model/index.js";
import type { Vocabulary } from "../../src/ratings/index.js";
import { type Matrix, product, transposedProduct } from "../reference/procrustes.js";
import { scaledColumns } from "../reference/random-matrix.js";
import { type Cells, timesMatrix, transposedCells } from "./problems.js";

/** P, S and Q of a model with factors P√S and Q√S; rows by id, zeros where no rating names it. */
export interface Decomposition {
  readonly values: Float64Array;
  readonly users: Matrix;
  readonly items: Matrix;
}

export function decompositionOf(model: Model<number, number>, { users, items }: Cells): Decomposition {
  const left = byId(model, "users", users);
  const right = byId(model, "items", items);
  const [lefts, rights] = [columnNorms(left), columnNorms(right)];
  const values = lefts.map((norm, k) => norm * rights[k]!);
  const inverse = (norms: Float64Array) => norms.map((norm) => (norm === 0 ? 0 : 1 / norm));
  return {
    values,
    users: scaledColumns(left, inverse(lefts)),
    items: scaledColumns(right, inverse(rights)),
  };
}

function byId(model: Model<number, number>, side: "users" | "items", count: number): Matrix {
  const { factors, values } = model.copyFactors(side);
  const vocabulary: Vocabulary<number> = model[side];
  const all = new Float64Array(count * factors);
  for (const [row, id] of [...vocabulary].entries())
    all.set(values.subarray(row * factors, (row + 1) * factors), id * factors);
  return { rows: count, columns: factors, values: all };
}

/** Lengths of columns, of numbers of any size. */
export function columnNorms({ rows, columns, values }: Matrix): Float64Array {
  return Float64Array.from({ length: columns }, (_, k) => {
    let norm = 0;
    for (let row = 0; row < rows; row++) norm = Math.hypot(norm, values[row * columns + k]!);
    return norm;
  });
}

/** The largest of ‖Aq − σp‖ and ‖Aᵀp − σq‖ over all axes, ÷ σ₁. */
export function residualOf(cells: Cells, { values, users, items }: Decomposition): number {
  const apart = (product: Matrix, other: Matrix): number => {
    const scaled = scaledColumns(other, values);
    const difference = { ...product, values: product.values.map((value, at) => value - scaled.values[at]!) };
    return Math.max(...columnNorms(difference));
  };
  const largest = Math.max(
    apart(timesMatrix(cells, items), users),
    apart(timesMatrix(transposedCells(cells), users), items),
  );
  return largest / values[0]!;
}

/** How far a subspace is from lying within another one: ‖X − B BᵀX‖, for orthonormal X and B. */
export function outside(x: Matrix, basis: Matrix): number {
  const within = product(basis, transposedProduct(basis, x));
  let square = 0;
  for (let at = 0; at < x.values.length; at++) square += (x.values[at]! - within.values[at]!) ** 2;
  return Math.sqrt(square);
}

export function columnsFrom({ rows, columns, values }: Matrix, from: number, to: number): Matrix {
  const width = to - from;
  return {
    rows,
    columns: width,
    values: Float64Array.from(
      { length: rows * width },
      (_, at) => values[Math.floor(at / width) * columns + from + (at % width)]!,
    ),
  };
}
