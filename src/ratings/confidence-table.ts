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
    const { alpha, form, offset } = this.#form;
    let size = form === "log" ? this.#sizes.get(value) : undefined;
    if (size === undefined) {
      size = sizeOf(value, form);
      // Where values are many, remembering them all would cost more than it saves.
      if (form === "log" && this.#sizes.size < MOST) this.#sizes.set(value, size);
    }
    return offset + alpha * size;
  }
}
