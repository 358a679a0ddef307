import { createYielder, type Yielder } from "../../yield.js";
import type { Guard } from "../driver.js";
import type { Workplace } from "../engine.js";
import { gramianBlocks } from "../gramian-blocks.js";
import type { Kernels } from "../kernels.js";
import type { Precision } from "../layout.js";
import { GROUP, gramRowBytes, STEP, slotBytes, type Tall, type TallLayout } from "./layout.js";
import { TallSweep } from "./sweep.js";
import type { TallWork } from "./task.js";

/** Milliseconds after which the event loop gets its turn. */
const PAUSE_MS = 3;
/** Multiply-adds up to which the calling thread does it all: less than a millisecond. */
const INLINE_WORK = 2e6;
/** Multiply-adds of a lane's chunk of rows. */
const CHUNK_WORK = 3e7;
/** Numbers added up between two looks at the clock. */
const SLICE = 1 << 16;

/** A small matrix: rows × columns, row-major float64. */
export interface Small {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** Multiplies tall matrices in one lent memory, on the calling thread or on lanes; the bits are the same. */
export class TallMatrices {
  readonly memory: WebAssembly.Memory;
  readonly layout: TallLayout;
  /** Kernels over the memory on the calling thread, for what is too small to share. */
  readonly kernels: Kernels;
  readonly guard: Guard;
  readonly #lanes: Workplace["lanes"];
  readonly #sweep: TallSweep;
  readonly #yielder: Yielder = createYielder(PAUSE_MS);

  private constructor(memory: WebAssembly.Memory, layout: TallLayout, kernels: Kernels, place: Workplace) {
    this.memory = memory;
    this.layout = layout;
    this.kernels = kernels;
    this.guard = place.guard;
    this.#lanes = place.lanes;
    this.#sweep = new TallSweep(kernels, layout, 0);
  }

  /** What works at a place. */
  static async open(memory: WebAssembly.Memory, layout: TallLayout, place: Workplace): Promise<TallMatrices> {
    return new TallMatrices(memory, layout, await place.kernels(), place);
  }

  get threads(): number {
    return this.#lanes?.threads ?? 1;
  }

  /** XᵀX. @throws AlternantError "aborted", "disposed", "lane-failed", and so do all */
  async gram(x: Tall): Promise<Small> {
    const { columns } = x;
    const { count } = gramianBlocks(x.rows, columns);
    await this.#run({ op: "gram", x }, oneByOne(count), x.rows * columns * columns);
    const stride = gramRowBytes(columns) / 8;
    const sum = await this.#sumSlots(count, slotBytes(columns, columns), columns * stride);
    const values = new Float64Array(columns * columns);
    for (let row = 0; row < columns; row++)
      for (let column = row; column < columns; column++)
        values[row * columns + column] = values[column * columns + row] = sum[row * stride + column]!;
    return { rows: columns, columns, values };
  }

  /** XᵀY, of matrices of as many rows. */
  async cross(x: Tall, y: Tall): Promise<Small> {
    const { count } = gramianBlocks(x.rows, x.columns);
    await this.#run({ op: "cross", x, y }, oneByOne(count), x.rows * x.columns * y.columns);
    const size = x.columns * y.columns;
    const values = await this.#sumSlots(count, slotBytes(x.columns, y.columns), size);
    return { rows: x.columns, columns: y.columns, values };
  }

  /** Y = or (`add`) += X·C. Y may be X. */
  async product(x: Tall, c: Small, y: Tall, add: boolean = false): Promise<void> {
    this.#pack(c, y.columns);
    const size = x.columns * y.columns;
    await this.#run({ op: "product", x, y, add }, rowChunks(x.rows, size), x.rows * size);
  }

  /** Y, whose rows follow each other, = the sum of `count` stretches of as many numbers, `bytes` apart. */
  async sum(precision: Precision, address: number, bytes: number, count: number, y: Tall): Promise<void> {
    const work: TallWork = { op: "sum", precision, address, bytes, count, y };
    const size = y.rows * y.columns * count;
    await this.#run(work, rowChunks(y.rows, y.columns * count), size);
  }

  /** Lets the event loop run where it is due. */
  async breathe(): Promise<void> {
    if (!this.#yielder.due()) return;
    await this.#yielder.pause();
    this.guard.check();
  }

  close(onLeft: () => void): void {
    if (this.#lanes === undefined) onLeft();
    else this.#lanes.close(onLeft);
  }

  /** @param size multiply-adds in all: little is done before lanes would have begun */
  async #run(work: TallWork, chunks: Int32Array, size: number): Promise<void> {
    if (this.#lanes !== undefined && size > INLINE_WORK) {
      await this.#lanes.run({ kind: "tall", work, layout: this.layout }, chunks);
      return;
    }
    for (let at = 0; at < chunks.length; at += 2)
      for (const _ of this.#sweep.run(work, chunks[at]!, chunks[at + 1]!)) await this.breathe();
  }

  /** Adds up the first `size` numbers of each slot, in the order of blocks. */
  async #sumSlots(count: number, bytes: number, size: number): Promise<Float64Array> {
    const sum = new Float64Array(size);
    for (let from = 0; from < size; from += SLICE) {
      const length = Math.min(SLICE, size - from);
      for (let block = 0; block < count; block++) {
        const { slots } = this.layout;
        const slot = new Float64Array(this.memory.buffer, slots + block * bytes + from * 8, length);
        for (let i = 0; i < length; i++) sum[from + i]! += slot[i]!;
        await this.breathe();
      }
    }
    return sum;
  }

  /** C as products take it: four columns after the other, one row every 48 bytes; what it lacks is zero. */
  #pack({ rows, columns, values }: Small, width: number): void {
    const step = STEP / 8;
    const packed = new Float64Array(this.memory.buffer, this.layout.packed, (rows * width * step) / 4).fill(
      0,
    );
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        packed[((column >> 2) * rows + row) * step + (column & 3)] = values[row * columns + column]!;
  }
}

/** `[from, to)` rows of each chunk, whole groups of them, where a row takes so many multiply-adds. */
function rowChunks(rowCount: number, rowWork: number): Int32Array {
  const rows = Math.max(1, Math.floor(CHUNK_WORK / (rowWork * GROUP))) * GROUP;
  const chunks = new Int32Array(2 * Math.ceil(rowCount / rows));
  for (let chunk = 0; chunk < chunks.length / 2; chunk++) {
    chunks[2 * chunk] = chunk * rows;
    chunks[2 * chunk + 1] = Math.min(rowCount, (chunk + 1) * rows);
  }
  return chunks;
}

/** Ranges 0–1, 1–2 … count − 1–count. */
function oneByOne(count: number): Int32Array {
  return Int32Array.from({ length: 2 * count }, (_, i) => (i + 1) >> 1);
}
