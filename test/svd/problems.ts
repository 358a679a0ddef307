import type { Model } from "../../src/model/index.js";
import { type RatingColumns, Ratings } from "../../src/ratings/index.js";
import type { Matrix } from "../reference/procrustes.js";

/** A sparse matrix as its known entries, by id: what is missing is zero. */
export interface Cells {
  readonly users: number;
  readonly items: number;
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** Marsaglia's xorshift32, as fixtures/make.py has it. */
class Integers {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state;
  }

  below(bound: number): number {
    return Math.floor((this.next() * bound) / 2 ** 32);
  }

  /** Small numbers more often: the product of two uniform ones. */
  skewed(bound: number): number {
    return Math.floor(((this.next() >>> 16) * (this.next() >>> 16) * bound) / 2 ** 32);
  }
}

/** Every pair, with half stars. */
export function dense(seed: number, users: number, items: number): Cells {
  const draw = new Integers(seed);
  const length = users * items;
  return {
    users,
    items,
    rows: Int32Array.from({ length }, (_, at) => Math.floor(at / items)),
    columns: Int32Array.from({ length }, (_, at) => at % items),
    values: Float64Array.from({ length }, () => (1 + draw.below(10)) / 2),
  };
}

/** Distinct pairs, some users and items far oftener than others; higher values where a user's kind is the item's. */
export function skewed(seed: number, users: number, items: number, count: number): Cells {
  const draw = new Integers(seed);
  const cells = new Map<number, number>();
  while (cells.size < count) {
    const user = draw.skewed(users);
    const item = draw.skewed(items);
    const value = (1 + draw.below(5) + (user % 7 === item % 7 ? 5 : item % 3)) / 2;
    const pair = user * items + item;
    if (!cells.has(pair)) cells.set(pair, value);
  }
  return {
    users,
    items,
    rows: Int32Array.from(cells.keys(), (pair) => Math.floor(pair / items)),
    columns: Int32Array.from(cells.keys(), (pair) => pair % items),
    values: Float64Array.from(cells.values()),
  };
}

/** Blocks down the diagonal, the n-th of them (1 + n · spread) times the first. */
export function copies(seed: number, users: number, items: number, number: number, spread: number): Cells {
  const { rows, columns, values } = dense(seed, users, items);
  const length = values.length * number;
  const copy = (at: number): number => Math.floor(at / values.length);
  return {
    users: users * number,
    items: items * number,
    rows: Int32Array.from({ length }, (_, at) => rows[at % values.length]! + copy(at) * users),
    columns: Int32Array.from({ length }, (_, at) => columns[at % values.length]! + copy(at) * items),
    values: Float64Array.from({ length }, (_, at) => values[at % values.length]! * (1 + copy(at) * spread)),
  };
}

export function transposedCells({ users, items, rows, columns, values }: Cells): Cells {
  return { users: items, items: users, rows: columns, columns: rows, values };
}

export function timesCells(cells: Cells, factor: number): Cells {
  return { ...cells, values: cells.values.map((value) => value * factor) };
}

/** Ratings whose ids are the indices of the matrix. */
export function ratingsOf(
  { rows, columns, values }: Cells,
  more: Partial<RatingColumns<number, number>> = {},
): Ratings<number, number> {
  return Ratings.fromColumns({ users: rows, items: columns, values, ...more });
}

/** What a model's factors stand for: the known entries without its mean and biases. */
export function centredBy(model: Model<number, number>, cells: Cells): Cells {
  const { rows, columns, values } = cells;
  const biases = (ids: Int32Array, of: (id: number) => number): Float64Array => Float64Array.from(ids, of);
  const users = biases(rows, (id) => model.userBias(id));
  const items = biases(columns, (id) => model.itemBias(id));
  return { ...cells, values: values.map((value, at) => value - (model.mean + users[at]! + items[at]!)) };
}

/** The matrix itself, with its zeros. */
export function denseOf({ users, items, rows, columns, values }: Cells): Matrix {
  const all = new Float64Array(users * items);
  for (const [at, value] of values.entries()) all[rows[at]! * items + columns[at]!]! += value;
  return { rows: users, columns: items, values: all };
}

/** A X, for X with a row for each item. */
export function timesMatrix({ users, rows, columns, values }: Cells, x: Matrix): Matrix {
  const width = x.columns;
  const product = new Float64Array(users * width);
  for (const [at, value] of values.entries())
    for (let k = 0; k < width; k++)
      product[rows[at]! * width + k]! += value * x.values[columns[at]! * width + k]!;
  return { rows: users, columns: width, values: product };
}
