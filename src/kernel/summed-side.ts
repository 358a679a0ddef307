import type { Yielder } from "../yield.js";
import { describeUnsolved } from "./describe-unsolved.js";
import type { Guard } from "./driver.js";
import { type RatingTerm, ratingTerm } from "./implicit-terms.js";
import { CALL_RATINGS, factorView } from "./layout.js";
import { type FixedRows, type LoneRow, type LoneSolution, RowRoom } from "./row-room.js";
import { sumsPlace } from "./sizes.js";
import { UnsolvedRow } from "./unsolved-row.js";

/** Rounding errors add up: after so many changes, and more than a row has ratings, its sums are worn whatever they are. */
const MOST_CHANGES = 1024;
/** Rows measured between two looks at the clock. */
const NORMS_SLICE = 256;
/** Σd, Σa, and whether an a is negative. Behind these Σd·u, Σa·u, and the rows of the upper triangle of Σa·uuᵀ. */
const HEAD = 3;

/** One rating as its row's system takes it: of implicit feedback, with its confidence. */
export interface SummedRating {
  readonly column: number;
  readonly value: number;
  readonly weight: number | undefined;
}

/** How large sums are: ratings, Σ|a|‖x‖² on the left, Σ|d|‖x‖ on the right. */
interface Size {
  count: number;
  left: number;
  right: number;
}

/** A row's normal equations without penalty and without what all pairs add, in float64. */
export interface KeptSums {
  readonly numbers: Float64Array;
  readonly size: Size;
  /** The largest they have been since they were made of ratings. */
  readonly most: Size;
  /** Changes since then. */
  changes: number;
}

/**
 * A side's factors in float64, for rows of the other side whose sums are kept from one solve to the next: a rating that comes or
 * goes is one outer product more or less, and K³/3 multiply-adds solve the row.
 */
export class SummedSide {
  readonly #room: RowRoom;
  readonly #factors: Float64Array;
  /** ‖x‖² of each row, x = (u, 1) where biases are solved. */
  readonly #norms: Float64Array;
  readonly #workspace: Float64Array;
  readonly #sums = new Float64Array(3);

  private constructor(room: RowRoom) {
    const { memory, layout, rows } = room;
    this.#room = room;
    this.#factors = factorView(memory, layout, layout.items) as Float64Array;
    const { system, systemRow } = sumsPlace(layout.factors);
    const { workspace } = layout.lanes[0]!;
    this.#workspace = new Float64Array(memory.buffer, workspace, system + layout.padded * systemRow);
    this.#norms = new Float64Array(rows.rowCount + 1);
  }

  /** @throws as {@link RowRoom.open} */
  static async open(rows: FixedRows, guard: Guard, yielder: Yielder): Promise<SummedSide> {
    const side = new SummedSide(await RowRoom.open(rows, "float64", guard, yielder));
    for (let row = 0; row <= rows.rowCount; row++) {
      side.#norms[row] = side.#normOf(row);
      if (row % NORMS_SLICE === 0 && yielder.due()) await yielder.pause();
    }
    return side;
  }

  /** Bytes of its memory. */
  get bytes(): number {
    return this.#room.memory.buffer.byteLength;
  }

  /** Numbers that a row's sums take. */
  static lengthOf(factors: number): number {
    return HEAD + 2 * factors + (factors * (factors + 1)) / 2;
  }

  /** Sums of nothing. */
  static room(factors: number): KeptSums {
    const nothing = { count: 0, left: 0, right: 0 };
    return {
      numbers: new Float64Array(SummedSide.lengthOf(factors)),
      size: { ...nothing },
      most: { ...nothing },
      changes: 0,
    };
  }

  /** Copies sums, into others where those are given. */
  static copy(from: KeptSums, to?: KeptSums): KeptSums {
    if (to === undefined) {
      const { numbers, size, most, changes } = from;
      return { numbers: numbers.slice(), size: { ...size }, most: { ...most }, changes };
    }
    to.numbers.set(from.numbers);
    Object.assign(to.size, from.size);
    Object.assign(to.most, from.most);
    to.changes = from.changes;
    return to;
  }

  /** The sums of a row's ratings, of which there is at least one. Columns from the side's last row on stand for rows of zeros. */
  sum(row: Pick<LoneRow, "columns" | "values" | "weights">): KeptSums {
    const { rowCount, factors } = this.#room.rows;
    const count = row.columns.length;
    const columns = row.columns.map((column) => Math.min(column, rowCount));
    const half = this.#room.half({ ...row, columns, lambda: 0, name: "" });
    for (let from = 0; from < count; from += CALL_RATINGS)
      this.#room.solver.sumPiece(half, 0, from, Math.min(count, from + CALL_RATINGS));
    const sums = SummedSide.room(factors);
    this.#takeOut(sums.numbers);
    for (let at = 0; at < count; at++) {
      const column = columns[at]!;
      this.#resize(sums.size, column, this.#termOf(column, row.values[at]!, row.weights?.[at]), 1);
    }
    Object.assign(sums.most, sums.size);
    return sums;
  }

