import type { ListLayout } from "./layout.js";
import { type Bounding, numbersAt, packPlaces } from "./pack.js";

/** Items whose order, biases and lengths lie in a memory, to be packed there; its ranges are of places. */
export interface IndexTask {
  readonly kind: "index";
  readonly layout: ListLayout;
  /** Where the factors of all items lie, by index. */
  readonly rows: number;
  readonly bounding: Bounding;
}

/** Packs places [from, to); stops now and then and tells the places of all of them at last. */
export function* packRange(
  memory: WebAssembly.Memory,
  { layout, rows, bounding }: IndexTask,
  from: number,
  to: number,
): Generator<number, void, void> {
  const factors = numbersAt(memory, layout, rows, layout.itemCount * layout.factors);
  for (const _ of packPlaces(memory, layout, factors, bounding, from, to)) yield 0;
  yield to - from;
}
