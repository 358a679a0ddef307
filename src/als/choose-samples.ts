import type { RatingsSource } from "../ratings/index.js";
import type { ResolvedAlsOptions } from "./options.js";

/** How many times as many users each sample has as the one before it. */
const STEP = 4;
/** The smallest is of one user in so many at most. */
const SPARSEST = 64;
/** Ratings and, for each factor, users that a sample has at least: from fewer items learn little. */
const FEWEST_RATINGS = 20_000;
const FEWEST_USERS = 4;
/** Ratings that one has at most, so that what it takes stays small where the ratings are a file. */
const MOST_RATINGS = 2 ** 23;

/** What samples a training starts from, and why so. */
export interface SampleChoice {
  /** Of how many users each sample has one, the smallest sample first; without any, training starts at random. */
  readonly steps: readonly number[];
  readonly why: string;
}

/** The samples that there are enough ratings and users for. */
export function chooseSamples(
  { factors }: Pick<ResolvedAlsOptions, "factors">,
  { count, userCount }: Pick<RatingsSource, "count" | "userCount">,
): SampleChoice {
  const steps: number[] = [];
  for (let every = STEP; every <= SPARSEST; every *= STEP) {
    if (count / every < FEWEST_RATINGS || userCount / every < FEWEST_USERS * factors) break;
    if (count / every <= MOST_RATINGS) steps.unshift(every);
  }
  if (steps.length === 0) {
    const [ratings, users] = [STEP * FEWEST_RATINGS, STEP * FEWEST_USERS * factors];
    return { steps, why: `samples need ${ratings} ratings and ${users} users at least` };
  }
  return { steps, why: `one user in ${steps.join(", in ")}, then all` };
}
