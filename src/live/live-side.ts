import type { Guard } from "../kernel/index.js";
import type { LoneSolution } from "../kernel/row-room.js";
import { type KeptSums, type SummedRating, SummedSide } from "../kernel/summed-side.js";
import { confidenceOf } from "../model/fold-in/feedback.js";
import type { Factors, ModelParts } from "../model/index.js";
import { fixedRowsOf, type RowObjective, type RowSide, rowObjective } from "../model/row-objective.js";
import type { Yielder } from "../yield.js";
import type { EditedRows, RatingValue } from "./edited-rows.js";
import type { SumsCache } from "./sums-cache.js";

/** A rating of a row that comes, goes, or is another than before. */
export interface Change {
  readonly column: number;
  readonly before: RatingValue | undefined;
  readonly after: RatingValue | undefined;
}

/** What a row will be when it is committed. */
export interface Proposal {
  readonly row: number;
  readonly solution: LoneSolution;
  /** Undefined for a row without ratings. */
  readonly sums: KeptSums | undefined;
}

/** The rows of one side, some of them solved anew for the other side as it is frozen. */
export class LiveSide {
  readonly objective: RowObjective;
  /** Rows that were solved anew, in the model's precision. */
  readonly solved: Map<number, LoneSolution> = new Map();
  readonly #frozen: Factors;
  readonly #frozenBiases: Float64Array | undefined;
  readonly #summed: SummedSide;
  readonly #cache: SumsCache;
  /** Where a change to kept sums is tried out. */
  readonly #trial: KeptSums;

  private constructor(parts: ModelParts, objective: RowObjective, summed: SummedSide, cache: SumsCache) {
    const users = objective.side === "user";
    this.objective = objective;
    this.#frozen = users ? parts.userFactors : parts.itemFactors;
    this.#frozenBiases = users ? parts.userBiases : parts.itemBiases;
    this.#summed = summed;
    this.#cache = cache;
    this.#trial = SummedSide.room(parts.factors);
  }

  /** @throws AlternantError "not-supported", "too-large"; what the guard throws */
  static async open(
    parts: ModelParts,
    side: RowSide,
    cache: SumsCache,
    guard: Guard,
    yielder: Yielder,
  ): Promise<LiveSide> {
    const objective = await rowObjective(parts, side, guard.what, yielder);
    const summed = await SummedSide.open(fixedRowsOf(objective, parts), guard, yielder);
    return new LiveSide(parts, objective, summed, cache);
  }

  /** Bytes of the other side's factors, for rows of this one. */
  get bytes(): number {
    return this.#summed.bytes;
  }

  /** A row as it stands; zeros for one that is unknown to the frozen side and was not solved. */
  rowOf(row: number): LoneSolution {
    const solved = this.solved.get(row);
    if (solved !== undefined) return solved;
    const { factors } = this.objective;
    return {
      factors: this.#frozen.slice(row * factors, (row + 1) * factors),
      bias: this.#frozenBiases?.[row] ?? 0,
    };
  }

  /**
   * Solves a row whose ratings have been changed, and changes nothing yet.
   *
   * @param ratings of this side, the change already in them
   * @param name what the row is, as errors begin
   * @throws AlternantError "not-positive-definite", "not-finite"
   */
  propose(row: number, ratings: EditedRows, change: Change | undefined, name: string): Proposal {
    const count = ratings.countOf(row);
    const { factors, lambdaOf } = this.objective;
    if (count === 0)
      return {
        row,
        sums: undefined,
        solution: this.#inPrecision({ factors: new Float64Array(factors), bias: 0 }),
      };
    const sums = this.#changed(row, change) ?? this.#summed.sum(this.#counted(ratings, row));
    return { row, sums, solution: this.#inPrecision(this.#summed.solve(sums, lambdaOf(count), name)) };
  }

  commit({ row, solution, sums }: Proposal): void {
    const key = this.#keyOf(row);
    this.solved.set(row, solution);
    if (sums === undefined) this.#cache.delete(key);
    else this.#cache.put(key, sums === this.#trial ? SummedSide.copy(sums, this.#cache.peek(key)) : sums);
  }

  /** Kept sums with a change; undefined where there are none, or they are worn. */
  #changed(row: number, change: Change | undefined): KeptSums | undefined {
    const kept = change && this.#cache.get(this.#keyOf(row));
    if (kept === undefined) return undefined;
    const { column, before, after } = change!;
    const trial = SummedSide.copy(kept, this.#trial);
    if (before !== undefined) this.#summed.change(trial, this.#asSummed(column, before), -1);
    if (after !== undefined) this.#summed.change(trial, this.#asSummed(column, after), 1);
    return SummedSide.isWorn(trial) ? undefined : trial;
  }

  #asSummed(column: number, { value, weight }: RatingValue): SummedRating {
    const { confidence } = this.objective;
    return { column, value, weight: confidence ? confidenceOf(confidence, value, weight) : weight };
  }

  /** A row's ratings as they count. */
  #counted(ratings: EditedRows, row: number): ReturnType<EditedRows["read"]> {
    const { columns, values, weights } = ratings.read(row);
    const { confidence } = this.objective;
    if (confidence === undefined) return { columns, values, weights };
    return {
      columns,
      values,
      weights: values.map((value, at) => confidenceOf(confidence, value, weights?.[at])),
    };
  }

  #inPrecision({ factors, bias }: LoneSolution): LoneSolution {
    return { factors: this.#frozen instanceof Float32Array ? Float32Array.from(factors) : factors, bias };
  }

  #keyOf(row: number): string {
    return `${this.objective.side} ${row}`;
  }
}
