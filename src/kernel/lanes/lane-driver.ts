import { onAbort, untilAborted } from "../../abort.js";
import { createYielder } from "../../yield.js";
import { planChunks } from "../chunks.js";
import {
  type Driver,
  type Guard,
  type HalfSums,
  type NamedHalf,
  type OnWork,
  PROGRESS_MS,
  type Residuals,
  totalOf,
} from "../driver.js";
import { reduceGramian } from "../gramian.js";
import { gramianBlocks } from "../gramian-blocks.js";
import { type FitLayout, rowSumsView } from "../layout.js";
import type { Pass } from "../sweep.js";
import { describeUnsolved } from "../unsolved-row.js";
import { solvingCost } from "../work.js";
import type { Crew } from "./crew.js";
import type { Lanes } from "./lanes.js";

/** Works on lanes: the calling thread waits for messages and is free meanwhile. */
export class LaneDriver implements Driver {
  readonly threads: number;
  readonly #lanes: Lanes;
  readonly #crew: Crew;
  readonly #memory: WebAssembly.Memory;
  readonly #layout: FitLayout;
  readonly #guard: Guard;
  readonly #onLost: () => void;
  /** Bytes that lanes saw for this fit and for no earlier one. */
  #shared = 0;
  /** The run that lanes have not left. */
  #running: Promise<unknown> | undefined;
  readonly #chunks: Map<NamedHalf, Int32Array> = new Map();

  /**
   * @param crew the lanes that the fit began with: it ends when they do
   * @param onLost called when lanes failed at work in the memory: nobody may use it again
   */
  constructor(
    lanes: Lanes,
    crew: Crew,
    memory: WebAssembly.Memory,
    layout: FitLayout,
    guard: Guard,
    onLost: () => void,
  ) {
    this.threads = lanes.threads;
    this.#lanes = lanes;
    this.#crew = crew;
    this.#memory = memory;
    this.#layout = layout;
    this.#guard = guard;
    this.#onLost = onLost;
  }

  close(onLeft: () => void): void {
    const leave = (): void => {
      this.#lanes.release(this.#shared);
      onLeft();
    };
    if (this.#running === undefined) leave();
    else this.#running.then(leave, leave);
  }

  async solve(half: NamedHalf, onWork?: OnWork): Promise<HalfSums> {
    return totalOf(await this.#pass("solve", half, await this.#chunksOf(half), onWork));
  }

  async residuals(half: NamedHalf): Promise<Residuals> {
    const sums = await this.#pass("residuals", half, await this.#chunksOf(half));
    const { squares, explained } = await totalOf(sums);
    return { errors: squares, predictions: explained };
  }

  async sumFixed(half: NamedHalf): Promise<void> {
    const { fixed, implicit } = half;
    const { count } = gramianBlocks(fixed.rowCount, this.#layout.factors);
    await this.#pass(
      "gramian",
      half,
      Int32Array.from({ length: 2 * count }, (_, i) => (i + 1) >> 1),
    );
    await reduceGramian(this.#memory, this.#layout, fixed, implicit?.allPairs ?? 0, createYielder());
    this.#guard.check();
  }

  /** Takes all lanes through chunks of a half; returns the sums of its rows. */
  async #pass(pass: Pass, half: NamedHalf, chunks: Int32Array, onWork?: OnWork): Promise<Float64Array> {
    const { signal } = this.#guard;
    this.#guard.check();
    const { rowName: _, ratings, lambdas: __, ...rest } = half;
    const shared = ratings.share();
    if (shared === undefined) throw new Error("a lane cannot read ratings that are not shared");
    for (const array of [shared.starts, shared.columns, shared.values, shared.weights])
      if (array !== undefined && this.#lanes.isNew(array.buffer)) this.#shared += array.byteLength;
    const run = this.#crew.run({
      pass,
      memoryId: this.#lanes.memoryId(this.#memory),
      memory: this.#memory,
      layout: this.#layout,
      half: { ...rest, ratings: shared },
      chunks,
    });
    this.#running = run.over;
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
        onWork?.(run.counted, ratings.count);
      } catch (error) {
        refused = { error };
        run.stop();
      }
    };
    const timer = onWork && setInterval(tell, PROGRESS_MS);
    try {
      const unsolved = await untilAborted(run.over, signal, "ALS.fit");
      if (refused !== undefined) throw refused.error;
      this.#guard.check();
      if (unsolved) throw describeUnsolved(unsolved, half, this.#layout.factors, half.rowName);
    } finally {
      forget?.();
      clearInterval(timer);
    }
    onWork?.(ratings.count, ratings.count);
    return rowSumsView(this.#memory, this.#layout, ratings.rowCount);
  }

  async #chunksOf(half: NamedHalf): Promise<Int32Array> {
    let chunks = this.#chunks.get(half);
    if (chunks === undefined) {
      const { starts } = half.ratings;
      const cost = solvingCost(this.#layout.factors, half.method);
      chunks = await planChunks(starts, cost, this.threads, createYielder());
      this.#chunks.set(half, chunks);
    }
    return chunks;
  }
}
