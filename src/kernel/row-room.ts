import { AlternantError } from "../errors.js";
import { Csr, type Values } from "../ratings/csr.js";
import type { Yielder } from "../yield.js";
import { type ArithmeticOption, chooseBuild, compileBuild } from "./builds.js";
import type { Guard, NamedHalf } from "./driver.js";
import type { ImplicitTerms } from "./half-epoch.js";
import { InlineDriver } from "./inline-driver.js";
import { createKernels } from "./kernels.js";
import { type FitLayout, factorView, layOutFit, MEMORY_LIMIT, type Precision } from "./layout.js";
import { allocateMemory, PAGE } from "./memory-pool.js";
import { RowSolver } from "./row-solver.js";

/** Numbers copied between two looks at the clock. */
const COPY_SLICE = 1 << 18;

/** One side of a model as rows of the other side are solved against it, and what is the same for all of these. */
export interface FixedRows {
  readonly rowCount: number;
  /** K. */
  readonly factors: number;
  /** Rows × K. */
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
 * A WebAssembly memory with the factors of one side and room for one row of the other, which is solved there. Behind the last row of
 * the side there is one of zeros, for what came after it was fixed.
 */
export class RowRoom {
  readonly memory: WebAssembly.Memory;
  readonly layout: FitLayout;
  readonly solver: RowSolver;
  readonly rows: FixedRows;

  private constructor(memory: WebAssembly.Memory, layout: FitLayout, solver: RowSolver, rows: FixedRows) {
    this.memory = memory;
    this.layout = layout;
    this.solver = solver;
    this.rows = rows;
  }

  /**
   * Copies the side into a memory, and sums it over all its rows where unrated pairs count.
   *
   * @param precision of factors there
   * @throws AlternantError "too-large"; "not-supported" where the engine lacks WebAssembly SIMD; what `yielder` and `guard` throw
   */
  static async open(rows: FixedRows, precision: Precision, guard: Guard, yielder: Yielder): Promise<RowRoom> {
    const { rowCount, factors, implicit, nonnegative } = rows;
    const layout = layOutFit({
      precision,
      factors,
      userCount: 1,
      itemCount: rowCount + 1,
      biases: rows.biases !== undefined,
      allPairs: implicit !== undefined,
      weighted: true,
      nonnegative,
      threads: 1,
    });
    if (layout.bytes > MEMORY_LIMIT)
      throw new AlternantError(
        "too-large",
        `${guard.what}: ${rowCount} rows of ${factors} factors in ${precision} need ${(layout.bytes / 2 ** 30).toFixed(1)} GiB, more than the 4 GiB that WebAssembly can address. Train with fewer factors${precision === "float32" ? "" : ', or precision: "float32"'}.`,
      );
    const { name } = await chooseBuild(rows.arithmetic, false);
    const module = await compileBuild(name, nonnegative ? "whole" : "core");
    const memory = allocateMemory(Math.ceil(layout.bytes / PAGE), false);
    const solver = new RowSolver(memory, await createKernels(module, memory), layout);
    const room = new RowRoom(memory, layout, solver, rows);
    await room.#copyIn(yielder);
    if (implicit !== undefined) {
      const none = { columns: new Int32Array(0), values: new Float32Array(0), weights: undefined };
      const half = room.half({ ...none, lambda: 0, name: guard.what });
      await new InlineDriver(solver, memory, layout, guard).sumFixed(half);
    }
    return room;
  }

  /** The half-epoch of one row. @param count how many ratings it has, of which those given may be a part */
  half({ columns, values, weights, lambda, name }: LoneRow, count: number = columns.length): NamedHalf {
    const { rowCount, mean, biasLambda, implicit, nonnegative } = this.rows;
    return {
      ratings: new Csr(rowCount, { starts: Float64Array.of(0, count), columns, values, weights }),
      solved: this.layout.users,
      fixed: { ...this.layout.items, rowCount },
      lambdas: Float64Array.of(lambda),
      biasLambda,
      mean,
      method: { kind: nonnegative ? "nonnegative" : "cholesky" },
      implicit,
      rowName: () => name,
    };
  }

  /** A solver among factors ≥ 0 begins where the row stands, which must not be where the last one ended. */
  clear(): void {
    factorView(this.memory, this.layout, this.layout.users).fill(0);
  }

  /** The row as it has been solved. */
  solution(): LoneSolution {
    const { factors, users } = this.layout;
    return {
      factors: factorView(this.memory, this.layout, users).slice(0, factors) as LoneSolution["factors"],
      bias: users.biases === 0 ? 0 : new Float64Array(this.memory.buffer, users.biases, 1)[0]!,
    };
  }

  async #copyIn(yielder: Yielder): Promise<void> {
    const { rowCount, values, biases } = this.rows;
    const { factors, padded, items } = this.layout;
    const view = factorView(this.memory, this.layout, items);
    const step = Math.max(1, Math.floor(COPY_SLICE / padded));
    for (let from = 0; from < rowCount; from += step) {
      const to = Math.min(rowCount, from + step);
      if (factors === padded) view.set(values.subarray(from * factors, to * factors), from * factors);
      else
        for (let row = from; row < to; row++)
          view.set(values.subarray(row * factors, (row + 1) * factors), row * padded);
      if (yielder.due()) await yielder.pause();
    }
    if (biases !== undefined) new Float64Array(this.memory.buffer, items.biases, rowCount).set(biases);
  }
}
