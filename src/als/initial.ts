import { seededRandom } from "../random.js";
import type { Yielder } from "../yield.js";

/** Numbers made between two looks at the clock. */
const SLICE = 4096;

/**
 * Fills rows of `padded` numbers with `factors` uniform ones each in ±√(3/K), so that the expected squared length of a
 * row is 1; what pads a row stays zero. The numbers depend on seed and K alone, not on precision but for its rounding.
 */
export async function randomFactors(
  values: Float32Array | Float64Array,
  factors: number,
  padded: number,
  seed: number,
  yielder: Yielder,
): Promise<void> {
  const random = seededRandom(seed, "factors");
  const scale = 2 * Math.sqrt(3 / factors);
  const rowsPerSlice = Math.max(1, Math.floor(SLICE / factors));
  for (let row = 0, from = 0; from < values.length; from += padded) {
    for (let k = 0; k < factors; k++) values[from + k] = (random.unit() - 0.5) * scale;
    if (++row % rowsPerSlice === 0 && yielder.due()) await yielder.pause();
  }
}
