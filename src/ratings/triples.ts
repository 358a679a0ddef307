import { surviveFloat32 } from "./buffers.js";
import type { Values } from "./csr.js";
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

const FIRST_CHUNK = 64;

/**
 * Ratings in the order given, as growing columns: 12 bytes a rating without weights and timestamps. They grow by
 * chunks, whose lengths double up to a slice, because to copy a long array at once would hold the event loop.
 */
export class Triples {
  readonly chunks: Chunk[] = [];
  #open: Chunk = openChunk(FIRST_CHUNK);
  #closedCount = 0;

  constructor() {
    this.chunks.push(this.#open);
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

  #next(): void {
    const full = this.#open;
    full.values = narrowed(full.values);
    if (full.weights !== undefined) full.weights = narrowed(full.weights);
    this.#closedCount += full.count;
    this.#open = openChunk(Math.min(full.users.length * 2, SLICE));
    this.chunks.push(this.#open);
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
}

function openChunk(length: number): Chunk {
  return {
    count: 0,
    users: new Int32Array(length),
    items: new Int32Array(length),
    values: new Float64Array(length),
    weights: undefined,
    timestamps: undefined,
  };
}

function narrowed(values: Values): Values {
  return surviveFloat32(values, 0, values.length) ? new Float32Array(values) : values;
}
