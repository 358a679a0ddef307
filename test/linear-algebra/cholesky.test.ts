import { describe, expect, it } from "vitest";
import { factorCholesky, substituteBack, substituteForward } from "../../src/linear-algebra/cholesky.js";
import { seededRandom } from "../../src/random.js";
import { solveDense } from "../reference/matrix.js";

/** XᵀX + shift·I of a random X with `rows` rows, its upper triangle spoilt. */
function problem(seed: number, size: number, rows: number, shift: number) {
  const random = seededRandom(seed, "test");
  const x = Array.from({ length: rows }, () => Array.from({ length: size }, () => 2 * random.unit() - 1));
  const full = Array.from({ length: size }, (_, i) =>
    Float64Array.from({ length: size }, (_, j) =>
      x.reduce((sum, row) => sum + row[i]! * row[j]!, i === j ? shift : 0),
    ),
  );
  const lower = new Float64Array(size * size).fill(Number.NaN);
  for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) lower[i * size + j] = full[i]![j]!;
  const right = Float64Array.from({ length: size }, () => 2 * random.unit() - 1);
  return { full, lower, right };
}

describe("the small Cholesky factorization", () => {
  it.each([1, 2, 3, 7, 16, 33])(
    "solves systems of %i unknowns as elimination does, of the lower triangle alone",
    (size) => {
      const { full, lower, right } = problem(size, size, size + 5, 0.1);
      const [wanted] = solveDense(full, [right]);
      expect(factorCholesky(lower, size)).toBe(true);
      const solution = right.slice();
      substituteForward(lower, size, solution);
      substituteBack(lower, size, solution);
      for (let k = 0; k < size; k++) expect(solution[k]!).toBeCloseTo(wanted![k]!, 9);
    },
  );

  it("puts a factor whose square is the matrix in its place", () => {
    const size = 6;
    const { full, lower } = problem(3, size, 9, 0.01);
    factorCholesky(lower, size);
    for (let i = 0; i < size; i++)
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k <= j; k++) sum += lower[i * size + k]! * lower[j * size + k]!;
        expect(sum).toBeCloseTo(full[i]![j]!, 12);
      }
  });

  it.each([
    ["too few rows", 5, 4, 0],
    ["a negative diagonal", 4, 9, -30],
  ])("refuses what is not positive definite: %s", (_, size, rows, shift) => {
    for (let seed = 1; seed <= 50; seed++)
      expect(factorCholesky(problem(seed, size, rows, shift).lower, size)).toBe(false);
  });

  it("refuses what is not finite", () => {
    expect(factorCholesky(Float64Array.of(1, 0, Number.NaN, 1), 2)).toBe(false);
    expect(factorCholesky(Float64Array.of(0), 1)).toBe(false);
  });
});
