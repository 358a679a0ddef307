import { throwIfAborted } from "../errors.js";
import { createYielder, type Yielder } from "../yield.js";
import { CALL_RATINGS, CALL_ROWS } from "./layout.js";
import type { HalfEpoch, RowSolver, RowSums } from "./row-solver.js";

/** Milliseconds that one call should take, and after which the event loop gets its turn: together under the 8 promised. */
const CALL_MS = 3;
const PAUSE_MS = 3;
/** Floating-point operations of the first call: a slow machine's, in a compiler that has not warmed up. */
const FIRST_BUDGET = 2e6;
const SMALLEST_BUDGET = 1e5;
/** A guess moves to what was measured by this much: one preempted call must not shrink the next hundred. */
const ADAPTATION = 0.25;

/** Sums over all rows of a half-epoch, added in the order of rows. */
export interface HalfSums {
  /** Σt². */
  readonly squares: number;
  /** What the solution explains of it, its penalty taken off: Σt² − explained = Σe² + penalty. */
  readonly explained: number;
  readonly penalty: number;
}

/** Drives one lane through the rows of half-epochs, on the calling thread, in calls bounded by their work. */
export class InlineDriver {
  readonly #solver: RowSolver;
  readonly #factors: number;
  readonly #signal: AbortSignal | undefined;
  readonly #yielder: Yielder = createYielder(PAUSE_MS);
  #budget = FIRST_BUDGET;

  constructor(solver: RowSolver, factors: number, signal: AbortSignal | undefined) {
    this.#solver = solver;
    this.#factors = factors;
    this.#signal = signal;
  }

  /** Solves every row of the half. @throws AlternantError "aborted", "not-positive-definite", "not-finite" */
  async solve(half: HalfEpoch): Promise<HalfSums> {
    const k = this.#factors;
    const sums = await this.#sweep(half, k * (k + 1), (k * k * k) / 3 + 2 * k * k, {
      rows: (from, to, into) => this.#solver.solve(half, from, to, into),
      piece: (row, from, to, into) => this.#solver.solvePiece(half, row, from, to, into),
    });
    return total(sums);
  }

  /** Σ(r − r̂)² over the half's ratings, directly. */
  async squaredError(half: HalfEpoch): Promise<number> {
    const sums = await this.#sweep(half, 2 * this.#factors, 0, {
      rows: (from, to, into) => this.#solver.residuals(half, from, to, into),
      piece: (row, from, to, into) => this.#solver.residualPiece(half, row, from, to, into),
    });
    let squares = 0;
    for (let i = 0; i < sums.length; i += 3) squares += sums[i]!;
    return squares;
  }

  async #sweep(
    half: HalfEpoch,
    ratingCost: number,
    rowCost: number,
    call: {
      rows: (from: number, to: number, sums: RowSums) => void;
      piece: (row: number, from: number, to: number, sums: RowSums) => void;
    },
  ): Promise<RowSums> {
    const { rowCount, starts } = half.ratings;
    const sums = new Float64Array(rowCount * 3);
    let row = 0;
    /** Ratings of `row` that earlier pieces took. */
    let taken = 0;
    while (row < rowCount) {
      const began = performance.now();
      const count = starts[row + 1]! - starts[row]!;
      let work: number;
      if (taken > 0 || count > CALL_RATINGS || count * ratingCost + rowCost > this.#budget) {
        const to = Math.min(count, taken + this.#pieceSize(ratingCost));
        call.piece(row, taken, to, sums);
        work = (to - taken) * ratingCost;
        taken = to;
        if (taken === count) {
          work += rowCost;
          row++;
          taken = 0;
        }
      } else {
        const end = this.#endOfCall(half, row, ratingCost, rowCost);
        call.rows(row, end, sums);
        work = (starts[end]! - starts[row]!) * ratingCost + (end - row) * rowCost;
        row = end;
      }
      this.#adapt(work, performance.now() - began);
      if (this.#yielder.due()) await this.#pause();
      for (const postponed of this.#solver.takePostponed())
        await this.#solveWide(half, postponed, ratingCost, sums);
    }
    return sums;
  }

  /** Solves a long row again in float64, piece by piece. */
  async #solveWide(half: HalfEpoch, row: number, ratingCost: number, sums: RowSums): Promise<void> {
    const count = half.ratings.starts[row + 1]! - half.ratings.starts[row]!;
    // Twice the bytes and a slower gather: a rating costs about three times what it costs in float32.
    const size = this.#pieceSize(3 * ratingCost);
    for (let from = 0; from < count; from += size) {
      this.#solver.widePiece(half, row, from, Math.min(count, from + size), sums);
      if (this.#yielder.due()) await this.#pause();
    }
  }

  /** Ratings of a long row that one call takes: whole tiles. */
  #pieceSize(ratingCost: number): number {
    const { tileRows } = this.#solver;
    const affordable = Math.floor(this.#budget / ratingCost / tileRows) * tileRows;
    return Math.max(tileRows, Math.min(affordable, CALL_RATINGS));
  }

  /** The end of the rows from `row` on that one call takes: at least one. */
  #endOfCall(half: HalfEpoch, row: number, ratingCost: number, rowCost: number): number {
    const { rowCount, starts } = half.ratings;
    const limit = Math.min(rowCount, row + CALL_ROWS);
    let end = row + 1;
    while (end < limit) {
      const ratings = starts[end + 1]! - starts[row]!;
      if (ratings > CALL_RATINGS || ratings * ratingCost + (end + 1 - row) * rowCost > this.#budget) break;
      end++;
    }
    return end;
  }

  #adapt(work: number, milliseconds: number): void {
    const measured = (work / Math.max(milliseconds, 1e-3)) * CALL_MS;
    this.#budget = Math.max(
      SMALLEST_BUDGET,
      this.#budget + ADAPTATION * (Math.min(measured, 2 * this.#budget) - this.#budget),
    );
  }

  async #pause(): Promise<void> {
    await this.#yielder.pause();
    throwIfAborted(this.#signal, "ALS.fit");
  }
}

function total(sums: RowSums): HalfSums {
  let squares = 0;
  let explained = 0;
  let penalty = 0;
  for (let i = 0; i < sums.length; i += 3) {
    squares += sums[i]!;
    explained += sums[i + 1]!;
    penalty += sums[i + 2]!;
  }
  return { squares, explained, penalty };
}
