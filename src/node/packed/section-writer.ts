import { crc32 } from "node:zlib";
import { BLOCK_BYTES } from "../../ratings/packed-side.js";
import type { FilePlan, PlannedTensor } from "./format.js";
import { writeAll } from "./temporary-file.js";

/** Blocks that are written at once. */
const BLOCKS = 16;

/** Writes one tensor from its beginning to its end, and then the checksums of its blocks. */
export class SectionWriter {
  readonly #descriptor: number;
  readonly #tensor: PlannedTensor;
  readonly #checksums: PlannedTensor;
  readonly #crcs: Uint32Array;
  readonly #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(BLOCKS * BLOCK_BYTES);
  #filled = 0;
  #written = 0;

  constructor(descriptor: number, { tensors }: FilePlan, name: string) {
    this.#descriptor = descriptor;
    this.#tensor = tensors.get(name)!;
    this.#checksums = tensors.get(`${name}.crc32`)!;
    this.#crcs = new Uint32Array(this.#checksums.length);
  }

  /** Adds the bytes of an array. */
  write({ buffer, byteOffset, byteLength }: ArrayBufferView): void {
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    for (let from = 0; from < bytes.length; ) {
      const taken = Math.min(this.#buffer.length - this.#filled, bytes.length - from);
      this.#buffer.set(bytes.subarray(from, from + taken), this.#filled);
      this.#filled += taken;
      from += taken;
      if (this.#filled === this.#buffer.length) this.#flush();
    }
  }

  /** All has been written. */
  end(): void {
    this.#flush();
    const { buffer } = this.#crcs;
    writeAll(this.#descriptor, new Uint8Array(buffer), this.#checksums.at);
  }

  #flush(): void {
    for (let from = 0; from < this.#filled; from += BLOCK_BYTES) {
      const block = this.#buffer.subarray(from, Math.min(from + BLOCK_BYTES, this.#filled));
      this.#crcs[(this.#written + from) / BLOCK_BYTES] = crc32(block);
    }
    writeAll(this.#descriptor, this.#buffer.subarray(0, this.#filled), this.#tensor.at + this.#written);
    this.#written += this.#filled;
    this.#filled = 0;
  }
}
