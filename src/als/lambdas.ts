import { pow } from "../arithmetic.js";
import type { Yielder } from "../yield.js";

/** Rows between two looks at the clock. */
const SLICE = 16384;

/** λ_i = λ·n_i^ν for the rows that start at `starts`; by the package's own power function, which is the same everywhere. */
export function rowLambdas(starts: Float64Array, lambda: number, scaling: number): Float64Array {
  const lambdas = new Float64Array(starts.length - 1);
  const byCount = new Map<number, number>();
  for (let row = 0; row < lambdas.length; row++) {
    const count = starts[row + 1]! - starts[row]!;
    let value = byCount.get(count);
    if (value === undefined) {
      value = lambda * power(count, scaling);
      byCount.set(count, value);
    }
    lambdas[row] = value;
  }
  return lambdas;
}

/** Writes the same to `lambdas`, with turns for the event loop. */
export async function writeRowLambdas(
  lambdas: Float64Array,
  starts: Float64Array,
  lambda: number,
  scaling: number,
  yielder: Yielder,
): Promise<void> {
  for (let row = 0; row < lambdas.length; row += SLICE) {
    lambdas.set(rowLambdas(starts.subarray(row, row + SLICE + 1), lambda, scaling), row);
    if (yielder.due()) await yielder.pause();
  }
}

function power(count: number, scaling: number): number {
  if (count === 0) return 0;
  if (scaling === 0) return 1;
  return scaling === 1 ? count : pow(count, scaling);
}
