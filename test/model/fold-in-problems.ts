import type { AlsOptions } from "../../src/als/index.js";
import { type Random, seededRandom } from "../../src/random.js";
import { type RatingRow, Ratings } from "../../src/ratings/index.js";

export interface DrawnRatings {
  readonly seed: number;
  readonly users?: number;
  readonly items?: number;
  readonly density?: number;
  readonly values?: "stars" | "reals" | "plays" | "plays and dislikes";
  readonly weights?: boolean;
}

/** A value for one pair. */
const VALUES: Record<NonNullable<DrawnRatings["values"]>, (random: Random) => number> = {
  stars: (random) => 1 + random.integer(9) / 2,
  reals: (random) => 5 * random.unit(),
  plays: (random) => 1 + random.integer(20),
  "plays and dislikes": (random) =>
    random.integer(4) === 0 ? -1 - random.integer(3) : 1 + random.integer(9),
};

/** Random ratings by "user n" of "item n", in a random order; every user has at least one. */
export function drawRatings(drawn: DrawnRatings): Ratings<string, string> {
  const { seed, users = 24, items = 18, density = 0.35, values = "stars", weights = false } = drawn;
  const random = seededRandom(seed, "test");
  const rows: RatingRow<string, string>[] = [];
  for (let user = 0; user < users; user++) {
    const always = random.integer(items);
    for (let item = 0; item < items; item++) {
      if (item !== always && random.unit() >= density) continue;
      const row = { user: `user ${user}`, item: `item ${item}`, value: VALUES[values](random) };
      rows.push(weights ? { ...row, weight: 0.25 + random.unit() } : row);
    }
  }
  for (let at = rows.length - 1; at > 0; at--) {
    const other = random.integer(at + 1);
    [rows[at], rows[other]] = [rows[other]!, rows[at]!];
  }
  return Ratings.from(rows);
}

/** Every option that changes the system of a row, alone and together. */
export const OBJECTIVES: Record<
  string,
  { readonly options: AlsOptions; readonly drawn?: Omit<DrawnRatings, "seed"> }
> = {
  "explicit, the defaults": { options: {} },
  "explicit, float32": { options: { precision: "float32" } },
  "explicit, plain λ": {
    options: { scaling: "none", regularization: { users: 0.2, items: 0.3, biases: 1 } },
  },
  "explicit, λ·n": { options: { scaling: "count", regularization: 0.05 } },
  "explicit, λ meant for another scaling": {
    options: { scaling: 0.4, scalingStar: 1, regularization: 0.05 },
  },
  "explicit, the mean alone": { options: { biases: "mean" } },
  "explicit, no biases": { options: { biases: "none", precision: "float32" } },
  "explicit, values in double precision": { options: {}, drawn: { values: "reals" } },
  "explicit, weights": { options: {}, drawn: { weights: true } },
  "explicit, weights, float32": { options: { precision: "float32" }, drawn: { weights: true } },
  implicit: { options: { feedback: "implicit" }, drawn: { values: "plays" } },
  "implicit, float32": {
    options: { feedback: "implicit", precision: "float32" },
    drawn: { values: "plays" },
  },
  "implicit, α, offset 0": {
    options: { feedback: "implicit", confidence: { alpha: 0.3, offset: 0 } },
    drawn: { values: "plays" },
  },
  "implicit, logarithmic": {
    options: { feedback: "implicit", confidence: { alpha: 7, form: "log" }, precision: "float32" },
    drawn: { values: "plays" },
  },
  "implicit, biases": { options: { feedback: "implicit", biases: "full" }, drawn: { values: "plays" } },
  "implicit, one weight for all pairs": {
    options: { feedback: "implicit", unobservedWeight: 0.1 },
    drawn: { values: "plays" },
  },
  "implicit, one weight for all pairs, α, biases, ν*": {
    options: {
      feedback: "implicit",
      unobservedWeight: 0.2,
      confidence: { alpha: 2 },
      biases: "full",
      scaling: 0.6,
      scalingStar: 1,
    },
    drawn: { values: "plays" },
  },
  "implicit, dislikes": {
    options: { feedback: "implicit", confidence: { alpha: 0.5, offset: 0 } },
    drawn: { values: "plays and dislikes" },
  },
  "implicit, weights, float32": {
    options: { feedback: "implicit", confidence: { alpha: 3 }, precision: "float32" },
    drawn: { values: "plays", weights: true },
  },
};

/** What somebody was trained on, as it is given to a fold-in. */
export function rowsOf(
  ratings: Ratings<string, string>,
  user: string,
): { item: string; value: number; weight?: number }[] {
  return [...ratings].filter((rating) => rating.user === user).map(({ user: _, ...row }) => row);
}
