import { orthogonalize, type Small, type Tall, type TallMatrices } from "../kernel/tall/index.js";
import { noiseOf, orthonormalize } from "./orthonormal.js";
import { falling, multiply, rowLengths, transpose, zeros } from "./small.js";

/** The singular values of a product of two tall matrices. */
export interface ProductSvd {
  /** Falling; 0 where the product has no further axis. */
  readonly values: Float64Array;
  /** What is not above it is rounding, and told as 0: 4·n·ε times the root of Σ‖w_k‖²‖u_k‖² over the n columns. */
  readonly tolerance: number;
}

/**
 * W Uᵀ = P S Qᵀ of two tall matrices of as many columns, without forming it: both are made orthonormal, and what is left is the
 * decomposition of an n × n matrix. W becomes P and U becomes Q, their columns in the order of the values, zero where a value is 0;
 * signs are whatever they are.
 *
 * @throws AlternantError "aborted", "disposed", "lane-failed"
 */
export async function productSvd(tall: TallMatrices, w: Tall, u: Tall): Promise<ProductSvd> {
  const left = await orthonormalize(tall, w);
  const right = await orthonormalize(tall, u);
  const n = w.columns;
  const core = await multiply(tall, left.factor, transpose(right.factor));
  const { rows, turns } = await orthogonalize(tall, core);
  const lengths = rowLengths(rows);
  const sizes = left.lengths.map((length, k) => length * right.lengths[k]!);
  const tolerance = noiseOf(n) * lengthOf(sizes);
  const values = new Float64Array(n);
  const p = zeros(n, n);
  const q = zeros(n, n);
  falling(lengths).forEach((row, axis) => {
    const value = lengths[row]!;
    if (!(value > tolerance)) return;
    values[axis] = value;
    for (let k = 0; k < n; k++) {
      p.values[k * n + axis] = turns.values[row * n + k]!;
      q.values[k * n + axis] = rows.values[row * n + k]! / value;
    }
  });
  await apply(tall, w, left.map, p);
  await apply(tall, u, right.map, q);
  return { values, tolerance };
}

/** √Σx², whatever the scale. */
function lengthOf(numbers: Float64Array): number {
  const greatest = numbers.reduce((most, x) => Math.max(most, x), 0);
  if (greatest === 0) return 0;
  return greatest * Math.sqrt(numbers.reduce((sum, x) => sum + (x / greatest) ** 2, 0));
}

async function apply(tall: TallMatrices, x: Tall, map: Small, turns: Small): Promise<void> {
  await tall.product(x, await multiply(tall, map, turns), x);
}
