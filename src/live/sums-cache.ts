import type { KeptSums } from "../kernel/summed-side.js";

/** What a row's sums take beside their numbers: objects, and their place in the map. */
const OVERHEAD = 256;

/** The sums of the rows that were touched last, in no more than so many bytes. */
export class SumsCache {
  /** Bytes at most. */
  readonly limit: number;
  readonly #numbers: number;
  readonly #rowBytes: number;
  /** In the order of their last use. */
  readonly #rows: Map<string, KeptSums> = new Map();
  hits = 0;
  misses = 0;

  /** @param numbers that a row's sums take */
  constructor(limit: number, numbers: number) {
    this.limit = limit;
    this.#numbers = numbers;
    this.#rowBytes = SumsCache.rowBytes(numbers);
  }

  static rowBytes(numbers: number): number {
    return 8 * numbers + OVERHEAD;
  }

  /** One like this without anything in it. */
  anew(): SumsCache {
    return new SumsCache(this.limit, this.#numbers);
  }

  get size(): number {
    return this.#rows.size;
  }

  get bytes(): number {
    return this.#rows.size * this.#rowBytes;
  }

  get(key: string): KeptSums | undefined {
    const sums = this.#rows.get(key);
    if (sums === undefined) this.misses++;
    else this.hits++;
    return sums;
  }

  /** The same without counting it. */
  peek(key: string): KeptSums | undefined {
    return this.#rows.get(key);
  }

  /** Keeps a row's sums as the last that were used; those that were used longest ago make room. */
  put(key: string, sums: KeptSums): void {
    this.#rows.delete(key);
    this.#rows.set(key, sums);
    for (const oldest of this.#rows.keys()) {
      if (this.bytes <= this.limit) break;
      this.#rows.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#rows.delete(key);
  }
}
