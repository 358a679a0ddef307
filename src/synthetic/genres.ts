import { pow } from "../arithmetic.js";
import type { Random } from "../random.js";
import type { Sliced } from "../ratings/slices.js";
import { Normals } from "./normal.js";

/** The hidden genres, the most common first: genre g has a share of the items in proportion to 0.93ᵍ. */
export const GENRES: readonly string[] = [
  "Drama",
  "Comedy",
  "Thriller",
  "Action",
  "Romance",
  "Adventure",
  "Crime",
  "Fantasy",
  "Mystery",
  "Horror",
  "Western",
  "Musical",
];

const SHARE_RATIO = 0.93;
const SECOND_GENRE_PROBABILITY = 0.5;
const SECOND_GENRE_WEIGHT: readonly [number, number] = [0.15, 0.45];
const FAVOURITE: readonly [number, number] = [1.6, 2];
const SECOND_FAVOURITE: readonly [number, number] = [1.1, 1.5];
const DISLIKE = -1.2;
const INDIFFERENCE_DEVIATION = 0.35;

/** For each item its genres: at most two, with weights that sum to 1. */
export interface ItemGenres {
  /** The main genre's index in {@link GENRES}. */
  readonly main: Uint8Array;
  /** The second genre's index; the main genre again where there is none. */
  readonly second: Uint8Array;
  /** The second genre's weight, 0 where there is none. */
  readonly secondWeight: Float64Array;
}

/** Draws the genres of `items` items. */
export function* drawItemGenres(random: Random, items: number): Sliced<ItemGenres> {
  const genres: ItemGenres = {
    main: new Uint8Array(items),
    second: new Uint8Array(items),
    secondWeight: new Float64Array(items),
  };
  const cumulative = cumulativeShares();
  for (let item = 0; item < items; item++) {
    const main = drawGenre(random, cumulative);
    genres.main[item] = main;
    genres.second[item] = main;
    if (random.unit() < SECOND_GENRE_PROBABILITY) {
      let second = main;
      while (second === main) second = drawGenre(random, cumulative);
      genres.second[item] = second;
      genres.secondWeight[item] = between(random, SECOND_GENRE_WEIGHT);
    }
    yield;
  }
  return genres;
}

/**
 * Draws how much each user likes each genre (users × 12, row-major, each row of mean 0): two favourites, one
 * disliked, little feeling about the rest.
 */
export function* drawUserTastes(random: Random, users: number): Sliced<Float64Array> {
  const count = GENRES.length;
  const tastes = new Float64Array(users * count);
  const normals = new Normals(random);
  for (let user = 0; user < users; user++) {
    const row = tastes.subarray(user * count, (user + 1) * count);
    for (let genre = 0; genre < count; genre++) row[genre] = INDIFFERENCE_DEVIATION * normals.next();
    const [favourite, second, disliked] = threeGenres(random);
    row[favourite] = between(random, FAVOURITE);
    row[second] = between(random, SECOND_FAVOURITE);
    row[disliked] = DISLIKE;
    let mean = 0;
    for (const taste of row) mean += taste / count;
    for (let genre = 0; genre < count; genre++) row[genre]! -= mean;
    yield;
  }
  return tastes;
}

/** Titles such as "Western 17": the 17th of its genre in the order given. */
export function* makeTitles(main: Uint8Array): Sliced<string[]> {
  const counts = new Int32Array(GENRES.length);
  const titles: string[] = [];
  for (const genre of main) {
    counts[genre]!++;
    titles.push(`${GENRES[genre]} ${counts[genre]}`);
    yield;
  }
  return titles;
}

function threeGenres(random: Random): [number, number, number] {
  const count = GENRES.length;
  const first = random.integer(count);
  const second = (first + 1 + random.integer(count - 1)) % count;
  let third = second;
  while (third === first || third === second) third = random.integer(count);
  return [first, second, third];
}

function cumulativeShares(): Float64Array {
  const cumulative = Float64Array.from(GENRES, (_, genre) => pow(SHARE_RATIO, genre));
  for (let genre = 1; genre < cumulative.length; genre++) cumulative[genre]! += cumulative[genre - 1]!;
  return cumulative;
}

function drawGenre(random: Random, cumulative: Float64Array): number {
  const last = cumulative.length - 1;
  const target = random.unit() * cumulative[last]!;
  let genre = 0;
  while (genre < last && target >= cumulative[genre]!) genre++;
  return genre;
}

function between(random: Random, [from, to]: readonly [number, number]): number {
  return from + (to - from) * random.unit();
}
