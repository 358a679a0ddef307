import { untilAborted } from "../abort.js";
import { AlternantError, throwIfAborted } from "../errors.js";
import { engineFor } from "../kernel/index.js";
import type { IndexBuilder, IndexQuery, Scored, VectorIndex } from "../kernel/lists/index.js";
import { runNow, runWithPauses, type Sliced } from "../ratings/slices.js";
import { createYielder } from "../yield.js";
import { dot } from "./dot.js";
import { hasBit } from "./filter.js";
import type { Factors } from "./parts.js";
import type { PrepareOptions } from "./results.js";
import { type Page, selectPage } from "./selection.js";

/** Rows measured between two chances of a pause. */
const STRIDE = 256;
/** Numbers of rows that are gone through faster than an index is built. */
const WORTH_INDEX = 2 ** 16;
/** Numbers of rows from which lanes save more than starting them may cost. */
const WORTH_LANES = 2 ** 20;
/** What is at work, as it stands in errors. */
const PREPARE = "Model.prepare";

/** How many times more entries are looked at, where too many are not to be told. */
const DEEPER = 4;

/** A vector, and which rows of a side are wanted in the order of their scores with it. */
export interface Query extends Omit<IndexQuery, "depth" | "minScore"> {
  readonly page: Page;
  /** Rows that may not be told either, where a list of them would have to be made first. */
  readonly without?: (row: number) => boolean;
}

/** What builds indexes, once a call has waited for it. */
let builder: IndexBuilder | undefined;

/**
 * The rows of one side of a model, to be ranked by their scores with a vector: by an index where there is one, or it can be
 * built at once, by scoring all rows elsewhere. Both give the same bits.
 */
export class Side {
  readonly rows: Factors;
  readonly factors: number;
  readonly #others: Factors;
  readonly #makeAddends: () => Float64Array | undefined;
  #addends: Float64Array | undefined;
  #lengths: Float64Array | undefined;
  /** null where there is no room for one. */
  #index: VectorIndex | null | undefined;
  #preparing: Promise<void> | undefined;

  /**
   * @param others the rows that most queries come from
   * @param makeAddends what predictions add of each row, made when first needed
   */
  constructor(rows: Factors, others: Factors, factors: number, makeAddends: () => Float64Array | undefined) {
    this.rows = rows;
    this.factors = factors;
    this.#others = others;
    this.#makeAddends = makeAddends;
  }

  get size(): number {
    return this.rows.length / this.factors;
  }

  /** How much the index has looked at; undefined without one. For benchmarks and tests. */
  get tally(): { readonly bounded: number; readonly exact: number } | undefined {
    return this.#index?.tally();
  }

  /** Whether there is an index. */
  get isPrepared(): boolean {
    return Boolean(this.#index);
  }

  /** Bytes of lengths and index, as far as they have been made. */
  get bytes(): number {
    return (this.#lengths?.byteLength ?? 0) + (this.#index?.bytes ?? 0);
  }

  /**
   * Makes lengths and index without holding the event loop.
   *
   * @throws AlternantError "aborted", "disposed", "lane-failed", "too-large"
   */
  async prepare(options: Pick<PrepareOptions, "engine" | "signal"> = {}): Promise<void> {
    // Whoever waits for somebody else's try makes one of its own where that one failed.
    while (this.#preparing !== undefined)
      await untilAborted(
        this.#preparing.catch(() => undefined),
        options.signal,
        PREPARE,
      );
    this.#preparing = this.#prepare(options).finally(() => {
      this.#preparing = undefined;
    });
    await this.#preparing;
  }

  async #prepare({ engine, signal }: Pick<PrepareOptions, "engine" | "signal">): Promise<void> {
    const run = <T>(work: Sliced<T>): Promise<T> => runWithPauses(work, createYielder(), signal, PREPARE);
    throwIfAborted(signal, PREPARE);
    this.#lengths ??= await run(this.#measured());
    builder ??= await (await import("../kernel/lists/index.js")).indexBuilder();
    if (builder === undefined || this.#index) return;
    this.#index =
      engine === undefined && this.rows.length < WORTH_LANES
        ? await run(builder.build(this.#source()))
        : await builder.buildOn(this.#source(), {
            engine: await engineFor(engine, signal, PREPARE),
            signal,
            what: PREPARE,
          });
  }

  /** The rows of a query's page, best first, equal scores by index. */
  rank({ page, without, ...query }: Query): Scored[] {
    const { offset, depth, minScore } = page;
    if (offset >= depth) return [];
    const index = this.#indexNow();
    if (!index) return this.#scan(query, page, without);
    // What is not to be told is told apart among the best alone: more and more of them, until there are enough others.
    for (let among = depth; ; among = Math.min(this.size, DEEPER * among)) {
      const best = index.rank({ ...query, depth: among, minScore });
      const left = without === undefined ? best : best.filter((one) => !without(one.index));
      if (left.length >= depth || best.length < among || among === this.size)
        return left.slice(offset, depth);
    }
  }

  /** The length of a row. */
  lengthOf(row: number): number {
    const at = row * this.factors;
    return Math.sqrt(dot(this.rows, at, this.rows, at, this.factors));
  }

  #scan(query: Omit<Query, "page">, page: Page, without: Query["without"]): Scored[] {
    const score = this.#scorer(query);
    const { leftOut, bits } = query;
    return selectPage(page, (take) => {
      // Both ascend, so that one cursor is enough to skip them.
      let next = 0;
      for (let row = 0; row < this.size; row++) {
        if (leftOut[next] === row) next++;
        else if ((bits === undefined || hasBit(bits, row)) && !without?.(row)) take(row, score(row));
      }
    });
  }

  /** The index, built at once where kernels are compiled and it is worth its while. */
  #indexNow(): VectorIndex | null | undefined {
    if (this.#index === undefined && builder !== undefined && this.rows.length >= WORTH_INDEX)
      try {
        this.#index = runNow(builder.build(this.#source()));
      } catch (error) {
        if (!(error instanceof AlternantError)) throw error;
        this.#index = null;
      }
    return this.#index;
  }

  #source(): Parameters<IndexBuilder["build"]>[0] {
    return {
      factors: this.factors,
      userFactors: this.#others,
      itemFactors: this.rows,
      mean: 0,
      userBiases: undefined,
      itemBiases: this.#allAddends(),
      lengths: this.#allLengths(),
    };
  }

  /** What scores a row; NaN for one that has no score. */
  #scorer({ vector, by }: Pick<Query, "vector" | "by">): (row: number) => number {
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
    this.#lengths ??= runNow(this.#measured());
    return this.#lengths;
  }

  *#measured(): Sliced<Float64Array> {
    const lengths = new Float64Array(this.size);
    for (let row = 0; row < lengths.length; row++) {
      lengths[row] = this.lengthOf(row);
      if (row % STRIDE === 0) yield;
    }
    return lengths;
  }
}

/** Zero has no direction, and neither has a row so long that its length overflows. */
export function hasDirection(length: number): boolean {
  return length > 0 && length < Infinity;
}
