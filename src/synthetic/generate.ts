import { seededRandom } from "../random.js";
import type { Sliced } from "../ratings/slices.js";
import { drawActivity } from "./activity.js";
import { drawItemGenres, drawUserTastes, type ItemGenres, makeTitles } from "./genres.js";
import { drawPairs, type Pairs } from "./pairs.js";
import { Popularity } from "./popularity.js";
import { drawValues, formOpinions, type Opinions } from "./values.js";

/** No user rates more than this share of the items, or the search for items not yet rated would take for ever. */
const LARGEST_SHARE = 0.75;

/** How large a world is. */
export interface WorldShape {
  readonly users: number;
  readonly items: number;
  readonly ratings: number;
}

/** A world as plain columns: user u's ratings stand from starts[u] to starts[u + 1] − 1; item 0 is the most popular. */
export interface WorldColumns extends Pairs, Opinions {
  /** 0.5 … 5 in half stars. */
  readonly values: Float32Array;
  readonly genres: ItemGenres;
  /** One for each item. */
  readonly titles: readonly string[];
}

/**
 * Generates a world; the same shape and seed give the same bits everywhere.
 *
 * @param advance told of each rating twice: when its pair is drawn and when it has its value
 */
export function* generateWorld(
  shape: WorldShape,
  seed: number,
  advance: (ratings: number) => void,
): Sliced<WorldColumns> {
  const { users, items, ratings } = shape;
  const random = seededRandom(seed, "world");
  const genres = yield* drawItemGenres(random, items);
  const tastes = yield* drawUserTastes(random, users);
  const most = Math.max(1, Math.floor(items * LARGEST_SHARE));
  const counts = yield* drawActivity(random, users, ratings, most);
  const pairs = yield* drawPairs(random, counts, yield* Popularity.of(items), items, advance);
  const opinions = yield* formOpinions(random, pairs, genres, tastes);
  const values = yield* drawValues(random, pairs, genres, opinions, advance);
  return { ...pairs, ...opinions, values, genres, titles: yield* makeTitles(genres.main) };
}
