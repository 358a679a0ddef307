import { createYielder, interruptible, type Yielder } from "../yield.js";
import {
  type Driver,
  type Guard,
  type HalfSums,
  type NamedHalf,
  type OnWork,
  PROGRESS_MS,
  type Residuals,
  totalOf,
} from "./driver.js";
import { gramianBlocks } from "./gramian-blocks.js";
import { fixedChunks } from "./half-epoch.js";
import { type FitLayout, rowSumsView } from "./layout.js";
import type { RowSolver } from "./row-solver.js";
import { type Pass, Sweep } from "./sweep.js";
import { UnsolvedRow } from "./unsolved-row.js";

/** Milliseconds that one call should take, and after which the event loop gets its turn: together under the 8 promised. */
const CALL_MS = 3;
const PAUSE_MS = 3;

/** Works on the calling thread, and lets the event loop run between calls. */
export class InlineDriver implements Driver {
  readonly threads = 1;
  readonly #sweep: Sweep;
  readonly #memory: WebAssembly.Memory;
  readonly #layout: FitLayout;
  readonly #guard: Guard;
  readonly #yielder: Yielder = createYielder(PAUSE_MS);

  /** @param guard checked after every pause */
  constructor(solver: RowSolver, memory: WebAssembly.Memory, layout: FitLayout, guard: Guard) {
    this.#sweep = new Sweep(solver, layout.factors, CALL_MS);
    this.#memory = memory;
    this.#layout = layout;
    this.#guard = guard;
  }

  async solve(half: NamedHalf, onWork?: OnWork): Promise<HalfSums> {
    const chunks = fixedChunks(half.method) ?? Int32Array.of(0, half.ratings.rowCount);
    const sums = await this.#pass("solve", half, chunks, onWork);
    onWork?.(half.ratings.count, half.ratings.count);
    return totalOf(sums, this.#yielder);
  }

  async residuals(half: NamedHalf): Promise<Residuals> {
    const sums = await this.#pass("residuals", half, Int32Array.of(0, half.ratings.rowCount));
    const { squares, explained } = await totalOf(sums, this.#yielder);
    return { errors: squares, predictions: explained };
  }

  async sumFixed(half: NamedHalf): Promise<void> {
    const { fixed, implicit } = half;
    const { count } = gramianBlocks(fixed.rowCount, this.#layout.factors);
    await this.#pass("gramian", half, Int32Array.of(0, count));
    const yielder = interruptible(this.#yielder, () => this.#guard.check());
    const { reduceGramian } = await import("./gramian.js");
    await reduceGramian(this.#memory, this.#layout, fixed, implicit?.allPairs ?? 0, yielder);
    this.#guard.check();
  }

  close(onLeft: () => void): void {
    onLeft();
  }

  /** Goes through `[from, to)` ranges of what the pass has them of: rows, or blocks of the fixed side. */
  async #pass(pass: Pass, half: NamedHalf, ranges: Int32Array, onWork?: OnWork): Promise<Float64Array> {
    const { rowCount, count } = half.ratings;
    const sums = rowSumsView(this.#memory, this.#layout, rowCount);
    let done = 0;
    let told = performance.now();
    const ahead =
      half.ratings.ahead && pass !== "gramian"
        ? new (await import("./read-ahead.js")).ReadAhead(half.ratings)
        : undefined;
    ahead?.from(0);
    try {
      for (let at = 0; at < ranges.length; at += 2)
        for (const ratings of this.#sweep.run(pass, half, ranges[at]!, ranges[at + 1]!, sums)) {
          done += ratings;
          ahead?.from(done);
          if (!this.#yielder.due()) continue;
          if (onWork && performance.now() - told >= PROGRESS_MS) {
            told = performance.now();
            onWork(done, count);
          }
          await this.#yielder.pause();
          this.#guard.check();
        }
    } catch (error) {
      if (!(error instanceof UnsolvedRow)) throw error;
      const { describeUnsolved } = await import("./describe-unsolved.js");
      throw describeUnsolved(error, half, this.#layout.factors, half.rowName);
    }
    return sums;
  }
}
