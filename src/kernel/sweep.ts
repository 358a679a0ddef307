import { gramianBlocks } from "./gramian-blocks.js";
import { type HalfEpoch, passesOf } from "./half-epoch.js";
import { CALL_RATINGS, CALL_ROWS } from "./layout.js";
import type { Piece, RowSolver, RowSums } from "./row-solver.js";
import { gramianCost, residualCost, solvingCost, type WorkCost } from "./work.js";

/** Floating-point operations of the first call: a slow machine's, in a compiler that has not warmed up. */
const FIRST_BUDGET = 2e6;
const SMALLEST_BUDGET = 1e5;
/** A guess moves to what was measured by this much: one preempted call must not shrink the next hundred. */
const ADAPTATION = 0.25;

/**
 * What is done with a half. "solve" solves rows and writes their sums, "residuals" writes Σ c(p − ŷ)² and Σŷ² of rows as they
 * stand, "gramian" sums the rows of the fixed side, block by block: its ranges are of blocks.
 */
export type Pass = "solve" | "residuals" | "gramian";

/** Takes one lane's solver through ranges of rows, in calls of about the time given, whatever the machine. */
export class Sweep {
  readonly #solver: RowSolver;
  readonly #factors: number;
  readonly #callMs: number;
  #budget = FIRST_BUDGET;

  constructor(solver: RowSolver, factors: number, callMs: number) {
    this.#solver = solver;
    this.#factors = factors;
    this.#callMs = callMs;
  }

  /**
   * Goes through rows [from, to); stops after every call and tells the ratings that it took, so that whoever drives can
   * let others run, or leave it there.
   *
   * @throws UnsolvedRow
   */
  *run(pass: Pass, half: HalfEpoch, from: number, to: number, sums: RowSums): Generator<number, void, void> {
    if (pass === "gramian") {
      for (let block = from; block < to; block++) yield* this.#gramian(half, block);
      return;
    }
    const solver = this.#solver;
    const solving = pass === "solve";
    const cost = solving ? solvingCost(this.#factors, half.method) : residualCost(this.#factors);
    const passes = solving ? passesOf(half.method, this.#factors) : 1;
    const { starts } = half.ratings;
    for (let row = from; row < to; ) {
      const count = starts[row + 1]! - starts[row]!;
      if (this.#fitsInCall(count, count * cost.rating + cost.row)) {
        const began = performance.now();
        const end = this.#endOfCall(half, row, to, cost);
        if (solving) solver.solve(half, row, end, sums);
        else solver.residuals(half, row, end, sums);
        const ratings = starts[end]! - starts[row]!;
        this.#adapt(ratings * cost.rating + (end - row) * cost.row, began);
        row = end;
        yield ratings;
      } else {
        yield* this.#pieces(count, cost, passes, (piece) => {
          if (solving) solver.solvePiece(half, row, piece, sums);
          else solver.residualPiece(half, row, piece, sums);
        });
        row++;
      }
      for (const postponed of solver.takePostponed()) yield* this.#wide(half, postponed, cost, sums);
    }
  }

  /**
   * A long row, pass by pass and piece by piece: each but the last ends with a whole tile, so that cuts change no bit. Tells
   * its ratings in the last pass.
   */
  *#pieces(
    count: number,
    cost: WorkCost,
    passes: number,
    call: (piece: Piece) => void,
  ): Generator<number, void, void> {
    const ratingCost = cost.rating / passes;
    for (let pass = 0; pass < passes; pass++)
      for (let from = 0; from < count; ) {
        const began = performance.now();
        const to = Math.min(count, from + this.#pieceSize(ratingCost));
        call({ from, to, pass });
        this.#adapt((to - from) * ratingCost + (to === count ? cost.row / passes : 0), began);
        yield pass === passes - 1 ? to - from : 0;
        from = to;
      }
  }

  /** Sums one block of the fixed side, whole tiles at a time. */
  *#gramian(half: HalfEpoch, block: number): Generator<number, void, void> {
    const { rowCount } = half.fixed;
    const { rows } = gramianBlocks(rowCount, this.#factors);
    const count = Math.min(rows, rowCount - block * rows);
    const rowCost = gramianCost(this.#factors);
    for (let from = 0; from < count; ) {
      const began = performance.now();
      const to = Math.min(count, from + this.#pieceSize(rowCost));
      this.#solver.gramianPiece(half, block, from, to);
      this.#adapt((to - from) * rowCost, began);
      yield 0;
      from = to;
    }
  }

  /** Solves a long row again in float64, piece by piece. */
  *#wide(half: HalfEpoch, row: number, cost: WorkCost, sums: RowSums): Generator<number, void, void> {
    const count = half.ratings.starts[row + 1]! - half.ratings.starts[row]!;
    // Twice the bytes and a slower gather: a rating costs about three times what it costs in float32.
    const size = this.#pieceSize(3 * cost.rating);
    for (let first = 0; first < count; first += size) {
      this.#solver.widePiece(half, row, first, Math.min(count, first + size), sums);
      yield 0;
    }
  }

  #fitsInCall(ratings: number, work: number): boolean {
    return ratings <= CALL_RATINGS && (work <= this.#budget || ratings <= this.#solver.tileRows);
  }

  /** Ratings of a long row that one call takes: whole tiles. */
  #pieceSize(ratingCost: number): number {
    const { tileRows } = this.#solver;
    const affordable = Math.floor(this.#budget / ratingCost / tileRows) * tileRows;
    return Math.max(tileRows, Math.min(affordable, CALL_RATINGS));
  }

  /** The end of the rows from `row` on that one call takes: at least one. */
  #endOfCall(half: HalfEpoch, row: number, to: number, cost: WorkCost): number {
    const { starts } = half.ratings;
    const limit = Math.min(to, row + CALL_ROWS);
    let end = row + 1;
    while (end < limit) {
      const ratings = starts[end + 1]! - starts[row]!;
      if (ratings > CALL_RATINGS || ratings * cost.rating + (end + 1 - row) * cost.row > this.#budget) break;
      end++;
    }
    return end;
  }

  #adapt(work: number, began: number): void {
    const milliseconds = performance.now() - began;
    const measured = (work / Math.max(milliseconds, 1e-3)) * this.#callMs;
    this.#budget = Math.max(
      SMALLEST_BUDGET,
      this.#budget + ADAPTATION * (Math.min(measured, 2 * this.#budget) - this.#budget),
    );
  }
}
