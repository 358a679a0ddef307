import { expect } from "vitest";
import type { ModelSvd } from "../../src/model/index.js";
import { type Matrix, product, transposed, transposedProduct } from "../reference/procrustes.js";
import { scaledColumns } from "../reference/random-matrix.js";
import { largest, referenceSvd } from "../reference/svd.js";

/** What values and products are held to, relative to the largest value. */
export const CLOSE = 1e-10;

/**
 * Holds what `svd()` says of a model to what R̂ is: every clause of its contract.
 *
 * @param r R̂ without μ and biases
 * @param orthonormal how far the axes that exist may be from orthonormal
 */
export function expectSvd(svd: ModelSvd, r: Matrix, orthonormal: number = 1e-12): void {
  const users = sideOf(svd, "users");
  const items = sideOf(svd, "items");
  expect([users.rows, items.rows]).toEqual([r.rows, r.columns]);
  const reference = referenceSvd(r).values;
  const top = reference[0]!;
  // Told as shares of σ₁, so that nothing under- or overflows at any scale of R̂.
  const shares = top === 0 ? svd.values : svd.values.map((value) => value / top);
  expectValues(
    svd,
    shares,
    reference.map((value) => value / top),
  );
  expectShares(svd, shares);
  expectAxes(svd, users, orthonormal);
  expectAxes(svd, items, orthonormal);
  expectSigns(svd, items);
  if (top === 0) return;
  const back = product(scaledColumns(users, shares), transposed(items));
  const off = largest(back.values.map((value, at) => value - r.values[at]! / top));
  expect(off, "P S Qᵀ − W Uᵀ, ÷ σ₁").toBeLessThanOrEqual(CLOSE);
}

function sideOf(svd: ModelSvd, side: "users" | "items"): Matrix {
  const { rows, factors, values } = svd[side];
  expect(values).toBeInstanceOf(Float64Array);
  expect(values).toHaveLength(rows * factors);
  expect(factors).toBe(svd.values.length);
  return { rows, columns: factors, values: Float64Array.from(values) };
}

function expectValues(
  { values, rank, tolerance }: ModelSvd,
  shares: Float64Array,
  reference: Float64Array,
): void {
  expect(values).toBeInstanceOf(Float64Array);
  expect(tolerance).toBeGreaterThanOrEqual(0);
  expect(rank).toBe(values.filter((value) => value > 0).length);
  for (const [k, value] of values.entries()) {
    const label = `value ${k + 1} of ${values.length}`;
    expect(value === 0 || value > tolerance, `${label}: ${value} at tolerance ${tolerance}`).toBe(true);
    expect(value, label).toBeLessThanOrEqual(values[k - 1] ?? Infinity);
    if (reference[0]! > 0)
      expect(Math.abs(shares[k]! - (reference[k] ?? 0)), label).toBeLessThanOrEqual(CLOSE);
    else expect(value, label).toBe(0);
  }
}

/** Energy and effective rank are those of the values. */
function expectShares({ energy, effectiveRank, rank }: ModelSvd, shares: Float64Array): void {
  expect(energy).toHaveLength(shares.length);
  if (rank === 0) {
    expect([...energy].every((share) => share === 0)).toBe(true);
    expect(Number.isFinite(effectiveRank)).toBe(true);
    return;
  }
  const squares = shares.reduce((sum, share) => sum + share * share, 0);
  for (const [k, share] of shares.entries()) expect(energy[k]).toBeCloseTo((share * share) / squares, 12);
  expect(energy.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const entropy = shares.reduce(
    (sum, share) => sum - (share > 0 ? (share / total) * Math.log(share / total) : 0),
    0,
  );
  expect(effectiveRank / Math.exp(entropy)).toBeCloseTo(1, 9);
}

/** Orthonormal columns where there is a value, columns of exact zeros where there is none. */
function expectAxes({ values }: ModelSvd, axes: Matrix, orthonormal: number): void {
  const gram = transposedProduct(axes, axes).values;
  const count = values.length;
  let off = 0;
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++) {
      const exists = values[i]! > 0 && values[j]! > 0;
      off = Math.max(off, exists ? Math.abs(gram[i * count + j]! - (i === j ? 1 : 0)) : 0);
    }
  expect(off, "XᵀX − I").toBeLessThanOrEqual(orthonormal);
  const noise = axes.values.findIndex((value, at) => values[at % count] === 0 && value !== 0);
  expect(noise, "something on an axis that does not exist").toBe(-1);
}

/** On each axis the item loading of largest magnitude, the first of those within 1e-8 of it, is positive. */
function expectSigns({ values }: ModelSvd, items: Matrix): void {
  for (const [k, value] of values.entries()) {
    if (value === 0) continue;
    const loadings = Float64Array.from(
      { length: items.rows },
      (_, row) => items.values[row * items.columns + k]!,
    );
    const most = largest(loadings);
    const first = loadings.find((loading) => Math.abs(loading) >= most * (1 - 1e-8));
    expect(first, `axis ${k + 1}`).toBeGreaterThan(0);
  }
}
