import { AlternantError } from "../errors.js";
import { createYielder } from "../yield.js";

export const PAGE = 65536;
const MAX_PAGES = 65536;
/** Zeroed at a time between two looks at the clock: about half a millisecond. */
const ZERO_SLICE = 1 << 22;
/** Free memories that a pool keeps: a fit after a fit finds one, and a burst of fits is given back. */
const KEPT = 2;

/**
 * Memories that fits borrow one after the other, so that no two running fits ever share one. Reused rather than made anew
 * because engines free a memory late: only a garbage collection does, for a shared one in every worker that saw it.
 */
export class MemoryPool {
  readonly #shared: boolean;
  readonly #onDropped: (memory: WebAssembly.Memory) => void;
  #free: WebAssembly.Memory[] = [];

  /**
   * @param shared whether lanes must be able to work in them
   * @param onDropped told of a memory that is not kept
   */
  constructor(shared: boolean = false, onDropped: (memory: WebAssembly.Memory) => void = () => {}) {
    this.#shared = shared;
    this.#onDropped = onDropped;
  }

  /**
   * A zeroed memory of at least `bytes` (at most 4 GiB).
   *
   * @param check called while a large one is zeroed; what it throws leaves the memory in the pool
   */
  async borrow(bytes: number, check: () => void = () => {}): Promise<WebAssembly.Memory> {
    const pages = sizeClass(bytes);
    const index = this.#free.findIndex((memory) => memory.buffer.byteLength === pages * PAGE);
    if (index < 0) return allocateMemory(pages, this.#shared);
    const memory = this.#free.splice(index, 1)[0]!;
    try {
      await zero(memory, bytes, check);
    } catch (error) {
      this.giveBack(memory);
      throw error;
    }
    return memory;
  }

  /** Takes a memory back. */
  giveBack(memory: WebAssembly.Memory): void {
    this.#free.push(memory);
    if (this.#free.length > KEPT) this.#onDropped(this.#free.shift()!);
  }

  clear(): void {
    this.#free = [];
  }
}

/** @throws AlternantError "too-large" where the engine has no such room */
export function allocateMemory(pages: number, shared: boolean): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  } catch (cause) {
    throw new AlternantError(
      "too-large",
      `This engine cannot give the ${((pages * PAGE) / 2 ** 20).toFixed(0)} MiB of WebAssembly memory that are needed. Use fewer factors or precision: "float32", or end other work first.`,
      { cause },
    );
  }
}

/** Pages of the size class: a power of two up to 1 GiB, then steps of 256 MiB. Pages never touched cost nothing. */
function sizeClass(bytes: number): number {
  const pages = Math.max(1, Math.ceil(bytes / PAGE));
  const step = pages <= 16384 ? 2 ** (32 - Math.clz32(pages - 1)) : Math.ceil(pages / 4096) * 4096;
  return Math.min(MAX_PAGES, step);
}

async function zero(memory: WebAssembly.Memory, bytes: number, check: () => void): Promise<void> {
  const yielder = createYielder();
  for (let from = 0; from < bytes; from += ZERO_SLICE) {
    new Uint8Array(memory.buffer, from, Math.min(ZERO_SLICE, bytes - from)).fill(0);
    if (!yielder.due()) continue;
    await yielder.pause();
    check();
  }
}
