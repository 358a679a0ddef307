import type { OnWork } from "../kernel/index.js";

/** How far a fit has come within an epoch, by work that has been done. */
export interface ProgressEvent {
  /** The epoch that is being worked at, from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** The side that is being solved: items come first. */
  readonly side: "items" | "users";
  /** Ratings of this side that have been worked through, of `total`. */
  readonly done: number;
  readonly total: number;
  /** The share of the whole fit that is done, 0–1: each half-epoch counts alike. */
  readonly share: number;
}

/** Tells a fit's progress to its caller, and ends the fit with what the caller throws or rejects with. */
export class Progress {
  readonly #tell: (event: ProgressEvent) => unknown;
  readonly #epochs: number;
  #refused: { readonly error: unknown } | undefined;

  constructor(tell: (event: ProgressEvent) => unknown, epochs: number) {
    this.#tell = tell;
    this.#epochs = epochs;
  }

  /** What takes the work done in a half-epoch. */
  half(side: "items" | "users", epoch: number): OnWork {
    const epochs = this.#epochs;
    return (done, total) => {
      this.throwIfRefused();
      const halves = 2 * (epoch - 1) + (side === "users" ? 1 : 0);
      const share = (halves + done / total) / (2 * epochs);
      // A promise is not waited for: rows are solved meanwhile.
      Promise.resolve(this.#tell({ epoch, epochs, side, done, total, share })).catch((error: unknown) => {
        this.#refused ??= { error };
      });
    };
  }

  /** @throws what an earlier promise rejected with */
  throwIfRefused(): void {
    if (this.#refused !== undefined) throw this.#refused.error;
  }
}
