import { createYielder, type Yielder } from "../yield.js";
import {
  type Driver,
  type Guard,
  type HalfSums,
  type NamedHalf,
  type OnWork,
  PROGRESS_MS,
  totalOf,
} from "./driver.js";
import type { RowSolver } from "./row-solver.js";
import { type Pass, Sweep } from "./sweep.js";
import { describeUnsolved, UnsolvedRow } from "./unsolved-row.js";

/** Milliseconds that one call should take, and after which the event loop gets its turn: together under the 8 promised. */
const CALL_MS = 3;
const PAUSE_MS = 3;

/** Works on the calling thread, and lets the event loop run between calls. */
export class InlineDriver implements Driver {
  readonly threads = 1;
  readonly #sweep: Sweep;
  readonly #factors: number;
  readonly #sums: Float64Array;
  readonly #guard: Guard;
  readonly #yielder: Yielder = createYielder(PAUSE_MS);

  /**
   * @param sums room for what rows come to: 3 × the rows of either side
   * @param guard checked after every pause
   */
  constructor(solver: RowSolver, factors: number, sums: Float64Array, guard: Guard) {
    this.#sweep = new Sweep(solver, factors, CALL_MS);
    this.#factors = factors;
    this.#sums = sums;
    this.#guard = guard;
  }

  async solve(half: NamedHalf, onWork?: OnWork): Promise<HalfSums> {
    return totalOf(await this.#pass("solve", half, onWork), this.#yielder);
  }

  async squaredError(half: NamedHalf): Promise<number> {
    return (await totalOf(await this.#pass("residuals", half), this.#yielder)).squares;
  }

  close(onLeft: () => void): void {
    onLeft();
  }

  async #pass(pass: Pass, half: NamedHalf, onWork?: OnWork): Promise<Float64Array> {
    const { rowCount, count } = half.ratings;
    const sums = this.#sums.subarray(0, 3 * rowCount);
    let done = 0;
    let told = performance.now();
    try {
      for (const ratings of this.#sweep.run(pass, half, 0, rowCount, sums)) {
        done += ratings;
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
      throw describeUnsolved(error, half, this.#factors, half.rowName);
    }
    onWork?.(count, count);
    return sums;
  }
}
