import type { Sliced } from "../../ratings/slices.js";
import { createKernelsNow } from "../kernels.js";
import { type Arrangement, arrange } from "./arrange.js";
import { allocateIndex, type IndexSource, layOutIndex } from "./index-memory.js";
import { type ListJob, writeListJob } from "./job.js";
import { GROUP, type ListLayout } from "./layout.js";
import { type ItemSizes, numbersAt, packItems, VectorWriter } from "./pack.js";
import type { Tally } from "./session.js";
import { type BoundSizes, cosineSlackOf, slackOf } from "./slack.js";
import type { Numbers } from "./source.js";

/** A vector, and which items are wanted in the order of their scores with it. */
export interface IndexQuery {
  /** K numbers in the precision of the items. */
  readonly vector: Numbers;
  /** By what items are scored: base + wᵀu, (base + c) + wᵀu, or wᵀu ÷ (length · ‖u‖). */
  readonly by:
    | { readonly kind: "product" | "prediction"; readonly base: number }
    | { readonly kind: "cosine"; readonly length: number };
  /** Items that may not be told, ascending. */
  readonly leftOut: Int32Array;
  /** The items that may be told, as bits; all of them where there are none. */
  readonly bits: Uint32Array | undefined;
  /** The best so many, at most as many as there are. */
  readonly depth: number;
  /** An item with a lower score is not told. */
  readonly minScore: number;
}

/** An item and its score. */
export interface Scored {
  readonly index: number;
  readonly score: number;
}

/** Items as they lie in a memory. */
export interface PackedItems {
  readonly layout: ListLayout;
  readonly arrangement: Arrangement;
  readonly sizes: ItemSizes;
}

/**
 * Items in a memory of their own, in an order of falling bounds, for one query at a time: each is answered as sorting all
 * scores would, bit for bit, at once, and most items are never scored.
 */
export class VectorIndex {
  readonly #memory: WebAssembly.Memory;
  readonly #kernel: (job: number) => void;
  readonly #layout: ListLayout;
  readonly #arrangement: Arrangement;
  readonly #sizes: ItemSizes;
  /** The job of any query, but for what differs between queries. */
  readonly #job: ListJob;

  /** @param packed what lies in the memory, which is the index's own from now on */
  constructor(memory: WebAssembly.Memory, module: WebAssembly.Module, packed: PackedItems) {
    const { layout, arrangement, sizes } = packed;
    this.#memory = memory;
    this.#layout = layout;
    this.#arrangement = arrangement;
    this.#sizes = sizes;
    const kernels = createKernelsNow(module, memory);
    const { lanes, bytes: _, precision, plainBiases: __, plainBounds: ___, ...addresses } = layout;
    this.#kernel = precision === "float32" ? kernels.sweepItems32 : kernels.sweepItems64;
    this.#job = {
      ...addresses,
      ...lanes[0]!,
      userCount: 1,
      panelFrom: 0,
      panelTo: layout.panelCount,
      limit: 0,
    };
  }

  /**
   * @param source what is asked for and asked with: lengths must be in it
   * @param module the kernels for a memory of their own, all of them
   * @param arranging the order of the items and their bounds
   * @throws AlternantError "too-large"
   */
  static *build(
    source: IndexSource,
    module: WebAssembly.Module,
    arranging: Sliced<Arrangement> = arrange(source, undefined, source.lengths.length, Infinity),
  ): Sliced<VectorIndex> {
    const arrangement = yield* arranging;
    const layout = layOutIndex(source, arrangement);
    const memory = allocateIndex(layout);
    const sizes = yield* packItems(memory, layout, source, arrangement);
    return new VectorIndex(memory, module, { layout, arrangement, sizes });
  }

  /** The items of a query, best first, equal scores by index. */
  rank(query: IndexQuery): Scored[] {
    const { leftOut, bits, depth, minScore } = query;
    const { buffer } = this.#memory;
    const layout = this.#layout;
    this.#load(query);
    new Float64Array(buffer, layout.floor, 1)[0] = minScore;
    new Uint32Array(buffer, layout.excludedStarts, 2)[1] = leftOut.length;
    new Int32Array(buffer, layout.excluded, leftOut.length).set(leftOut);
    if (bits !== undefined) new Uint32Array(buffer, layout.filter, bits.length).set(bits);
    const job = this.#lanes.job;
    writeListJob(this.#memory, job, {
      ...this.#job,
      ...this.#scoring(query.by.kind),
      filter: bits === undefined ? 0 : layout.filter,
      count: depth,
    });
    this.#kernel(job);
    const count = new Int32Array(buffer, layout.bestCounts, 1)[0]!;
    const items = new Int32Array(buffer, layout.bestItems, count);
    const scores = new Float64Array(buffer, layout.bestScores, count);
    return Array.from(items, (index, at) => ({ index, score: scores[at]! }));
  }

  /** Bytes of its memory. */
  get bytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** What items were packed into, a copy. For tests. */
  get packed(): Uint8Array {
    return new Uint8Array(this.#memory.buffer, 0, this.#layout.packed).slice();
  }

  /** How much was looked at since the index was built. */
  tally(): Tally {
    const [bounded, exact] = new Float64Array(this.#memory.buffer, this.#lanes.tally, 2);
    return { bounded: bounded!, exact: exact! };
  }

  get #lanes(): ListLayout["lanes"][number] {
    return this.#layout.lanes[0]!;
  }

  /** Where what differs between kinds of scores lies. */
  #scoring(kind: IndexQuery["by"]["kind"]): Partial<ListJob> {
    const { plainBiases, plainBounds } = this.#layout;
    switch (kind) {
      case "prediction":
        return { lengths: 0, panelLengths: 0 };
      case "product":
        return {
          lengths: 0,
          panelLengths: 0,
          itemBiases: 0,
          panelBiases: plainBiases,
          chunkBounds: plainBounds,
        };
      case "cosine":
        return { itemBiases: 0, panelBiases: plainBiases, chunkBounds: 0 };
    }
  }

  /** Puts the vector into the memory, and what its scores have in common. */
  #load({ vector, by }: IndexQuery): void {
    const layout = this.#layout;
    const { factors, boundFactors, precision } = layout;
    const { axes } = this.#arrangement;
    const writer = new VectorWriter(
      factors,
      axes,
      numbersAt(this.#memory, layout, layout.groups, factors * GROUP),
      numbersAt(this.#memory, layout, layout.boundGroups, boundFactors * GROUP),
      GROUP,
    );
    const norm = writer.write(vector, 0, 0);
    const sizes: BoundSizes = {
      precision,
      factors,
      norm,
      itemNorm: this.#sizes.norm,
      axesError: axes?.error,
      halves: layout.halves !== 0,
    };
    const put = (address: number, value: number): void => {
      new Float64Array(this.#memory.buffer, address, 1)[0] = value;
    };
    put(layout.steps, norm / this.#sizes.step);
    if (by.kind === "cosine") {
      put(layout.norms, by.length);
      put(
        layout.slacks,
        cosineSlackOf({ ...sizes, norm: Math.max(norm, by.length) }, by.length, this.#sizes.leastLength),
      );
      return;
    }
    put(layout.bases, by.base);
    put(layout.slacks, slackOf(sizes, Math.abs(by.base), by.kind === "product" ? 0 : this.#sizes.bias));
  }
}
