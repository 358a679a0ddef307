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

/** What a training starts from, and why so. */
export interface StartChoice {
  readonly name: "random" | "samples";
  readonly why: string;
  /** Of how many users each sample has one, the smallest sample first. */
  readonly steps: readonly number[];
}

/** What a training without an initial model starts from. */
export function chooseStart(
  { start, factors }: Pick<ResolvedAlsOptions, "start" | "factors">,
  { count, userCount }: Pick<RatingsSource, "count" | "userCount">,
): StartChoice {
  if (start === "random") return { name: "random", why: "asked for", steps: [] };
  const steps: number[] = [];
  for (let every = STEP; every <= SPARSEST; every *= STEP) {
    if (count / every < FEWEST_RATINGS || userCount / every < FEWEST_USERS * factors) break;
    if (count / every <= MOST_RATINGS) steps.unshift(every);
  }
  if (steps.length === 0) {
    const [ratings, users] = [STEP * FEWEST_RATINGS, STEP * FEWEST_USERS * factors];
    return { name: "random", why: `samples need ${ratings} ratings and ${users} users at least`, steps };
  }
  return { name: "samples", why: `one user in ${steps.join(", in ")}, then all`, steps };
}
