import type { Random } from "../../src/random.js";
import type { Matrix } from "./procrustes.js";

/** A matrix of entries in ±1. */
export function randomMatrix(random: Random, rows: number, columns: number): Matrix {
  return {
    rows,
    columns,
    values: Float64Array.from({ length: rows * columns }, () => random.unit() * 2 - 1),
  };
}

/** Orthonormal columns (no more than rows) that point anywhere: Gram–Schmidt, each column twice. */
export function randomOrthonormal(random: Random, rows: number, columns: number): Matrix {
  const { values } = randomMatrix(random, rows, columns);
  for (let c = 0; c < columns; c++) {
    for (let pass = 0; pass < 2; pass++)
      for (let before = 0; before < c; before++) {
        let dot = 0;
        for (let r = 0; r < rows; r++) dot += values[r * columns + before]! * values[r * columns + c]!;
        for (let r = 0; r < rows; r++) values[r * columns + c]! -= dot * values[r * columns + before]!;
      }
    let square = 0;
    for (let r = 0; r < rows; r++) square += values[r * columns + c]! ** 2;
    const length = Math.sqrt(square);
    for (let r = 0; r < rows; r++) values[r * columns + c]! /= length;
  }
  return { rows, columns, values };
}

/** A diag(scales): each column times its scale. */
export function scaledColumns(a: Matrix, scales: ArrayLike<number>): Matrix {
  return { ...a, values: a.values.map((value, at) => value * scales[at % a.columns]!) };
}
