import { AlternantError } from "../errors.js";
import { Csr, type Values } from "../ratings/csr.js";
import type { Yielder } from "../yield.js";
import { type ArithmeticOption, chooseBuild, compileBuild } from "./builds.js";
import type { Guard, NamedHalf } from "./driver.js";
import type { ImplicitTerms } from "./half-epoch.js";
import { InlineDriver } from "./inline-driver.js";
import { createKernels } from "./kernels.js";
import { CALL_RATINGS, type FitLayout, factorView, layOutFit, MEMORY_LIMIT } from "./layout.js";
import { allocateMemory, PAGE } from "./memory-pool.js";
import { RowSolver } from "./row-solver.js";
import { describeUnsolved, UnsolvedRow } from "./unsolved-row.js";
import { solvingCost } from "./work.js";

/** Multiply-adds of a row that is solved at once: a few milliseconds. Longer ones let the event loop run between calls. */
const AT_ONCE = 1e7;
/** Numbers copied between two looks at the clock. */
const COPY_SLICE = 1 << 18;

/** One side of a model as rows of the other side are solved against it, and what is the same for all of these. */
export interface FixedRows {
  readonly rowCount: number;
  /** K. */
  readonly factors: number;
  /** Rows × K; their type is the precision that rows are solved in. */
  readonly values: Float32Array | Float64Array;
  /** Undefined where no bias is solved. */
  readonly biases: Float64Array | undefined;
  /** μ. */
  readonly mean: number;
  /** λ_b. */
  readonly biasLambda: number;
  /** Undefined for explicit ratings. */
  readonly implicit: ImplicitTerms | undefined;
  /** Whether rows are solved among factors ≥ 0. */
  readonly nonnegative: boolean;
  readonly arithmetic: ArithmeticOption;
}

/** The ratings of a row, columns ascending, and its λ_i. */
export interface LoneRow {
  readonly columns: Int32Array;
  readonly values: Values;
  readonly weights: Values | undefined;
  readonly lambda: number;
  /** What the row is, as errors begin. */
  readonly name: string;
}

export interface LoneSolution {
  /** K. */
  readonly factors: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
  readonly bias: number;
}

/**
 * A side's factors in a WebAssembly memory of their own, for rows of the other side that are solved one at a time, exactly: with
 * the bits that a half-epoch of training has for a row of the same ratings, whatever solver came before it.
 */
export class FixedSide {
  readonly #memory: WebAssembly.Memory;
  readonly #layout: FitLayout;
  readonly #solver: RowSolver;
  readonly #rows: FixedRows;
  readonly #sums = new Float64Array(3);
  /** The long row that is being solved, if there is one: others wait, for they share its buffers. */
  #running: Promise<unknown> | undefined;

  private constructor(memory: WebAssembly.Memory, layout: FitLayout, solver: RowSolver, rows: FixedRows) {
    this.#memory = memory;
    this.#layout = layout;
    this.#solver = solver;
    this.#rows = rows;
  }

  /**
   * Copies the side into a memory, and sums it over all its rows where unrated pairs count.
   *
   * @throws AlternantError "too-large"; "not-supported" where the engine lacks WebAssembly SIMD; what `yielder` throws
   */
  static async open(rows: FixedRows, guard: Guard, yielder: Yielder): Promise<FixedSide> {
    const { rowCount, factors, values, implicit, nonnegative } = rows;
    const layout = layOutFit({
      precision: values instanceof Float32Array ? "float32" : "float64",
      factors,
      userCount: 1,
      itemCount: rowCount,
      biases: rows.biases !== undefined,
      allPairs: implicit !== undefined,
      weighted: true,
      nonnegative,
      threads: 1,
    });
    if (layout.bytes > MEMORY_LIMIT)
      throw new AlternantError(
        "too-large",
        `${guard.what}: ${rowCount} rows of ${factors} factors need ${(layout.bytes / 2 ** 30).toFixed(1)} GiB, more than the 4 GiB that WebAssembly can address. Train with fewer factors, or precision: "float32".`,
      );
    const { name } = await chooseBuild(rows.arithmetic, false);
    const module = await compileBuild(name, nonnegative ? "whole" : "core");
    const memory = allocateMemory(Math.ceil(layout.bytes / PAGE), false);
    const solver = new RowSolver(memory, await createKernels(module, memory), layout);
    const side = new FixedSide(memory, layout, solver, rows);
    await side.#copyIn(yielder);
    if (implicit !== undefined) {
      const none = { columns: new Int32Array(0), values: new Float32Array(0), weights: undefined };
      const half = side.#half({ ...none, lambda: 0, name: guard.what });
      await new InlineDriver(solver, memory, layout, guard).sumFixed(half);
    }
    return side;
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
    const half = this.#half(row);
    this.#clear();
    const count = row.columns.length;
    const cost = solvingCost(this.#layout.factors, half.method);
    if (count <= CALL_RATINGS && count * cost.rating + cost.row <= AT_ONCE) {
      this.#solveAtOnce(half);
      return this.#solution();
    }
    const driver = new InlineDriver(this.#solver, this.#memory, this.#layout, guard);
    this.#running = driver.solve(half);
    try {
      await this.#running;
      return this.#solution();
    } finally {
      this.#running = undefined;
    }
  }

  #solveAtOnce(half: NamedHalf): void {
    try {
      this.#solver.solve(half, 0, 1, this.#sums);
    } catch (error) {
      if (!(error instanceof UnsolvedRow)) throw error;
      throw describeUnsolved(error, half, this.#layout.factors, half.rowName);
    }
  }

  #half({ columns, values, weights, lambda, name }: LoneRow): NamedHalf {
    const { rowCount, mean, biasLambda, implicit, nonnegative } = this.#rows;
    return {
      ratings: new Csr(rowCount, { starts: Float64Array.of(0, columns.length), columns, values, weights }),
      solved: this.#layout.users,
      fixed: this.#layout.items,
      lambdas: Float64Array.of(lambda),
      biasLambda,
      mean,
      method: { kind: nonnegative ? "nonnegative" : "cholesky" },
      implicit,
      rowName: () => name,
    };
  }

  /** A solver among factors ≥ 0 begins where the row stands, which must not be where the last one ended. */
  #clear(): void {
    factorView(this.#memory, this.#layout, this.#layout.users).fill(0);
  }

  #solution(): LoneSolution {
    const { factors, users } = this.#layout;
    return {
      factors: factorView(this.#memory, this.#layout, users).slice(0, factors) as LoneSolution["factors"],
      bias: users.biases === 0 ? 0 : new Float64Array(this.#memory.buffer, users.biases, 1)[0]!,
    };
  }

  async #copyIn(yielder: Yielder): Promise<void> {
    const { rowCount, values, biases } = this.#rows;
    const { factors, padded, items } = this.#layout;
    const view = factorView(this.#memory, this.#layout, items);
    const step = Math.max(1, Math.floor(COPY_SLICE / padded));
    for (let from = 0; from < rowCount; from += step) {
      const to = Math.min(rowCount, from + step);
      if (factors === padded) view.set(values.subarray(from * factors, to * factors), from * factors);
      else
        for (let row = from; row < to; row++)
          view.set(values.subarray(row * factors, (row + 1) * factors), row * padded);
      if (yielder.due()) await yielder.pause();
    }
    if (biases !== undefined) new Float64Array(this.#memory.buffer, items.biases, rowCount).set(biases);
  }
}
