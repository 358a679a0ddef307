/**
 * The most ratings that a slab should have room for: 48 MiB are beyond what allocators carve out of a common heap (up to
 * 32 MiB in glibc), so that the system has them back once the slab is collected. Pages never touched cost nothing.
 */
export const LARGEST_SLAB: number = 1 << 22;

/** Columns of equal length: parts of a slab. */
export interface SlabColumns {
  readonly users: Int32Array;
  readonly items: Int32Array;
  readonly values: Float32Array;
}

/** Room for ratings in one allocation, handed out from its start: 12 bytes a rating. */
export class Slab {
  /** The number of ratings there is room for. */
  readonly length: number;
  readonly #columns: SlabColumns;
  #taken = 0;

  constructor(length: number) {
    this.length = length;
    const buffer = new ArrayBuffer(length * 12);
    this.#columns = {
      users: new Int32Array(buffer, 0, length),
      items: new Int32Array(buffer, length * 4, length),
      values: new Float32Array(buffer, length * 8, length),
    };
  }

  /** The number of ratings there still is room for. */
  get free(): number {
    return this.length - this.#taken;
  }

  /** The next columns of `length` ratings, at most `free`. */
  take(length: number): SlabColumns {
    const from = this.#taken;
    this.#taken += length;
    const { users, items, values } = this.#columns;
    return {
      users: users.subarray(from, from + length),
      items: items.subarray(from, from + length),
      values: values.subarray(from, from + length),
    };
  }
}
