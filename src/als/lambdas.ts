import { pow } from "../arithmetic.js";
import type { RatingsSource } from "../ratings/index.js";
import type { Yielder } from "../yield.js";
import type { ResolvedAlsOptions } from "./options.js";

/** Rows between two looks at the clock. */
const SLICE = 16384;

/** n + α₀·M of a row with n ratings, to the power ν. */
type Frequency = (count: number) => number;

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

/** The frequency of rows whose other side has so many rows; each count's power is worked out once. */
export function frequencyOf(
  { unobservedWeight = 0 }: Pick<ResolvedAlsOptions, "unobservedWeight">,
  scaling: number,
  otherCount: number,
): Frequency {
  const powers = new Map<number, number>();
  return (count) => {
    let power = powers.get(count);
    if (power === undefined) {
      power = powerOf(count + unobservedWeight * otherCount, scaling);
      powers.set(count, power);
    }
    return power;
  };
}

/** What λ is multiplied with where it was meant for `scalingStar`. */
export async function rescaling(
  options: ResolvedAlsOptions,
  { byUser, byItem, userCount, itemCount }: RatingsSource,
  yielder: Yielder,
): Promise<number> {
  const { scaling, scalingStar } = options;
  if (scalingStar === undefined) return 1;
  let own = 0;
  let meant = 0;
  for (const [{ starts, rowCount }, otherCount] of [
    [byUser, itemCount],
    [byItem, userCount],
  ] as const) {
    const at = frequencyOf(options, scaling, otherCount);
    const atStar = frequencyOf(options, scalingStar, otherCount);
    for (let row = 0; row < rowCount; row++) {
      const count = starts[row + 1]! - starts[row]!;
      own += at(count);
      meant += atStar(count);
      if (row % SLICE === 0 && yielder.due()) await yielder.pause();
    }
  }
  return meant / own;
}

function powerOf(frequency: number, scaling: number): number {
  if (scaling === 0) return 1;
  if (frequency === 0) return 0;
  return scaling === 1 ? frequency : pow(frequency, scaling);
}
