import { type FitLayout, factorView } from "../kernel/index.js";
import type { Factors } from "../model/index.js";
import type { Yielder } from "../yield.js";

/** Numbers copied between two looks at the clock. */
const COPY_SLICE = 1 << 18;

type Side = "users" | "items";

/** Moves factors and biases between a fit's memory, where rows are padded, and ordinary arrays. */
export class FactorAccess {
  readonly #memory: WebAssembly.Memory;
  readonly #layout: FitLayout;
  readonly #createYielder: () => Yielder;

  constructor(memory: WebAssembly.Memory, layout: FitLayout, createYielder: () => Yielder) {
    this.#memory = memory;
    this.#layout = layout;
    this.#createYielder = createYielder;
  }

  /** Rows × K. */
  copy(side: Side): Factors {
    const copy = this.#empty(side);
    this.#copyRows(side, copy, 0, this.#layout[side].rowCount);
    return copy;
  }

  /** The same with turns for the event loop. */
  async copyInSlices(side: Side): Promise<Factors> {
    const yielder = this.#createYielder();
    await yielder.pause();
    const copy = this.#empty(side);
    const { rowCount } = this.#layout[side];
    const step = Math.max(1, Math.floor(COPY_SLICE / this.#layout.padded));
    for (let row = 0; row < rowCount; row += step) {
      this.#copyRows(side, copy, row, Math.min(rowCount, row + step));
      if (yielder.due()) await yielder.pause();
    }
    return copy;
  }

  copyBiases(side: Side): Float64Array<ArrayBuffer> | undefined {
    const view = this.#biases(side);
    return view && new Float64Array(view);
  }

  /** Puts in what {@link copyInSlices} gave, with turns for the event loop. */
  async setInSlices(side: Side, factors: Factors, biases: Float64Array | undefined): Promise<void> {
    const yielder = this.#createYielder();
    await yielder.pause();
    const { factors: width, padded } = this.#layout;
    const { rowCount } = this.#layout[side];
    const step = Math.max(1, Math.floor(COPY_SLICE / padded));
    for (let from = 0; from < rowCount; from += step) {
      const view = factorView(this.#memory, this.#layout, this.#layout[side]);
      for (let row = from; row < Math.min(rowCount, from + step); row++)
        view.set(factors.subarray(row * width, (row + 1) * width), row * padded);
      if (yielder.due()) await yielder.pause();
    }
    if (biases !== undefined) this.#biases(side)?.set(biases);
  }

  /** Zeros in a side's factors and biases. */
  clear(side: Side): void {
    factorView(this.#memory, this.#layout, this.#layout[side]).fill(0);
    this.#biases(side)?.fill(0);
  }

  #biases(side: Side): Float64Array | undefined {
    const { biases, rowCount } = this.#layout[side];
    return biases === 0 ? undefined : new Float64Array(this.#memory.buffer, biases, rowCount);
  }

  #empty(side: Side): Factors {
    const length = this.#layout[side].rowCount * this.#layout.factors;
    return this.#layout.precision === "float32" ? new Float32Array(length) : new Float64Array(length);
  }

  #copyRows(side: Side, copy: Factors, from: number, to: number): void {
    const { factors, padded } = this.#layout;
    const view = factorView(this.#memory, this.#layout, this.#layout[side]);
    if (factors === padded) {
      copy.set(view.subarray(from * factors, to * factors), from * factors);
      return;
    }
    for (let row = from; row < to; row++)
      copy.set(view.subarray(row * padded, row * padded + factors), row * factors);
  }
}
