import type { Frequency } from "../kernel/index.js";
import type { Yielder } from "../yield.js";

/** Rows between two looks at the clock. */
const SLICE = 16384;

/**
 * λ_i = λ·(n_i + α₀·M)^ν of a side's rows, by the package's own power function, which is the same everywhere; 0 for a row
 * without ratings, which is not solved.
 */
export async function writeRowLambdas(
  lambdas: Float64Array,
  starts: Float64Array,
  lambda: number,
  frequency: Frequency,
  yielder: Yielder,
): Promise<void> {
  for (let row = 0; row < lambdas.length; row++) {
    const count = starts[row + 1]! - starts[row]!;
    lambdas[row] = count === 0 ? 0 : lambda * frequency(count);
    if (row % SLICE === 0 && yielder.due()) await yielder.pause();
  }
}
