import { read } from "node:fs";
import type { ConfidenceForm } from "../../ratings/confidence.js";
import type { SharedPackedSide } from "../../ratings/index.js";
import { PackedSide } from "../../ratings/packed-side.js";
import { markVerified } from "../../ratings/verified-sides.js";

/** Bytes that are read ahead at once. */
const AHEAD_BYTES = 2 ** 20;

/** One orientation of ratings in a file, with what the thread that opened it does for the others. */
export class FileSide extends PackedSide {
  #scratch: Uint8Array | undefined;

  constructor(shared: SharedPackedSide) {
    super(shared);
    markVerified(this);
  }

  /** Reads ratings into the system's cache of the file, from which other reads are copies. */
  async ahead(from: number, to: number): Promise<void> {
    const { columns, values, weights } = this.share();
    for (const section of [columns, values, weights])
      if (section !== undefined)
        await this.#touch(section.at + from * section.bytes, (to - from) * section.bytes);
  }

  withConfidences(form: ConfidenceForm, bytes: 4 | 8): FileSide {
    return new FileSide({ ...this.share(), confidences: { form, bytes } });
  }

  /** Reads bytes and forgets them. */
  async #touch(position: number, length: number): Promise<void> {
    const { descriptor, state } = this.share();
    this.#scratch ??= new Uint8Array(AHEAD_BYTES);
    for (let from = 0; from < length && Atomics.load(state, 0) === 0; from += AHEAD_BYTES) {
      const bytes = Math.min(AHEAD_BYTES, length - from);
      await new Promise<void>((resolve) =>
        read(descriptor, this.#scratch!, 0, bytes, position + from, () => resolve()),
      );
    }
  }
}
