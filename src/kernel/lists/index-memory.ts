import { AlternantError } from "../../errors.js";
import { MEMORY_LIMIT } from "../layout.js";
import type { Arrangement } from "./arrange.js";
import { type ListLayout, layOutLists } from "./layout.js";
import type { ListSource } from "./source.js";

/** What an index is made of: lengths of items are asked for too. */
export interface IndexSource extends ListSource {
  readonly lengths: Float64Array;
}

/** Lays out the memory of an index, for one query at a time. */
export function layOutIndex(
  { factors, itemFactors, itemBiases, lengths }: IndexSource,
  { order, axes }: Arrangement,
): ListLayout {
  const items = lengths.length;
  const single = itemFactors instanceof Float32Array;
  return layOutLists({
    precision: single ? "float32" : "float64",
    factors,
    itemCount: items,
    itemBiases: itemBiases !== undefined,
    ordered: order !== undefined,
    axes: axes?.count ?? 0,
    // One query goes through all factors as fast as memory gives them: half of the bytes take half of the time.
    halves: single && axes === undefined,
    measures: true,
    filterWords: Math.ceil(items / 32),
    users: 1,
    excluded: items,
    targets: 0,
    count: items,
    threads: 1,
  });
}

/** @throws AlternantError "too-large" */
export function allocateIndex({ bytes }: ListLayout): WebAssembly.Memory {
  const pages = Math.ceil(bytes / 65536);
  try {
    if (bytes > MEMORY_LIMIT) throw new RangeError("WebAssembly can address 4 GiB");
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (cause) {
    throw new AlternantError(
      "too-large",
      `An index needs ${(bytes / 2 ** 20).toFixed(0)} MiB of WebAssembly memory, more than there is. Answers come without it too, only slower.`,
      { cause },
    );
  }
}
