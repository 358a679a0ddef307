import { createYielder } from "../yield.js";
import { dot } from "./dot.js";
import type { Factors } from "./parts.js";
import type { Top } from "./top.js";

/** Rows between two looks at the clock. */
const STRIDE = 256;

/** Cosines between the rows of a factor matrix. Their lengths are made on first use, or ahead by `prepare`. */
export class Neighbours {
  readonly #rows: Factors;
  readonly #factors: number;
  #lengths: Float64Array | undefined;

  constructor(rows: Factors, factors: number) {
    this.#rows = rows;
    this.#factors = factors;
  }

  /** Makes the lengths without holding the event loop. */
  async prepare(): Promise<void> {
    if (this.#lengths !== undefined) return;
    const lengths = new Float64Array(this.#rows.length / this.#factors);
    const yielder = createYielder();
    for (let from = 0; from < lengths.length; from += STRIDE) {
      this.#measure(lengths, from, Math.min(from + STRIDE, lengths.length));
      if (yielder.due()) await yielder.pause();
    }
    this.#lengths = lengths;
  }

  /** Offers the cosine of each other row with row `index`; rows without a direction are left out. */
  offer(index: number, top: Top): void {
    const lengths = this.#ready();
    const own = lengths[index]!;
    if (!hasDirection(own)) return;
    for (let row = 0; row < lengths.length; row++) {
      const length = lengths[row]!;
      if (row === index || !hasDirection(length)) continue;
      const product = dot(this.#rows, index * this.#factors, this.#rows, row * this.#factors, this.#factors);
      // Rounding alone can leave the range that a cosine has.
      top.offer(row, Math.max(-1, Math.min(1, product / (own * length))));
    }
  }

  #ready(): Float64Array {
    if (this.#lengths === undefined) {
      this.#lengths = new Float64Array(this.#rows.length / this.#factors);
      this.#measure(this.#lengths, 0, this.#lengths.length);
    }
    return this.#lengths;
  }

  #measure(lengths: Float64Array, from: number, to: number): void {
    for (let row = from; row < to; row++) {
      const at = row * this.#factors;
      lengths[row] = Math.sqrt(dot(this.#rows, at, this.#rows, at, this.#factors));
    }
  }
}

/** Zero has no direction, and neither has a row so long that its length overflows. */
function hasDirection(length: number): boolean {
  return length > 0 && length < Infinity;
}
