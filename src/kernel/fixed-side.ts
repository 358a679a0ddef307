import type { Yielder } from "../yield.js";
import { describeUnsolved } from "./describe-unsolved.js";
import type { Guard, NamedHalf } from "./driver.js";
import { InlineDriver } from "./inline-driver.js";
import { CALL_RATINGS } from "./layout.js";
import { type FixedRows, type LoneRow, type LoneSolution, RowRoom } from "./row-room.js";
import { UnsolvedRow } from "./unsolved-row.js";
import { solvingCost } from "./work.js";

/** Multiply-adds of a row that is solved at once: a few milliseconds. Longer ones let the event loop run between calls. */
const AT_ONCE = 1e7;

/**
 * A side's factors in a WebAssembly memory of their own, for rows of the other side that are solved one at a time, exactly: with
 * the bits that a half-epoch of training has for a row of the same ratings, whatever solver came before it.
 */
export class FixedSide {
  readonly #room: RowRoom;
  readonly #sums = new Float64Array(3);
  /** The long row that is being solved, if there is one: others wait, for they share its buffers. */
  #running: Promise<unknown> | undefined;

  private constructor(room: RowRoom) {
    this.#room = room;
  }

  /**
   * Copies the side into a memory, in the precision that it has.
   *
   * @throws as {@link RowRoom.open}
   */
  static async open(rows: FixedRows, guard: Guard, yielder: Yielder): Promise<FixedSide> {
    const precision = rows.values instanceof Float32Array ? "float32" : "float64";
    return new FixedSide(await RowRoom.open(rows, precision, guard, yielder));
  }

  /**
   * Solves a row of at least one rating.
   *
   * @throws AlternantError "not-positive-definite", "not-finite"; what the guard throws
   */
  async solve(row: LoneRow, guard: Guard): Promise<LoneSolution> {
    // Each that waited looks again: another one may have begun before it.
    while (this.#running !== undefined) {
      await this.#running.catch(() => undefined);
      guard.check();
    }
    const { memory, layout, solver } = this.#room;
    const half = this.#room.half(row);
    this.#room.clear();
    const count = row.columns.length;
    const cost = solvingCost(layout.factors, half.method);
    if (count <= CALL_RATINGS && count * cost.rating + cost.row <= AT_ONCE) {
      this.#solveAtOnce(half);
      return this.#room.solution();
    }
    this.#running = new InlineDriver(solver, memory, layout, guard).solve(half);
    try {
      await this.#running;
      return this.#room.solution();
    } finally {
      this.#running = undefined;
    }
  }

  #solveAtOnce(half: NamedHalf): void {
    try {
      this.#room.solver.solve(half, 0, 1, this.#sums);
    } catch (error) {
      if (!(error instanceof UnsolvedRow)) throw error;
      throw describeUnsolved(error, half, this.#room.layout.factors, half.rowName);
    }
  }
}
