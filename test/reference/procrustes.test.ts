import { expect, it } from "vitest";
import { seededRandom } from "../../src/random.js";
import { type Matrix, procrustes, product, transposedProduct } from "./procrustes.js";

function randomMatrix(rows: number, columns: number, seed: number): Matrix {
  const random = seededRandom(seed, "test");
  return { rows, columns, values: Float64Array.from({ length: rows * columns }, () => random.unit() - 0.5) };
}

it("finds the rotation that a matrix was turned by", () => {
  const from = randomMatrix(200, 8, 1);
  // Q of a Procrustes problem between random matrices is some matrix with orthonormal columns.
  const rotation = procrustes(randomMatrix(50, 8, 2), randomMatrix(50, 3, 3));
  const gram = transposedProduct(rotation, rotation);
  for (let i = 0; i < 3; i++)
    for (let j = 0; j < 3; j++) expect(gram.values[i * 3 + j]).toBeCloseTo(i === j ? 1 : 0, 12);
  // The full rotation is needed: with 8 columns on both sides nothing is lost.
  const full = procrustes(randomMatrix(50, 8, 4), randomMatrix(50, 8, 5));
  const found = procrustes(from, product(from, full));
  for (let i = 0; i < full.values.length; i++) expect(found.values[i]).toBeCloseTo(full.values[i]!, 10);
});
