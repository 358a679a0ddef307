import type { Random } from "../random.js";
import type { Sliced } from "../ratings/slices.js";
import { GENRES, type ItemGenres } from "./genres.js";
import { Normals } from "./normal.js";
import type { Pairs } from "./pairs.js";

/** The mean before ratings are cut off at 5 stars, which takes 0.06 of it. */
const MEAN = 3.56;
const USER_BIAS_DEVIATION = 0.52;
const ITEM_BIAS_DEVIATION = 0.32;
/** Over the rated pairs. */
const SIGNAL_DEVIATION = 0.62;
const NOISE_DEVIATION = 0.75;
const FEWEST_HALF_STARS = 1;
const MOST_HALF_STARS = 10;
/** Ratings between two chances to pause. */
const BLOCK = 256;

/** What the values are made of, before noise and rounding: mean + user bias + item bias + tastes · genres. */
export interface Opinions {
  readonly mean: number;
  readonly userBiases: Float64Array;
  readonly itemBiases: Float64Array;
  /** users × genres: what a genre adds to the user's ratings. */
  readonly tastes: Float64Array;
}

/**
 * Scales tastes and draws biases so that, over the rated pairs, biases have mean 0 and the genres' part has mean 0
 * and its standard deviation; `tastes` is overwritten.
 */
export function* formOpinions(
  random: Random,
  pairs: Pairs,
  genres: ItemGenres,
  tastes: Float64Array,
): Sliced<Opinions> {
  const userCount = pairs.starts.length - 1;
  const total = pairs.items.length;
  const normals = new Normals(random);
  const userBiases = yield* drawBiases(normals, userCount, USER_BIAS_DEVIATION);
  const itemBiases = yield* drawBiases(normals, genres.main.length, ITEM_BIAS_DEVIATION);
  const sums: Sums = { userBias: 0, itemBias: 0, signal: 0, signalSquare: 0 };
  for (let user = 0; user < userCount; user++) {
    addUser(sums, user, pairs, genres, tastes, userBiases, itemBiases);
    yield;
  }
  const signalMean = sums.signal / total;
  const deviation = Math.sqrt(Math.max(0, sums.signalSquare / total - signalMean * signalMean));
  // All pairs of a tiny world may give the same; then there is nothing to scale.
  const scale = deviation > 0 ? SIGNAL_DEVIATION / deviation : 1;
  yield* shift(userBiases, -sums.userBias / total);
  yield* shift(itemBiases, -sums.itemBias / total);
  for (let user = 0; user < userCount; user++) {
    for (let g = user * GENRES.length; g < (user + 1) * GENRES.length; g++) tastes[g]! *= scale;
    yield;
  }
  return { mean: MEAN - scale * signalMean, userBiases, itemBiases, tastes };
}

/**
 * The ratings of the pairs: opinion and noise, rounded to half stars.
 *
 * @param advance told the number of ratings made since it was last called
 */
export function* drawValues(
  random: Random,
  pairs: Pairs,
  genres: ItemGenres,
  opinions: Opinions,
  advance: (ratings: number) => void,
): Sliced<Float32Array> {
  const values = new Float32Array(pairs.items.length);
  const normals = new Normals(random);
  for (let user = 0; user + 1 < pairs.starts.length; user++) {
    const end = pairs.starts[user + 1]!;
    for (let from = pairs.starts[user]!; from < end; from += BLOCK) {
      rate(normals, user, from, Math.min(from + BLOCK, end), pairs, genres, opinions, values);
      yield;
    }
    advance(end - pairs.starts[user]!);
  }
  return values;
}

function rate(
  normals: Normals,
  user: number,
  from: number,
  to: number,
  pairs: Pairs,
  genres: ItemGenres,
  opinions: Opinions,
  values: Float32Array,
): void {
  const level = opinions.mean + opinions.userBiases[user]!;
  for (let p = from; p < to; p++) {
    const item = pairs.items[p]!;
    const opinion = level + opinions.itemBiases[item]! + signal(genres, item, opinions.tastes, user);
    const halfStars = Math.round(2 * (opinion + NOISE_DEVIATION * normals.next()));
    values[p] = Math.min(MOST_HALF_STARS, Math.max(FEWEST_HALF_STARS, halfStars)) / 2;
  }
}

/** What the item's genres add to the user's rating. */
function signal(genres: ItemGenres, item: number, tastes: Float64Array, user: number): number {
  const second = genres.secondWeight[item]!;
  const row = user * GENRES.length;
  return (1 - second) * tastes[row + genres.main[item]!]! + second * tastes[row + genres.second[item]!]!;
}

/** Sums over the rated pairs. */
interface Sums {
  userBias: number;
  itemBias: number;
  signal: number;
  signalSquare: number;
}

function addUser(
  sums: Sums,
  user: number,
  pairs: Pairs,
  genres: ItemGenres,
  tastes: Float64Array,
  userBiases: Float64Array,
  itemBiases: Float64Array,
): void {
  const from = pairs.starts[user]!;
  const to = pairs.starts[user + 1]!;
  sums.userBias += (to - from) * userBiases[user]!;
  for (let p = from; p < to; p++) {
    const item = pairs.items[p]!;
    const part = signal(genres, item, tastes, user);
    sums.itemBias += itemBiases[item]!;
    sums.signal += part;
    sums.signalSquare += part * part;
  }
}

function* drawBiases(normals: Normals, count: number, deviation: number): Sliced<Float64Array> {
  const biases = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    biases[i] = deviation * normals.next();
    yield;
  }
  return biases;
}

function* shift(values: Float64Array, by: number): Sliced<void> {
  for (let i = 0; i < values.length; i++) {
    values[i]! += by;
    yield;
  }
}
