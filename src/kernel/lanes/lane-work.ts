import { onAbort, untilAborted } from "../../abort.js";
import type { RatingsSide } from "../../ratings/source.js";
import type { Driver, Guard } from "../driver.js";
import type { FitLayout } from "../layout.js";
import type { Crew } from "./crew.js";
import { LaneDriver } from "./lane-driver.js";
import type { Lanes } from "./lanes.js";
import type { Task } from "./protocol.js";
import { readAhead } from "./read-ahead.js";
import type { Unsolved } from "./run.js";

/** Told now and then while a run goes on, and how often, in milliseconds. */
export interface Listener {
  readonly every: number;
  /** What it throws ends the run. */
  tell(counted: number): void;
}

/** Lets lanes work in one lent memory, one run at a time: the calling thread waits for messages and is free meanwhile. */
export class LaneWork {
  readonly threads: number;
  readonly memory: WebAssembly.Memory;
  readonly guard: Guard;
  readonly #module: WebAssembly.Module | undefined;
  readonly #lanes: Lanes;
  readonly #crew: Crew;
  readonly #onLost: () => void;
  /** Bytes that lanes saw for this work and for no earlier one. */
  #shared = 0;
  /** The run that lanes have not left. */
  #running: Promise<unknown> | undefined;

  /**
   * @param crew the lanes that the work began with: it ends when they do
   * @param module the kernels, where the work needs others than lanes started with
   * @param onLost called when lanes failed at work in the memory: nobody may use it again
   */
  constructor(
    lanes: Lanes,
    crew: Crew,
    memory: WebAssembly.Memory,
    module: WebAssembly.Module | undefined,
    guard: Guard,
    onLost: () => void,
  ) {
    this.threads = lanes.threads;
    this.memory = memory;
    this.guard = guard;
    this.#module = module;
    this.#lanes = lanes;
    this.#crew = crew;
    this.#onLost = onLost;
  }

  /** Takes the halves of a fit through their rows. */
  fit(layout: FitLayout): Driver {
    return new LaneDriver(this, layout);
  }

  /** Bytes besides the memory's that the next run shows to lanes. */
  share(buffers: readonly ArrayBufferLike[]): void {
    for (const buffer of buffers) if (this.#lanes.isNew(buffer)) this.#shared += buffer.byteLength;
  }

  /**
   * Takes all lanes through the chunks of a task; returns the first row that could not be solved, if one ended it.
   *
   * @param side what lanes read in the course of it
   * @throws AlternantError "aborted", "disposed", "lane-failed"; what the listener throws; what a lane refused
   */
  async run(
    task: Task,
    chunks: Int32Array,
    listener?: Listener,
    side?: RatingsSide,
  ): Promise<Unsolved | undefined> {
    const { signal, what } = this.guard;
    this.guard.check();
    // Who is told of a dead lane may rely on its siblings being gone, also between two runs.
    if (this.#crew.hasEnded) await this.#crew.throwIfEnded();
    const memoryId = this.#lanes.memoryId(this.memory);
    const run = this.#crew.run({ memoryId, memory: this.memory, module: this.#module, task, chunks });
    this.#running = run.over;
    if (side !== undefined) void readAhead(run, chunks, side);
    const over = (): void => {
      this.#running = undefined;
    };
    run.over.then(over, () => {
      over();
      this.#onLost();
    });
    // An abort does not wait for lanes to leave: the memory does.
    const forget = signal && onAbort(signal, () => run.stop());
    let refused: { readonly error: unknown } | undefined;
    const tell = (): void => {
      try {
        listener!.tell(run.counted);
      } catch (error) {
        refused = { error };
        run.stop();
      }
    };
    const timer = listener && setInterval(tell, listener.every);
    try {
      const unsolved = await untilAborted(run.over, signal, what);
      if (refused !== undefined) throw refused.error;
      this.guard.check();
      if (run.refused !== undefined) throw run.refused;
      return unsolved;
    } finally {
      forget?.();
      clearInterval(timer);
    }
  }

  /** The work has ended, well or not; calls back, at once where it can, when lanes have left the memory. */
  close(onLeft: () => void): void {
    const leave = (): void => {
      this.#lanes.release(this.#shared);
      onLeft();
    };
    if (this.#running === undefined) leave();
    else this.#running.then(leave, leave);
  }
}
