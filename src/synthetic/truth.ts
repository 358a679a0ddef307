import type { Sliced } from "../ratings/slices.js";
import type { WorldColumns } from "./generate.js";
import { GENRES } from "./genres.js";

/** How much of each genre is in each user or item: row-major, the element of row r and genre g at r · genres + g. */
export interface GenreWeights {
  readonly rows: number;
  readonly genres: number;
  readonly values: Float64Array;
}

/**
 * What the ratings of a {@link syntheticWorld} were made of. Rows stand in the order of the vocabularies: row r of
 * `users` is the user `ratings.users.id(r)`, row r of `items` the item `ratings.items.id(r)`. A rating is
 *
 *     mean + userBiases[u] + itemBiases[i] + Σ_g users[u, g] · items[i, g] + noise,
 *
 * rounded to half stars and cut off at 0.5 and 5; the noise is normal with a standard deviation of 0.75.
 */
export interface Truth {
  /** The names of the 12 genres, the commonest first. */
  readonly genres: readonly string[];
  /** How much a genre adds to what the user thinks of an item (stars); each row has mean 0. */
  readonly users: GenreWeights;
  /** The item's share of each genre: one or two genres that sum to 1. */
  readonly items: GenreWeights;
  /** Stars; their mean over the ratings is 0. */
  readonly userBiases: Float64Array;
  /** Stars; their mean over the ratings is 0. */
  readonly itemBiases: Float64Array;
  /** For each item the genre of which it has most, as an index into `genres`; its title begins with that genre. */
  readonly mainGenres: Uint8Array;
  /** Stars. */
  readonly mean: number;
}

/** Arranges the truth about a world, whose item `order[r]` is item r of the vocabulary. */
export function* arrangeTruth(world: WorldColumns, order: Int32Array): Sliced<Truth> {
  const items = new Float64Array(order.length * GENRES.length);
  const itemBiases = new Float64Array(order.length);
  const mainGenres = new Uint8Array(order.length);
  const { main, second, secondWeight } = world.genres;
  for (let row = 0; row < order.length; row++) {
    const item = order[row]!;
    const start = row * GENRES.length;
    // Where there is no second genre, it is the main one with weight 0.
    items[start + main[item]!]! += 1 - secondWeight[item]!;
    items[start + second[item]!]! += secondWeight[item]!;
    itemBiases[row] = world.itemBiases[item]!;
    mainGenres[row] = main[item]!;
    yield;
  }
  return {
    genres: [...GENRES],
    users: { rows: world.userBiases.length, genres: GENRES.length, values: world.tastes },
    items: { rows: order.length, genres: GENRES.length, values: items },
    userBiases: world.userBiases,
    itemBiases,
    mainGenres,
    mean: world.mean,
  };
}
