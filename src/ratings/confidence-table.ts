import { type ConfidenceForm, sizeOf } from "./confidence.js";

/** Logarithms that are remembered. */
const MOST = 16384;

/** Tells how much values count; ratings have few different ones, so that logarithms are remembered. */
export class ConfidenceTable {
  readonly #form: ConfidenceForm;
  readonly #sizes: Map<number, number> = new Map();

  constructor(form: ConfidenceForm) {
    this.#form = form;
  }

  /** offset + α·|r|, or the logarithm of 1 + r in place of |r|. */
  of(value: number): number {
    const { alpha, offset } = this.#form;
    return offset + alpha * this.#sizeOf(value);
  }

  #sizeOf(value: number): number {
    const { form } = this.#form;
    if (form === "linear") return sizeOf(value, form);
    let size = this.#sizes.get(value);
    if (size === undefined) {
      size = sizeOf(value, form);
      // Where values are many, remembering them all would cost more than it saves.
      if (this.#sizes.size < MOST) this.#sizes.set(value, size);
    }
    return size;
  }
}