  /** Adds a rating to sums (`sign` 1), or takes one of theirs off (−1). */
  change(sums: KeptSums, { column: given, value, weight }: SummedRating, sign: 1 | -1): void {
    const { factors, biases, rowCount } = this.#room.rows;
    const { numbers, size, most } = sums;
    const column = Math.min(given, rowCount);
    const term = this.#termOf(column, value, weight);
    const [a, d] = [sign * term.a, sign * term.d];
    const u = this.#row(column);
    numbers[0]! += d;
    numbers[1]! += a;
    if (term.a < 0) numbers[2] = 1;
    let at = HEAD + 2 * factors;
    for (let k = 0; k < factors; k++) {
      numbers[HEAD + k]! += d * u[k]!;
      const scaled = a * u[k]!;
      if (biases !== undefined) numbers[HEAD + factors + k]! += scaled;
      for (let l = k; l < factors; l++) numbers[at++]! += scaled * u[l]!;
    }
    this.#resize(size, column, term, sign);
    most.count = Math.max(most.count, size.count);
    most.left = Math.max(most.left, size.left);
    most.right = Math.max(most.right, size.right);
    sums.changes++;
  }

  /**
   * Whether sums should be made of ratings again: half of what has been in them is gone and its rounding errors are left, or they
   * have been changed more often than that.
   */
  static isWorn({ size, most, changes }: KeptSums): boolean {
    return (
      2 * size.count < most.count ||
      2 * size.left < most.left ||
      2 * size.right < most.right ||
      changes > Math.max(MOST_CHANGES, size.count)
    );
  }

  /**
   * The row that sums of at least one rating determine.
   *
   * @param name what the row is, as errors begin
   * @throws AlternantError "not-positive-definite", "not-finite"
   */
  solve(sums: KeptSums, lambda: number, name: string): LoneSolution {
    const room = this.#room;
    const half = room.half({ ...NO_RATINGS, lambda, name }, sums.size.count);
    room.clear();
    this.#putIn(sums);
    try {
      room.solver.solveSums(half, 0, this.#sums);
    } catch (error) {
      if (!(error instanceof UnsolvedRow)) throw error;
      throw describeUnsolved(error, half, room.layout.factors, half.rowName);
    }
    return room.solution();
  }

  #normOf(row: number): number {
    let norm = this.#room.rows.biases === undefined ? 0 : 1;
    for (const u of this.#row(row)) norm += u * u;
    return norm;
  }

  #row(column: number): Float64Array {
    const { factors, padded } = this.#room.layout;
    return this.#factors.subarray(column * padded, column * padded + factors);
  }

  #termOf(column: number, value: number, weight: number | undefined): RatingTerm {
    const { mean, biases, implicit, rowCount } = this.#room.rows;
    const bias = biases === undefined || column === rowCount ? 0 : biases[column]!;
    return ratingTerm(implicit, mean + bias, value, weight);
  }

  #resize(size: Size, column: number, { a, d }: RatingTerm, sign: 1 | -1): void {
    const norm = this.#norms[column]!;
    size.count += sign;
    size.left += sign * Math.abs(a) * norm;
    size.right += sign * Math.abs(d) * Math.sqrt(norm);
  }

  /** Copies sums out of the workspace, where ratings have been summed up. */
  #takeOut(numbers: Float64Array): void {
    const { factors } = this.#room.layout;
    const { targets, weight, negative, g, s, system, systemRow } = sumsPlace(factors);
    const room = this.#workspace;
    numbers[0] = room[targets]!;
    numbers[1] = room[weight]!;
    numbers[2] = room[negative]!;
    numbers.set(room.subarray(g, g + factors), HEAD);
    if (this.#room.rows.biases !== undefined) numbers.set(room.subarray(s, s + factors), HEAD + factors);
    let at = HEAD + 2 * factors;
    for (let k = 0; k < factors; k++) {
      const row = system + k * systemRow;
      numbers.set(room.subarray(row + k, row + factors), at);
      at += factors - k;
    }
  }

  /** Copies sums into the workspace, as the pieces of a long row would leave them there. */
  #putIn({ numbers, size }: KeptSums): void {
    const { factors } = this.#room.layout;
    const { targets, count, weight, negative, g, s, system, systemRow } = sumsPlace(factors);
    const room = this.#workspace;
    room.fill(0, 0, g);
    room[targets] = numbers[0]!;
    room[weight] = numbers[1]!;
    room[negative] = numbers[2]!;
    room[count] = size.count;
    room.set(numbers.subarray(HEAD, HEAD + factors), g);
    room.set(numbers.subarray(HEAD + factors, HEAD + 2 * factors), s);
    let at = HEAD + 2 * factors;
    for (let k = 0; k < factors; k++) {
      room.set(numbers.subarray(at, at + factors - k), system + k * systemRow + k);
      at += factors - k;
    }
  }
}

const NO_RATINGS = {
  columns: new Int32Array(0),
  values: new Float64Array(0),
  weights: undefined,
} as const;
