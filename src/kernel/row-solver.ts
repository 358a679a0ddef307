import type { RatingsSide } from "../ratings/source.js";
import { JobFlag, type RowJob, writeJob } from "./job.js";
import { type Kernels, RowState } from "./kernels.js";
import { CALL_RATINGS, type FitLayout, type LaneLayout, type SideLayout } from "./layout.js";
import { UnsolvedRow } from "./unsolved-row.js";

/** One half of an epoch: all rows of one side, the other side fixed. */
export interface HalfEpoch {
  readonly ratings: RatingsSide;
  readonly solved: SideLayout;
  readonly fixed: SideLayout;
  /** λ_i of each row. */
  readonly lambdas: Float64Array;
  /** λ_b. */
  readonly biasLambda: number;
  /** μ. */
  readonly mean: number;
}

/** Multiply-adds of a row that is solved again within its call: about a millisecond. */
const AT_ONCE = 1e7;

/** Σt², what the solution explains of it, and the penalty of each row: rows × 3. */
export type RowSums = Float64Array;

/**
 * Runs one lane's kernel calls over ranges of rows in one memory: copies their ratings in, calls, reads states and sums.
 * Synchronous: a sweep decides how much a call takes. A row that cannot be solved throws an {@link UnsolvedRow}.
 */
export class RowSolver {
  readonly #memory: WebAssembly.Memory;
  readonly #kernels: Kernels;
  readonly #layout: FitLayout;
  readonly #lane: LaneLayout;
  readonly #postponed: number[] = [];
  /** Ratings that a piece of a long row may end at, so that a cut never changes the order of its sums. */
  readonly tileRows: number;

  constructor(memory: WebAssembly.Memory, kernels: Kernels, layout: FitLayout, lane: number = 0) {
    this.#memory = memory;
    this.#kernels = kernels;
    this.#layout = layout;
    this.#lane = layout.lanes[lane]!;
    this.tileRows = kernels.tileRows();
  }

  /** Solves rows [from, to), which fit in one call; writes their sums. */
  solve(half: HalfEpoch, from: number, to: number, sums: RowSums): void {
    const { starts } = half.ratings;
    this.#load(half, from, to, starts[from]!, starts[to]!, 0);
    const failed = this.#solveRows();
    this.#readSums(from, to, sums);
    if (failed > 0) this.#settle(half, from, to, sums);
  }

  /**
   * Adds ratings [from, to) of a row that is too long for one call; `from` is 0 or continues the last piece. The piece
   * that reaches the row's end solves it. Returns whether that was done.
   */
  solvePiece(half: HalfEpoch, row: number, from: number, to: number, sums: RowSums): boolean {
    const done = this.#piece(half, row, from, to, false);
    if (!done) return false;
    this.#readSums(row, row + 1, sums);
    if (this.#states(1)[0] !== RowState.solved) this.#settle(half, row, row + 1, sums);
    return true;
  }

  /** Long rows that float32 could not vouch for since this was last asked: they wait for {@link widePiece}. */
  takePostponed(): number[] {
    return this.#postponed.splice(0);
  }

  /** As {@link solvePiece}, in float64 arithmetic. */
  widePiece(half: HalfEpoch, row: number, from: number, to: number, sums: RowSums): boolean {
    if (!this.#piece(half, row, from, to, true)) return false;
    this.#readSums(row, row + 1, sums);
    const state = this.#states(1)[0]!;
    if (state !== RowState.solved) throw new UnsolvedRow(row, state);
    return true;
  }

  /** Writes Σ(t − b − wᵀu)² of rows [from, to), which fit in one call, as they stand, as the first of their sums. */
  residuals(half: HalfEpoch, from: number, to: number, sums: RowSums): void {
    const { starts } = half.ratings;
    this.#load(half, from, to, starts[from]!, starts[to]!, 0);
    this.#sumResiduals();
    this.#readSums(from, to, sums);
  }

  /** The same for a piece of a long row; the sum goes on where the last piece left it. */
  residualPiece(half: HalfEpoch, row: number, from: number, to: number, sums: RowSums): boolean {
    const start = half.ratings.starts[row]!;
    this.#load(half, row, row + 1, start + from, start + to, from > 0 ? JobFlag.continued : 0);
    this.#sumResiduals();
    if (start + to < half.ratings.starts[row + 1]!) return false;
    this.#readSums(row, row + 1, sums);
    return true;
  }

  #piece(half: HalfEpoch, row: number, from: number, to: number, wide: boolean): boolean {
    const start = half.ratings.starts[row]!;
    const done = start + to === half.ratings.starts[row + 1]!;
    const flags = (from > 0 ? JobFlag.continued : 0) | (done ? 0 : JobFlag.unfinished);
    this.#load(half, row, row + 1, start + from, start + to, flags);
    this.#solveRows(wide);
    return done;
  }

  /**
   * Rows that float32 could not vouch for are solved again in float64: short ones here, long ones when the driver asks
   * for their pieces. What then is not solved ends the fit.
   */
  #settle(half: HalfEpoch, from: number, to: number, sums: RowSums): void {
    const states = this.#states(to - from).slice();
    const { starts } = half.ratings;
    const { factors } = this.#layout;
    for (let row = from; row < to; row++) {
      const state = states[row - from]!;
      if (state === RowState.solved) continue;
      if (state !== RowState.doubtful) throw new UnsolvedRow(row, state);
      const count = starts[row + 1]! - starts[row]!;
      if (count > CALL_RATINGS || count * factors * factors > AT_ONCE) this.#postponed.push(row);
      else this.widePiece(half, row, 0, count, sums);
    }
  }

