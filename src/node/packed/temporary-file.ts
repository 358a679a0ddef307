import { closeSync, openSync, readSync, rmSync, unlinkSync, writeSync } from "node:fs";
import type { TemporaryPlace } from "./temporary-place.js";

/** Bytes that are read or written at once: more than 2 GiB are refused. */
const PIECE_BYTES = 2 ** 30;

/**
 * A file that nobody else sees. Where the system lets go of names of open files it has none from the beginning, so that not even a
 * killed process leaves it behind.
 */
export class TemporaryFile {
  readonly #path: string;
  readonly #descriptor: number;
  #named = false;
  #open = true;

  constructor(place: TemporaryPlace) {
    this.#path = place.path();
    this.#descriptor = openSync(this.#path, "wx+", 0o600);
    try {
      unlinkSync(this.#path);
    } catch {
      this.#named = true;
    }
  }

  /** Writes all of the bytes. */
  write(bytes: Uint8Array, position: number): void {
    writeAll(this.#descriptor, bytes, position);
  }

  /** Fills all of the bytes. */
  read(bytes: Uint8Array, position: number): void {
    for (let from = 0; from < bytes.length; ) {
      const length = Math.min(PIECE_BYTES, bytes.length - from);
      const taken = readSync(this.#descriptor, bytes, from, length, position + from);
      if (taken === 0)
        throw Object.assign(new Error("a temporary file has been cut short"), { syscall: "read" });
      from += taken;
    }
  }

  /** Gives its room back; idempotent. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#descriptor);
    if (this.#named) rmSync(this.#path, { force: true });
  }
}

/** A disk that fills up takes a part of a write before it refuses the rest. */
export function writeAll(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let from = 0; from < bytes.length; ) {
    const length = Math.min(PIECE_BYTES, bytes.length - from);
    from += writeSync(descriptor, bytes, from, length, position + from);
  }
}
