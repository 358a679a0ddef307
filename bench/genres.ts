// How well a model's features match the hidden genres of a generated world.
import type { FactorCopy } from "../src/model/index.js";
import type { Truth } from "../src/synthetic/index.js";

/** Features that count as leading: as many as there are genres. */
export const LEADING = 12;

/**
 * How well items' features match items' shares of hidden genres. A match is |correlation| over all items between one feature and
 * the shares of one genre; features are assigned to genres one to one so that the sum of matches is greatest. Genres that are
 * left over, where there are fewer features, have 0.
 */
export interface GenreMatch {
  /** The match of each genre among the first {@link LEADING} features. */
  readonly leading: readonly number[];
  /** The match of each genre among all features: the more there are, the better is the best of them, axes or no axes. */
  readonly all: readonly number[];
  /** The share of genres' variance over items that the first {@link LEADING} features explain together (R²), mean over genres. */
  readonly together: number;
}

/** Matches features in their order. @param features items × K, in the order of the truth's items */
export function matchGenres(features: FactorCopy, truth: Truth): GenreMatch {
  const axes = columnsOf(features.rows, features.factors, features.values).map(centred);
  const genres = columnsOf(truth.items.rows, truth.items.genres, truth.items.values).map(centred);
  const matches = axes.map((axis) => genres.map((genre) => Math.abs(cosine(axis, genre))));
  const basis = orthonormalBasis(axes.slice(0, LEADING));
  const explained = genres.map((genre) =>
    basis.reduce((sum, axis) => sum + dot(axis, genre) ** 2 / dot(genre, genre), 0),
  );
  return {
    leading: assign(matches.slice(0, LEADING), genres.length),
    all: assign(matches, genres.length),
    together: explained.reduce((sum, share) => sum + share / genres.length, 0),
  };
}

/** Features with the largest ones first, by ‖w_k‖·‖u_k‖: the most that can be said of the order of features that have none. */
export function largestFirst(users: FactorCopy, items: FactorCopy): FactorCopy {
  const { rows, factors } = items;
  const length = ({ rows, factors, values }: FactorCopy): number[] =>
    columnsOf(rows, factors, values).map((column) => Math.sqrt(dot(column, column)));
  const userLengths = length(users);
  const sizes = length(items).map((size, k) => size * userLengths[k]!);
  const order = Array.from(sizes.keys()).sort((a, b) => sizes[b]! - sizes[a]!);
  const values = new Float64Array(rows * factors);
  for (let row = 0; row < rows; row++)
    order.forEach((from, k) => {
      values[row * factors + k] = items.values[row * factors + from]!;
    });
  return { rows, factors, values };
}

/**
 * The assignment of features to genres, each used once at most, with the greatest sum; the value of each genre in it. Feature
 * by feature over all sets of genres that are taken, of which there are 2¹².
 */
function assign(matches: readonly (readonly number[])[], genres: number): number[] {
  const sets = 2 ** genres;
  let best = new Float64Array(sets).fill(Number.NEGATIVE_INFINITY);
  best[0] = 0;
  const choices: Int8Array[] = [];
  for (const row of matches) {
    const next = best.slice();
    const choice = new Int8Array(sets).fill(-1);
    for (let set = 0; set < sets; set++)
      for (let genre = 0; genre < genres; genre++) {
        const before = set & ~(1 << genre);
        if (before === set || !(best[before]! + row[genre]! > next[set]!)) continue;
        next[set] = best[before]! + row[genre]!;
        choice[set] = genre;
      }
    best = next;
    choices.push(choice);
  }
  const values = new Array<number>(genres).fill(0);
  let set = best.indexOf(best.reduce((a, b) => Math.max(a, b)));
  for (let k = choices.length - 1; k >= 0; k--) {
    const genre = choices[k]![set]!;
    if (genre < 0) continue;
    values[genre] = matches[k]![genre]!;
    set &= ~(1 << genre);
  }
  return values;
}

function columnsOf(rows: number, columns: number, values: ArrayLike<number>): Float64Array[] {
  return Array.from({ length: columns }, (_, column) =>
    Float64Array.from({ length: rows }, (_, row) => values[row * columns + column]!),
  );
}

function centred(column: Float64Array): Float64Array {
  const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
  return column.map((x) => x - mean);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** 0 where one of them has no direction. */
function cosine(a: Float64Array, b: Float64Array): number {
  const lengths = Math.sqrt(dot(a, a) * dot(b, b));
  return lengths === 0 ? 0 : dot(a, b) / lengths;
}

/** By Gram and Schmidt, each column twice; those without a direction of their own are left out. */
function orthonormalBasis(columns: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const column of columns) {
    const rest = column.slice();
    for (let pass = 0; pass < 2; pass++)
      for (const axis of basis) {
        const inside = dot(axis, rest);
        for (let i = 0; i < rest.length; i++) rest[i]! -= inside * axis[i]!;
      }
    const length = Math.sqrt(dot(rest, rest));
    if (length > 1e-10 * Math.sqrt(dot(column, column))) basis.push(rest.map((x) => x / length));
  }
  return basis;
}
