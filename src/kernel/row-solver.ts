import type { Values } from "../ratings/csr.js";
import { gramianBlocks } from "./gramian-blocks.js";
import { type HalfEpoch, type NormalShares, passesOf } from "./half-epoch.js";
import { JobFlag, NO_JOB, type RowJob, writeJob } from "./job.js";
import { type Kernels, RowState } from "./kernels.js";
import { CALL_RATINGS, type FitLayout, type LaneLayout } from "./layout.js";
import { baseBytes } from "./sizes.js";
import { UnsolvedRow } from "./unsolved-row.js";

/** The kernel of each method, without its precision. */
const KERNELS = {
  cholesky: "solveRows",
  cg: "conjugateRows",
  "ials++": "blockRows",
  nonnegative: "nonnegativeRows",
  multiply: "multiplyRatings",
  normal: "multiplyNormal",
} as const;

/** Multiply-adds of a row that is solved again within its call: about a millisecond. */
const AT_ONCE = 1e7;

/**
 * Three numbers a row. Of a pass that solves: J of the row at the start (exact solvers: at zero, Σt²), what was gained on it,
 * and the penalty, so that the first less the others is Σe². Of one that does not: Σ c(p − ŷ)², Σŷ², 0.
 */
export type RowSums = Float64Array;

/** Which ratings of a row a call has, and for which pass over them. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly pass: number;
}

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
    this.#load(half, from, to, starts[from]!, starts[to]!, 0, 0, false);
    const failed = this.#solveRows(half);
    this.#readSums(from, to, sums);
    if (failed > 0) this.#settle(half, from, to, sums);
  }

  /**
   * Takes a piece of a row that is too long for one call: pieces in order, pass by pass. The piece that reaches the row's end
   * in the last pass solves it.
   */
  solvePiece(half: HalfEpoch, row: number, piece: Piece, sums: RowSums): void {
    if (!this.#piece(half, row, piece, false)) return;
    this.#readSums(row, row + 1, sums);
    if (this.#states(1)[0] !== RowState.solved) this.#settle(half, row, row + 1, sums);
  }

  /** Long rows that float32 could not vouch for since this was last asked: they wait for {@link widePiece}. */
  takePostponed(): number[] {
    return this.#postponed.splice(0);
  }

  /** As {@link solvePiece}, in float64 arithmetic, and exactly whatever the method: in one pass. */
  widePiece(half: HalfEpoch, row: number, from: number, to: number, sums: RowSums): void {
    if (!this.#piece(half, row, { from, to, pass: 0 }, true)) return;
    this.#readSums(row, row + 1, sums);
    const state = this.#states(1)[0]!;
    if (state !== RowState.solved) throw new UnsolvedRow(row, state);
  }

  /** Adds a piece of a row to its sums, which stay in the lane's workspace; the piece from 0 on begins them anew. */
  sumPiece(half: HalfEpoch, row: number, from: number, to: number): void {
    const start = half.ratings.starts[row]!;
    const flags = JobFlag.piece | JobFlag.unfinished | (from > 0 ? JobFlag.continued : 0);
    this.#load(half, row, row + 1, start + from, start + to, flags, 0, false);
    this.#solveRows(half);
  }

  /** Solves a row of the sums that are in the lane's workspace. */
  solveSums(half: HalfEpoch, row: number, sums: RowSums): void {
    const end = half.ratings.starts[row + 1]!;
    this.#load(half, row, row + 1, end, end, JobFlag.piece | JobFlag.continued, 0, false);
    this.#solveRows(half);
    this.#readSums(row, row + 1, sums);
    const state = this.#states(1)[0]!;
    if (state !== RowState.solved) throw new UnsolvedRow(row, state);
  }

  /** Writes Σ c(p − ŷ)² and Σŷ² of rows [from, to), which fit in one call, as they stand. */
  residuals(half: HalfEpoch, from: number, to: number, sums: RowSums): void {
    const { starts } = half.ratings;
    this.#load(half, from, to, starts[from]!, starts[to]!, 0, 0, false);
    this.#sumResiduals();
    this.#readSums(from, to, sums);
  }

  /** The same for a piece of a long row; the sums go on where the last piece left them. */
  residualPiece(half: HalfEpoch, row: number, { from, to }: Piece, sums: RowSums): void {
    const start = half.ratings.starts[row]!;
    this.#load(half, row, row + 1, start + from, start + to, from > 0 ? JobFlag.continued : 0, 0, false);
    this.#sumResiduals();
    if (start + to === half.ratings.starts[row + 1]!) this.#readSums(row, row + 1, sums);
  }

  /** Adds rows [from, to) of a block of the fixed side to what the block has in its slot; `from` 0 begins it anew. */
  gramianPiece(half: HalfEpoch, block: number, from: number, to: number): void {
    const { fixed, mean } = half;
    const { factors, precision, padded, slots } = this.#layout;
    const first = block * gramianBlocks(fixed.rowCount, factors).rows + from;
    const job: RowJob = {
      ...NO_JOB,
      fixed: fixed.factors + first * padded * (precision === "float32" ? 4 : 8),
      fixedBiases: fixed.biases === 0 ? 0 : fixed.biases + first * 8,
      base: slots + block * baseBytes(factors, precision),
      rowCount: to - from,
      factors,
      flags: from > 0 ? JobFlag.continued : 0,
      mean,
    };
    writeJob(this.#memory, this.#lane.job, job);
    if (precision === "float64") this.#kernels.sumGramian64(this.#lane.job);
    else this.#kernels.sumGramian32(this.#lane.job);
  }

  /** Tells whether the row is done: its last piece, in the last pass. */
  #piece(half: HalfEpoch, row: number, { from, to, pass }: Piece, wide: boolean): boolean {
    const start = half.ratings.starts[row]!;
    const ends = start + to === half.ratings.starts[row + 1]!;
    const flags = JobFlag.piece | (from > 0 ? JobFlag.continued : 0) | (ends ? 0 : JobFlag.unfinished);
    this.#load(half, row, row + 1, start + from, start + to, flags, pass, wide);
    this.#solveRows(half, wide);
    return ends && (wide || pass + 1 === passesOf(half.method, this.#layout.factors));
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

  #solveRows({ method }: HalfEpoch, wide: boolean = false): number {
    const { job } = this.#lane;
    if (wide)
      return method.kind === "nonnegative"
        ? this.#kernels.nonnegativeRowsWide(job)
        : this.#kernels.solveRowsWide(job);
    const kernel = KERNELS[method.kind];
    return this.#layout.precision === "float64"
      ? this.#kernels[`${kernel}64`](job)
      : this.#kernels[`${kernel}32`](job);
  }

  #sumResiduals(): void {
    const { job } = this.#lane;
    if (this.#layout.precision === "float64") this.#kernels.sumResiduals64(job);
    else this.#kernels.sumResiduals32(job);
  }

  /** Copies ratings [first, last), which lie in rows [from, to), into the call's buffers and writes its job. */
  #load(
    half: HalfEpoch,
    from: number,
    to: number,
    first: number,
    last: number,
    flags: number,
    pass: number,
    wide: boolean,
  ): void {
    const { buffer } = this.#memory;
    const layout = this.#layout;
    const lane = this.#lane;
    const { ratings, solved, fixed, method, implicit } = half;
    const count = last - first;
    const wideValues = ratings.valueBytes === 8;
    const wideWeights = ratings.weightBytes === 8;
    const weighted = ratings.weightBytes !== undefined;
    const numbers = (address: number, isWide: boolean): Values =>
      isWide ? new Float64Array(buffer, address, count) : new Float32Array(buffer, address, count);
    ratings.read(
      first,
      last,
      new Int32Array(buffer, lane.columns, count),
      numbers(lane.values, wideValues),
      weighted ? numbers(lane.weights, wideWeights) : undefined,
    );
    const starts = new Uint32Array(buffer, lane.starts, to - from + 1);
    for (let row = from; row < to; row++) starts[row - from] = Math.max(0, ratings.starts[row]! - first);
    starts[to - from] = count;
    new Float64Array(buffer, lane.lambdas, to - from).set(half.lambdas.subarray(from, to));
    const rowBytes = layout.padded * (layout.precision === "float32" ? 4 : 8);
    const job: RowJob = {
      fixed: fixed.factors,
      solved:
        method.kind === "normal"
          ? this.#shareOf(method.shares, half, from, first, pass)
          : solved.factors + from * rowBytes,
      fixedBiases: fixed.biases,
      solvedBiases: solved.biases === 0 ? 0 : solved.biases + from * 8,
      lambdas: lane.lambdas,
      starts: lane.starts,
      columns: lane.columns,
      values: lane.values,
      weights: weighted ? lane.weights : 0,
      base: implicit === undefined ? 0 : wide ? fixed.wideBase : fixed.base,
      sums: lane.sums,
      states: lane.states,
      workspace: lane.workspace,
      terms: lane.terms,
      rowCount: to - from,
      factors: layout.factors,
      flags:
        flags |
        (wideValues ? JobFlag.wideValues : 0) |
        (wideWeights ? JobFlag.wideWeights : 0) |
        (implicit === undefined ? 0 : JobFlag.implicit) |
        (method.kind === "cg" && method.jacobi ? JobFlag.jacobi : 0),
      pass,
      position: first - ratings.starts[from]!,
      steps: method.kind === "cg" ? method.steps : method.kind === "ials++" ? method.blockSize : 0,
      mean: half.mean,
      biasLambda: half.biasLambda,
      alpha: "scale" in method ? method.scale : (implicit?.alpha ?? 0),
      offset: implicit?.offset ?? 0,
      observedBase: implicit?.observedBase ?? 0,
    };
    writeJob(this.#memory, lane.job, job);
  }

  /** Where the block of a row sums up its share of a product with RᵀR; zeroed when the block begins. */
  #shareOf(
    { address, bytes, bounds }: NormalShares,
    { ratings }: HalfEpoch,
    row: number,
    firstRating: number,
    pass: number,
  ): number {
    let block = 0;
    while (bounds[block + 1]! <= row) block++;
    const share = address + block * bytes;
    if (row === bounds[block] && firstRating === ratings.starts[row] && pass === 0)
      new Uint8Array(this.#memory.buffer, share, bytes).fill(0);
    return share;
  }

  #readSums(from: number, to: number, sums: RowSums): void {
    sums.set(new Float64Array(this.#memory.buffer, this.#lane.sums, (to - from) * 3), from * 3);
  }

  #states(count: number): Int32Array {
    return new Int32Array(this.#memory.buffer, this.#lane.states, count);
  }
}
