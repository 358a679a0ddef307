import { AlternantError } from "../errors.js";
import {
  type FitLayout,
  type FitShape,
  layOutFit,
  MEMORY_LIMIT,
  type Method,
  MOST_FACTORS,
} from "../kernel/index.js";
import type { RatingsSide, RatingsSource } from "../ratings/index.js";
import type { ResolvedAlsOptions } from "./options.js";
import { isExact } from "./solver.js";
import { needsConfidences } from "./training-source.js";

/**
 * Lays out a fit's WebAssembly memory for so many threads.
 *
 * @throws AlternantError "too-large", saying what fits, when it exceeds what wasm32 can address
 */
export function planFit(
  ratings: RatingsSource,
  options: ResolvedAlsOptions,
  method: Method,
  threads: number,
): FitLayout {
  const shape: FitShape = {
    precision: options.precision,
    factors: options.factors,
    userCount: ratings.userCount,
    itemCount: ratings.itemCount,
    biases: options.biases === "full",
    allPairs: options.feedback === "implicit",
    weighted: ratings.byUser.weightBytes !== undefined || needsConfidences(ratings, options),
    longestRow: isExact(method) ? 0 : Math.max(longestRow(ratings.byUser), longestRow(ratings.byItem)),
    nonnegative: method.kind === "nonnegative",
    threads,
  };
  const layout = layOutFit(shape);
  if (layout.bytes > MEMORY_LIMIT) throw tooLarge(shape, layout);
  return layout;
}

function longestRow({ starts, rowCount }: RatingsSide): number {
  let longest = 0;
  for (let row = 0; row < rowCount; row++) longest = Math.max(longest, starts[row + 1]! - starts[row]!);
  return longest;
}

function tooLarge(shape: FitShape, { bytes }: FitLayout): AlternantError {
  const { factors, precision, userCount, itemCount, threads } = shape;
  const most = (given: Partial<FitShape>): string => `up to ${mostFactors({ ...shape, ...given })}`;
  const fewer = threads > 1 ? `; with one thread ${most({ threads: 1 })} in ${precision}` : "";
  return new AlternantError(
    "too-large",
    `${factors} factors in ${precision} for ${userCount} users and ${itemCount} items on ${threads} thread${threads === 1 ? "" : "s"} need ${(bytes / 2 ** 30).toFixed(1)} GiB, more than the 4 GiB that WebAssembly can address. What fits: factors ${most({ precision: "float64" })} in float64, ${most({ precision: "float32" })} in float32${fewer}.`,
  );
}

/** The largest K whose layout can be addressed; 0 where there is none. */
function mostFactors(shape: FitShape): number {
  let low = 0;
  let high = MOST_FACTORS;
  while (low < high) {
    const factors = Math.ceil((low + high) / 2);
    if (layOutFit({ ...shape, factors }).bytes <= MEMORY_LIMIT) low = factors;
    else high = factors - 1;
  }
  return low;
}
