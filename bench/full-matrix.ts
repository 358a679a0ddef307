// A small generated world of which every pair is known, so that what factorizations make of it can be held against the truth.
import type { Scorer } from "../src/metrics/index.js";
import { seededRandom } from "../src/random.js";
import { Ratings } from "../src/ratings/index.js";
import { syntheticWorld } from "../src/synthetic/index.js";
import { Normals } from "../src/synthetic/normal.js";

/** Standard deviation of what a rating has beside the truth, as in `syntheticWorld`. */
const NOISE = 0.75;

export interface FullMatrix {
  readonly users: number;
  readonly items: number;
  /** What each user thinks of each item: mean, biases, tastes × genres; row-major. */
  readonly truth: Float64Array;
  /** The same with noise: what is rated. */
  readonly ratings: Float64Array;
}

/** The truth about all pairs of a world, and a rating of each. */
export async function fullMatrix(users: number, items: number, seed: number): Promise<FullMatrix> {
  const world = await syntheticWorld({ users, items, ratings: Math.floor((users * items) / 4), seed });
  const { mean, userBiases, itemBiases, users: tastes, items: genres } = world.truth;
  const normals = new Normals(seededRandom(seed, "benchmark"));
  const truth = new Float64Array(users * items);
  for (let user = 0; user < users; user++)
    for (let item = 0; item < items; item++) {
      let value = mean + userBiases[user]! + itemBiases[item]!;
      for (let g = 0; g < genres.genres; g++)
        value += tastes.values[user * genres.genres + g]! * genres.values[item * genres.genres + g]!;
      truth[user * items + item] = value;
    }
  return { users, items, truth, ratings: truth.map((value) => value + NOISE * normals.next()) };
}

/** The ratings of a share of the pairs, drawn at random; each share holds all pairs of the smaller ones. Numbers of rows are ids. */
export function knownShare(
  { items, ratings }: FullMatrix,
  share: number,
  seed: number,
): Ratings<number, number> {
  const random = seededRandom(seed, "split");
  const known: [user: number, item: number, value: number][] = [];
  for (let pair = 0; pair < ratings.length; pair++)
    if (random.unit() < share) known.push([Math.floor(pair / items), pair % items, ratings[pair]!]);
  return Ratings.from(known);
}

/** Root of the mean squared difference between predictions and `values`, over all pairs; predictions are not clipped. */
export function errorOverAll(
  { users, items }: FullMatrix,
  values: Float64Array,
  scorer: Scorer<number, number>,
): number {
  const columns = Array.from({ length: items }, (_, item) => scorer.items.index(item) ?? -1);
  let squares = 0;
  for (let user = 0; user < users; user++) {
    const row = scorer.users.index(user) ?? -1;
    columns.forEach((column, item) => {
      squares += (scorer.score(row, column) - values[user * items + item]!) ** 2;
    });
  }
  return Math.sqrt(squares / values.length);
}
