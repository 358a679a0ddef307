import { AlternantError } from "../errors.js";
import { orthogonalize, type Small, type Tall, type TallMatrices } from "../kernel/tall/index.js";
import { identity, multiply, rowLengths, zeros } from "./small.js";

/** Where all eigenvalues of the columns' cosines are at least this, the last step loses nothing. */
const NEARLY_ORTHOGONAL = 0.1;
/** Each pass squares how far columns are from orthogonal, so that three do for all but made-up matrices. */
const MOST_PASSES = 8;

/** X = Q·`factor` with Q = X′·`map`, X′ being what is left in X's place. */
export interface Orthonormal {
  /** n × n; columns of directions that X does not have are zero. */
  readonly map: Small;
  /** n × n; so are these rows. */
  readonly factor: Small;
  /** Lengths of X's columns. */
  readonly lengths: Float64Array;
}

/** The share of a column's length that rounding alone can make of nothing. */
export function noiseOf(columns: number): number {
  return 4 * columns * Number.EPSILON;
}

/**
 * Makes the columns of a tall matrix orthonormal, however dependent they are, without ever squaring their condition number
 * for good: columns are made unit and turned by the eigenvectors of their Gram matrix until what is left is nearly orthogonal, and
 * then scaled by (XᵀX)^−½. Turning is backward stable where triangular inverses are not; a direction in which only rounding
 * is left is dropped. X is overwritten. In exact arithmetic one pass would do: this is the block form of Jacobi's one-sided
 * method (Demmel, Veselić, "Jacobi's method is more accurate than QR", 1992).
 *
 * @throws AlternantError "aborted", "disposed", "lane-failed"
 */
export async function orthonormalize(tall: TallMatrices, x: Tall): Promise<Orthonormal> {
  const n = x.columns;
  const noise = noiseOf(n);
  let factor = identity(n);
  let first: Float64Array | undefined;
  for (let pass = 1; ; pass++) {
    const gram = await tall.gram(x);
    const lengths = new Float64Array(n);
    for (let k = 0; k < n; k++) lengths[k] = Math.sqrt(gram.values[k * (n + 1)]!);
    if (!lengths.every((length) => length < Infinity)) throw notFinite();
    first ??= lengths;
    // After the first pass columns have been unit: what is as short as this has cancelled to rounding.
    const kept = lengths.map((length) => (length > (pass === 1 ? 0 : noise) ? 1 / length : 0));
    const cosines = zeros(n, n);
    for (let row = 0; row < n; row++)
      for (let column = 0; column < n; column++)
        cosines.values[row * n + column] = gram.values[row * n + column]! * kept[row]! * kept[column]!;
    const { rows, turns } = await orthogonalize(tall, cosines);
    const eigenvalues = rowLengths(rows);
    const last =
      pass === MOST_PASSES || eigenvalues.every((value, k) => kept[k] === 0 || value >= NEARLY_ORTHOGONAL);
    const map = zeros(n, n);
    const next = zeros(n, n);
    for (let k = 0; k < n; k++) {
      // The row of a column that was dropped is zero and was never turned.
      if (kept[k] === 0 || (last && eigenvalues[k]! <= noise)) continue;
      const root = last ? Math.sqrt(eigenvalues[k]!) : 1;
      for (let column = 0; column < n; column++) {
        const turn = turns.values[k * n + column]!;
        map.values[column * n + k] = (turn * kept[column]!) / root;
        next.values[k * n + column] = turn * lengths[column]! * root;
      }
    }
    factor = await multiply(tall, next, factor);
    if (last) return { map, factor, lengths: first };
    await tall.product(x, map, x);
  }
}

function notFinite(): AlternantError {
  return new AlternantError(
    "not-finite",
    "A singular value decomposition needs finite numbers, and some of the factors or ratings are NaN, infinite, or too large to be squared.",
  );
}
