import type { AlternantError } from "../../errors.js";
import { Crew, type CrewOptions } from "./crew.js";

/** Bytes that may lie unused until lanes collect garbage. */
const COLLECT_BYTES = 2 ** 25;

/** An engine's lanes: one crew after the other, a new one when the last has failed. */
export class Lanes {
  readonly threads: number;
  readonly #options: CrewOptions;
  readonly #memories: WeakMap<WebAssembly.Memory, number> = new WeakMap();
  readonly #seen: WeakSet<ArrayBufferLike> = new WeakSet();
  #nextMemory = 0;
  #released = 0;
  #crew: Promise<Crew> | undefined;
  #disposed: AlternantError | undefined;

  constructor(options: CrewOptions) {
    this.threads = options.threads;
    this.#options = options;
  }

  /** The crew that works, started if there is none. @throws AlternantError "lane-failed", "disposed" */
  async crew(): Promise<Crew> {
    for (;;) {
      if (this.#disposed !== undefined) throw this.#disposed;
      this.#crew ??= Crew.start(this.#options);
      const started = this.#crew;
      let crew: Crew | undefined;
      try {
        crew = await started;
      } finally {
        if ((crew === undefined || crew.hasEnded) && this.#crew === started) this.#crew = undefined;
      }
      if (!crew.hasEnded) return crew;
    }
  }

  /** The number by which lanes know a memory. */
  memoryId(memory: WebAssembly.Memory): number {
    let id = this.#memories.get(memory);
    if (id === undefined) {
      id = this.#nextMemory++;
      this.#memories.set(memory, id);
    }
    return id;
  }

  /** The memory will not be used again: lanes let it go. */
  async forget(memory: WebAssembly.Memory): Promise<void> {
    const id = this.#memories.get(memory);
    const crew = await this.#crew?.catch(() => undefined);
    if (id !== undefined) crew?.forget(id);
    await this.release(memory.buffer.byteLength);
  }

  /** Whether lanes see these bytes for the first time. */
  isNew(buffer: ArrayBufferLike): boolean {
    if (this.#seen.has(buffer)) return false;
    this.#seen.add(buffer);
    return true;
  }

  /** So many bytes that lanes saw are no longer used: when they are many, lanes collect garbage, so that all is freed. */
  async release(bytes: number): Promise<void> {
    this.#released += bytes;
    if (this.#released < COLLECT_BYTES) return;
    this.#released = 0;
    (await this.#crew?.catch(() => undefined))?.collect();
  }

  /** Ends the lanes at once; what they were at rejects with the error. */
  async dispose(error: AlternantError): Promise<void> {
    this.#disposed ??= error;
    const crew = await this.#crew?.catch(() => undefined);
    await crew?.end(error);
  }
}
