import type { AlternantError } from "../../errors.js";
import type { Guard } from "../driver.js";
import { Crew, type CrewOptions } from "./crew.js";
import { LaneWork } from "./lane-work.js";

/** Bytes that may lie unused until lanes collect garbage, and milliseconds without more of them after which they do. */
const COLLECT_BYTES = 2 ** 25;
const COLLECT_MS = 200;

/** An engine's lanes: one crew after the other, a new one when the last has failed. */
export class Lanes {
  readonly threads: number;
  readonly #options: CrewOptions;
  readonly #memories: WeakMap<WebAssembly.Memory, number> = new WeakMap();
  readonly #seen: WeakSet<ArrayBufferLike> = new WeakSet();
  #nextMemory = 0;
  #released = 0;
  #collecting: ReturnType<typeof setTimeout> | undefined;
  #crew: Crew | undefined;
  #disposed: AlternantError | undefined;

  constructor(options: CrewOptions) {
    this.threads = options.threads;
    this.#options = options;
  }

  /** The crew that works, started if there is none. @throws AlternantError "lane-failed", "disposed" */
  async crew(): Promise<Crew> {
    for (;;) {
      if (this.#disposed !== undefined) throw this.#disposed;
      if (this.#crew === undefined || this.#crew.hasEnded) this.#crew = new Crew(this.#options);
      const crew = this.#crew;
      await crew.ready;
      if (!crew.hasEnded) return crew;
    }
  }

  /**
   * Work in a memory.
   *
   * @param crew the lanes that it begins with: it ends when they do
   * @param module the kernels, where the work needs others than lanes started with
   * @param onLost called when lanes failed at work in the memory: nobody may use it again
   */
  workIn(
    memory: WebAssembly.Memory,
    crew: Crew,
    module: WebAssembly.Module | undefined,
    guard: Guard,
    onLost: () => void,
  ): LaneWork {
    return new LaneWork(this, crew, memory, module, guard, onLost);
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
  forget(memory: WebAssembly.Memory): void {
    const id = this.#memories.get(memory);
    if (id !== undefined) this.#crew?.forget(id);
    this.release(memory.buffer.byteLength);
  }

  /** Whether lanes see these bytes for the first time. */
  isNew(buffer: ArrayBufferLike): boolean {
    if (this.#seen.has(buffer)) return false;
    this.#seen.add(buffer);
    return true;
  }

  /** So many bytes that lanes saw are no longer used: soon, or at once when they are many, lanes let go of them. */
  release(bytes: number): void {
    this.#released += bytes;
    clearTimeout(this.#collecting);
    if (this.#released >= COLLECT_BYTES) this.#collect();
    else if (this.#released > 0) {
      this.#collecting = setTimeout(() => this.#collect(), COLLECT_MS);
      // In Node, where it is an object: no reason to keep a process alive.
      (this.#collecting as { unref?: () => void }).unref?.();
    }
  }

  #collect(): void {
    this.#released = 0;
    this.#crew?.collect();
  }

  /** Ends the lanes at once; what they were at rejects with the error. */
  async dispose(error: AlternantError): Promise<void> {
    this.#disposed ??= error;
    clearTimeout(this.#collecting);
    await this.#crew?.end(error);
  }
}