  #solveRows(wide: boolean = false): number {
    const { job } = this.#lane;
    if (this.#layout.precision === "float64") return this.#kernels.solveRows64(job);
    return wide ? this.#kernels.solveRowsWide(job) : this.#kernels.solveRows32(job);
  }

  #sumResiduals(): void {
    const { job } = this.#lane;
    if (this.#layout.precision === "float64") this.#kernels.sumResiduals64(job);
    else this.#kernels.sumResiduals32(job);
  }

  /** Copies ratings [first, last), which lie in rows [from, to), into the call's buffers and writes its job. */
  #load(half: HalfEpoch, from: number, to: number, first: number, last: number, flags: number): void {
    const { buffer } = this.#memory;
    const layout = this.#layout;
    const lane = this.#lane;
    const { ratings, solved, fixed } = half;
    const count = last - first;
    const wideValues = ratings.valueBytes === 8;
    ratings.read(
      first,
      last,
      new Int32Array(buffer, lane.columns, count),
      wideValues
        ? new Float64Array(buffer, lane.values, count)
        : new Float32Array(buffer, lane.values, count),
    );
    const starts = new Uint32Array(buffer, lane.starts, to - from + 1);
    for (let row = from; row < to; row++) starts[row - from] = Math.max(0, ratings.starts[row]! - first);
    starts[to - from] = count;
    new Float64Array(buffer, lane.lambdas, to - from).set(half.lambdas.subarray(from, to));
    const rowBytes = layout.padded * (layout.precision === "float32" ? 4 : 8);
    const job: RowJob = {
      fixed: fixed.factors,
      solved: solved.factors + from * rowBytes,
      fixedBiases: fixed.biases,
      solvedBiases: solved.biases === 0 ? 0 : solved.biases + from * 8,
      lambdas: lane.lambdas,
      starts: lane.starts,
      columns: lane.columns,
      values: lane.values,
      sums: lane.sums,
      states: lane.states,
      workspace: lane.workspace,
      rowCount: to - from,
      factors: layout.factors,
      flags: flags | (wideValues ? JobFlag.wideValues : 0),
      mean: half.mean,
      biasLambda: half.biasLambda,
    };
    writeJob(this.#memory, lane.job, job);
  }

  #readSums(from: number, to: number, sums: RowSums): void {
    sums.set(new Float64Array(this.#memory.buffer, this.#lane.sums, (to - from) * 3), from * 3);
  }

  #states(count: number): Int32Array {
    return new Int32Array(this.#memory.buffer, this.#lane.states, count);
  }
}
