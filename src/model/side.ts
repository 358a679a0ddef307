import { createYielder } from "../yield.js";
import { dot } from "./dot.js";
import { hasBit } from "./filter.js";
import type { Factors } from "./parts.js";
import { type Page, selectPage } from "./selection.js";

/** Rows between two looks at the clock. */
const STRIDE = 256;

/** A vector, and which rows of a side are wanted in the order of their scores with it. */
export interface Query {
  /** K numbers in the precision of the rows. */
  readonly vector: Factors;
  /** By what rows are scored: base + wᵀu, (base + the row's addend) + wᵀu, or wᵀu ÷ (length · ‖u‖). */
  readonly by:
    | { readonly kind: "product" | "prediction"; readonly base: number }
    | { readonly kind: "cosine"; readonly length: number };
  /** Rows that may not be told, ascending. */
  readonly leftOut: Int32Array;
  /** The rows that may be told, as bits; all of them where there are none. */
  readonly bits: Uint32Array | undefined;
  readonly page: Page;
}

/** A row and its score. */
export interface Scored {
  readonly index: number;
  readonly score: number;
}

/** The rows of one side of a model, to be ranked by their scores with a vector. */
export class Side {
  readonly rows: Factors;
  readonly factors: number;
  readonly #makeAddends: () => Float64Array | undefined;
  #addends: Float64Array | undefined;
  #lengths: Float64Array | undefined;

  /** @param makeAddends what predictions add of each row, made when first needed */
  constructor(rows: Factors, factors: number, makeAddends: () => Float64Array | undefined) {
    this.rows = rows;
    this.factors = factors;
    this.#makeAddends = makeAddends;
  }

  get size(): number {
    return this.rows.length / this.factors;
  }

  /** Makes the lengths without holding the event loop. */
  async prepare(): Promise<void> {
    if (this.#lengths !== undefined) return;
    const lengths = new Float64Array(this.size);
    const yielder = createYielder();
    for (let from = 0; from < lengths.length; from += STRIDE) {
      this.#measure(lengths, from, Math.min(from + STRIDE, lengths.length));
      if (yielder.due()) await yielder.pause();
    }
    this.#lengths = lengths;
  }

  /** The rows of a query's page, best first, equal scores by index. */
  rank(query: Query): Scored[] {
    const score = this.#scorer(query);
    const { leftOut, bits } = query;
    return selectPage(query.page, (take) => {
      // Both ascend, so that one cursor is enough to skip them.
      let next = 0;
      for (let row = 0; row < this.size; row++) {
        if (leftOut[next] === row) next++;
        else if (bits === undefined || hasBit(bits, row)) take(row, score(row));
      }
    });
  }

  /** The length of a row. */
  lengthOf(row: number): number {
    const at = row * this.factors;
    return Math.sqrt(dot(this.rows, at, this.rows, at, this.factors));
  }

  /** What scores a row; NaN for one that has no score. */
  #scorer({ vector, by }: Query): (row: number) => number {
    const { rows, factors } = this;
    const product = (row: number): number => dot(vector, 0, rows, row * factors, factors);
    if (by.kind === "cosine") {
      const lengths = this.#allLengths();
      return (row) => {
        const length = lengths[row]!;
        // Rounding alone can leave the range that a cosine has.
        return hasDirection(length) ? Math.max(-1, Math.min(1, product(row) / (by.length * length))) : NaN;
      };
    }
    const { base } = by;
    const addends = by.kind === "prediction" ? this.#allAddends() : undefined;
    return addends === undefined
      ? (row) => base + product(row)
      : (row) => base + addends[row]! + product(row);
  }

  #allAddends(): Float64Array | undefined {
    this.#addends ??= this.#makeAddends();
    return this.#addends;
  }

  #allLengths(): Float64Array {
    if (this.#lengths === undefined) {
      this.#lengths = new Float64Array(this.size);
      this.#measure(this.#lengths, 0, this.size);
    }
    return this.#lengths;
  }

  #measure(lengths: Float64Array, from: number, to: number): void {
    for (let row = from; row < to; row++) lengths[row] = this.lengthOf(row);
  }
}

/** Zero has no direction, and neither has a row so long that its length overflows. */
export function hasDirection(length: number): boolean {
  return length > 0 && length < Infinity;
}
