import { seededRandom } from "../random.js";
import type { Yielder } from "../yield.js";
import type { ResolvedAlsOptions } from "./options.js";

/** Numbers made between two looks at the clock. */
const SLICE = 4096;

/**
 * Fills rows of `padded` numbers with K uniform ones each in ±√(3/K), or above 0 for a non-negative solver, so that the
 * expected squared length of a row is 1; what pads a row stays zero. The numbers depend on seed and K alone, not on precision
 * but for its rounding.
 */
export async function randomFactors(
  values: Float32Array | Float64Array,
  { factors, seed, solver }: Pick<ResolvedAlsOptions, "factors" | "seed" | "solver">,
  padded: number,
  yielder: Yielder,
): Promise<void> {
  const random = seededRandom(seed, "factors");
  const scale = 2 * Math.sqrt(3 / factors);
  const rowsPerSlice = Math.max(1, Math.floor(SLICE / factors));
  for (let row = 0, from = 0; from < values.length; from += padded) {
    for (let k = 0; k < factors; k++) {
      const number = (random.unit() - 0.5) * scale;
      values[from + k] = solver === "nonnegative" ? Math.abs(number) : number;
    }
    if (++row % rowsPerSlice === 0 && yielder.due()) await yielder.pause();
  }
}

/** Zeros in rows without ratings, which are never solved: where all pairs count, their random factors would. */
export function zeroRowsWithoutRatings(
  values: Float32Array | Float64Array,
  padded: number,
  starts: Float64Array,
): void {
  for (let row = 0; row + 1 < starts.length; row++)
    if (starts[row] === starts[row + 1]) values.fill(0, row * padded, (row + 1) * padded);
}
