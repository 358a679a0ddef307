import { gramianBlocks } from "../gramian-blocks.js";
import type { Kernels } from "../kernels.js";
import { roundUp, slotBytes, type Tall, type TallLayout, TILE } from "./layout.js";
import type { TallWork } from "./task.js";

/** Multiply-adds of one call: some milliseconds on a slow machine. */
const CALL_WORK = 6e6;
/** Rows of a Gram matrix's tile have at most so many bytes, so that it stays in the L1 cache. */
const TILE_BYTES = 2 ** 15;
const LEAST_ROWS = 16;

/** Takes one lane through rows of tall matrices, in calls of limited work. */
export class TallSweep {
  readonly #kernels: Kernels;
  readonly #layout: TallLayout;
  readonly #scratch: number;

  constructor(kernels: Kernels, layout: TallLayout, lane: number) {
    this.#kernels = kernels;
    this.#layout = layout;
    this.#scratch = layout.lanes[lane]!.scratch;
  }

  /** Goes through blocks, or rows of a product, [from, to); stops after every call and tells its multiply-adds. */
  *run(work: TallWork, from: number, to: number): Generator<number, void, void> {
    if (work.op === "product") yield* this.#product(work, from, to);
    else if (work.op === "sum") yield* this.#sum(work, from, to);
    else if (work.op === "gram") for (let block = from; block < to; block++) yield* this.#gram(work.x, block);
    else for (let block = from; block < to; block++) yield* this.#cross(work, block);
  }

  *#gram({ address, rows, columns, stride }: Tall, block: number): Generator<number, void, void> {
    const blocks = gramianBlocks(rows, columns);
    const first = block * blocks.rows;
    const count = Math.min(blocks.rows, rows - first);
    const slot = this.#layout.slots + block * slotBytes(columns, columns);
    const step = Math.max(LEAST_ROWS, Math.floor(TILE_BYTES / stride));
    let work = 0;
    for (let row = 0; row < count; row += step) {
      const tile = Math.min(step, count - row);
      this.#kernels.gram64(address + (first + row) * stride, tile, stride, columns, slot, row === 0 ? 1 : 0);
      work += tile * columns * columns;
      if (work < CALL_WORK) continue;
      yield work;
      work = 0;
    }
    yield work;
  }

  *#cross({ x, y }: { x: Tall; y: Tall }, block: number): Generator<number, void, void> {
    const blocks = gramianBlocks(x.rows, x.columns);
    const first = block * blocks.rows;
    const count = Math.min(blocks.rows, x.rows - first);
    const slot = this.#layout.slots + block * slotBytes(x.columns, y.columns);
    const size = x.columns * y.columns;
    const step = Math.max(TILE, roundUp(CALL_WORK / size, TILE));
    for (let row = 0; row < count; row += step) {
      const rows = Math.min(step, count - row);
      this.#kernels.crossProduct(
        x.address + (first + row) * x.stride,
        x.stride,
        x.columns,
        y.address + (first + row) * y.stride,
        y.stride,
        y.columns,
        rows,
        slot,
        y.columns * 8,
        row === 0 ? 1 : 0,
        this.#scratch,
      );
      yield rows * size;
    }
  }

  *#sum(
    { precision, address, bytes, count, y }: Extract<TallWork, { op: "sum" }>,
    from: number,
    to: number,
  ): Generator<number, void, void> {
    const [kernel, size] =
      precision === "float32" ? [this.#kernels.sumSlots32, 4] : [this.#kernels.sumSlots64, 8];
    const step = Math.max(1, Math.floor(CALL_WORK / (count * y.columns)));
    for (let row = from; row < to; row += step) {
      const numbers = Math.min(step, to - row) * y.columns;
      kernel(address + row * y.columns * size, bytes, count, numbers, y.address + row * y.stride);
      yield numbers * count;
    }
  }

  *#product(
    { x, y, add }: { x: Tall; y: Tall; add: boolean },
    from: number,
    to: number,
  ): Generator<number, void, void> {
    const size = x.columns * y.columns;
    const step = Math.max(TILE, roundUp(CALL_WORK / size, TILE));
    for (let row = from; row < to; row += step) {
      const rows = Math.min(step, to - row);
      this.#kernels.tallProduct(
        x.address + row * x.stride,
        x.stride,
        x.columns,
        this.#layout.packed,
        y.columns,
        y.address + row * y.stride,
        y.stride,
        rows,
        add ? 0 : 1,
        this.#scratch,
      );
      yield rows * size;
    }
  }
}
