import { surviveFloat32 } from "./buffers.js";
import type { Values } from "./csr.js";
import { LARGEST_SLAB, Slab, type SlabColumns } from "./slab.js";
import { SLICE } from "./slices.js";

/** Some ratings in the order given, by index; arrays may be longer than `count`. */
export interface Chunk {
  count: number;
  readonly users: Int32Array;
  readonly items: Int32Array;
  values: Values;
  /** Missing where all weights are 1. */
  weights: Values | undefined;
  timestamps: Float64Array | undefined;
}

/** Where a builder puts ratings that it has checked, by index and in the order given. */
export interface RatingStore {
  readonly count: number;
  /** Weights and timestamps that are undefined are not given. */
  push(
    user: number,
    item: number,
    value: number,
    weight: number | undefined,
    timestamp: number | undefined,
  ): void;
}

const FIRST_CHUNK = 64;
const NO_SLAB = new Slab(0);
const NO_COLUMNS = NO_SLAB.take(0);

/**
 * Ratings in the order given, as growing columns: 12 bytes a rating without weights and timestamps (16 where values
 * need double precision). They grow by chunks, whose lengths double up to a slice, because to copy a long array at once
 * would hold the event loop; the chunks lie in slabs, whose sizes double up to theirs.
 */
export class Triples implements RatingStore {
  #chunks: Chunk[] = [];
  #closedCount = 0;
  #slab = NO_SLAB;
  /** The open chunk's part of the slab; its values are put there if they survive single precision. */
  #columns: SlabColumns = NO_COLUMNS;
  #open: Chunk = openChunk(NO_COLUMNS);

  get chunks(): readonly Chunk[] {
    return this.#chunks;
  }

  get count(): number {
    return this.#closedCount + this.#open.count;
  }

  push(
    user: number,
    item: number,
    value: number,
    weight: number | undefined,
    timestamp: number | undefined,
  ): void {
    if (this.#open.count === this.#open.users.length) this.#next();
    const chunk = this.#open;
    const p = chunk.count++;
    chunk.users[p] = user;
    chunk.items[p] = item;
    chunk.values[p] = value;
    if (weight !== undefined) chunk.weights ??= new Float64Array(chunk.users.length).fill(1);
    if (chunk.weights !== undefined) chunk.weights[p] = weight ?? 1;
    if (timestamp !== undefined) {
      chunk.timestamps ??= new Float64Array(chunk.users.length);
      chunk.timestamps[p] = timestamp;
    }
  }

  /** Lets go of all ratings. */
  clear(): void {
    this.#chunks = [];
    this.#closedCount = 0;
    this.#slab = NO_SLAB;
    this.#columns = NO_COLUMNS;
    this.#open = openChunk(NO_COLUMNS);
  }

  /** The positions, in the order given, of the first two ratings of a pair that has two. */
  positionsOf(user: number, item: number): [first: number, second: number] {
    const found: number[] = [];
    let start = 0;
    for (const { count, users, items } of this.chunks) {
      for (let p = 0; p < count && found.length < 2; p++)
        if (users[p] === user && items[p] === item) found.push(start + p);
      start += count;
    }
    return [found[0]!, found[1]!];
  }

  #next(): void {
    const full = this.#open;
    const { length } = full.users;
    if (surviveFloat32(full.values, 0, length)) {
      this.#columns.values.set(full.values);
      full.values = this.#columns.values;
    }
    if (full.weights !== undefined && surviveFloat32(full.weights, 0, length))
      full.weights = new Float32Array(full.weights);
    this.#closedCount += length;
    const next = Math.min(Math.max(length * 2, FIRST_CHUNK), SLICE);
    if (this.#slab.free < next)
      this.#slab = new Slab(Math.min(Math.max(this.#slab.length * 2, next), LARGEST_SLAB));
    this.#columns = this.#slab.take(next);
    this.#open = openChunk(this.#columns);
    this.#chunks.push(this.#open);
  }
}

/** A chunk with its values in double precision, as they come. */
function openChunk({ users, items }: SlabColumns): Chunk {
  const values = new Float64Array(users.length);
  return { count: 0, users, items, values, weights: undefined, timestamps: undefined };
}
