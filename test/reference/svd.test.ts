import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/random.js";
import { type Matrix, product, transposed, transposedProduct } from "./procrustes.js";
import { randomMatrix, randomOrthonormal, scaledColumns } from "./random-matrix.js";
import { largest, referenceSvd } from "./svd.js";

/** The largest entry of A − B. */
function difference(a: Matrix, b: Matrix): number {
  return largest(a.values.map((value, at) => value - b.values[at]!));
}

function identity(size: number): Matrix {
  const values = Float64Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0));
  return { rows: size, columns: size, values };
}

describe("the reference SVD", () => {
  it.each([
    [7, 5, 1],
    [5, 7, 1],
    [1, 6, 1],
    [6, 1, 1],
    [40, 40, 1],
    [8, 6, 1e150],
    [6, 8, 1e-300],
  ])("finds the values that a %i × %i matrix was made of, times %d", (rows, columns, scale) => {
    const random = seededRandom(rows * 100 + columns, "test");
    const count = Math.min(rows, columns);
    // From 1 down to 1e-10, the first two equal.
    const values = Float64Array.from({ length: count }, (_, k) => 10 ** (-10 * (Math.max(k - 1, 0) / count)));
    const right = transposed(randomOrthonormal(random, columns, count));
    const made = product(scaledColumns(randomOrthonormal(random, rows, count), values), right);
    const a = { ...made, values: made.values.map((value) => value * scale) };
    const found = referenceSvd(a);
    for (let k = 0; k < count; k++)
      expect(Math.abs(found.values[k]! / scale - values[k]!)).toBeLessThan(1e-14);
    const back = product(scaledColumns(found.left, found.values), transposed(found.right));
    expect(difference(back, a) / scale).toBeLessThan(1e-14);
    for (const side of [found.left, found.right])
      expect(difference(transposedProduct(side, side), identity(count))).toBeLessThan(1e-13);
  });

  it("tells zeros of a matrix of zeros and of one of less than full rank", () => {
    const zeros = { rows: 4, columns: 3, values: new Float64Array(12) };
    expect([...referenceSvd(zeros).values]).toEqual([0, 0, 0]);
    const random = seededRandom(3, "test");
    const low = product(randomMatrix(random, 9, 2), randomMatrix(random, 2, 7));
    const { values } = referenceSvd(low);
    expect(values[1]! / values[0]!).toBeGreaterThan(0.01);
    expect(largest(values.subarray(2)) / values[0]!).toBeLessThan(1e-15);
  });
});
