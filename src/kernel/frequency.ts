import { pow } from "../arithmetic.js";
import type { Yielder } from "../yield.js";

/** Rows between two looks at the clock. */
const SLICE = 16384;

/** n + α₀·M of a row with n ratings, to the power ν. */
export type Frequency = (count: number) => number;

/** How λ of a row goes by its number of ratings. */
export interface Scaling {
  /** ν. */
  readonly scaling: number;
  /** ν*: what λ is meant for; without it, for ν itself. */
  readonly scalingStar?: number | undefined;
  /** α₀; without it 0. */
  readonly unobservedWeight?: number | undefined;
}

/** One side's rows, and how many ratings each has. */
export interface RowCounts {
  readonly rowCount: number;
  readonly countOf: (row: number) => number;
}

/** The frequency of rows whose other side has so many rows; each count's power is worked out once. */
export function frequencyOf(
  { unobservedWeight = 0 }: Pick<Scaling, "unobservedWeight">,
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
  options: Scaling,
  users: RowCounts,
  items: RowCounts,
  yielder: Yielder,
): Promise<number> {
  const { scaling, scalingStar } = options;
  if (scalingStar === undefined) return 1;
  let own = 0;
  let meant = 0;
  for (const [{ rowCount, countOf }, other] of [
    [users, items],
    [items, users],
  ] as const) {
    const at = frequencyOf(options, scaling, other.rowCount);
    const atStar = frequencyOf(options, scalingStar, other.rowCount);
    for (let row = 0; row < rowCount; row++) {
      own += at(countOf(row));
      meant += atStar(countOf(row));
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
