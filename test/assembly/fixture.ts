import type { BuildName } from "../../src/kernel/binaries.js";
import { compileBuild } from "../../src/kernel/builds.js";
import { describeUnsolved } from "../../src/kernel/describe-unsolved.js";
import type { HalfEpoch } from "../../src/kernel/half-epoch.js";
import { createKernels } from "../../src/kernel/kernels.js";
import { type FitLayout, factorView, layOutFit, type Precision } from "../../src/kernel/layout.js";
import { RowSolver } from "../../src/kernel/row-solver.js";
import { UnsolvedRow } from "../../src/kernel/unsolved-row.js";
import type { RatingsSide } from "../../src/ratings/source.js";
import type { RowRatings } from "./row-job.js";

const BYTES = 8 * 2 ** 20;

export interface FixtureShape {
  readonly precision: Precision;
  readonly factors: number;
  readonly bias: boolean;
  /** Rows that are solved and rows that are fixed. */
  readonly rowCount: number;
  readonly fixedCount: number;
}

/** What one row came to: its solution (w, b) or w, or the error that named it. */
export type Outcome =
  | { readonly x: Float64Array; readonly error?: undefined }
  | { readonly x?: undefined; readonly error: Error };

/** A memory with factors of both sides in it, and the row solver over it: as a fit has them, a row at a time. */
export class Fixture {
  readonly shape: FixtureShape;
  readonly #memory: WebAssembly.Memory;
  readonly #layout: FitLayout;
  readonly #solver: RowSolver;

  private constructor(shape: FixtureShape, memory: WebAssembly.Memory, layout: FitLayout, solver: RowSolver) {
    this.shape = shape;
    this.#memory = memory;
    this.#layout = layout;
    this.#solver = solver;
  }

  static async open(build: BuildName, shape: FixtureShape): Promise<Fixture> {
    const memory = new WebAssembly.Memory({ initial: BYTES / 65536, maximum: BYTES / 65536 });
    const kernels = await createKernels(await compileBuild(build), memory);
    const layout = layOutFit({
      threads: 1,
      precision: shape.precision,
      factors: shape.factors,
      userCount: shape.rowCount,
      itemCount: shape.fixedCount,
      biases: shape.bias,
    });
    return new Fixture(shape, memory, layout, new RowSolver(memory, kernels, layout));
  }

  setFixed(rows: readonly Float64Array[]): void {
    const view = factorView(this.#memory, this.#layout, this.#layout.items);
    rows.forEach((row, r) => {
      view.set(row, r * this.#layout.padded);
    });
  }

  /** Solves each row by itself, as one that a driver gives alone; row r is called `row r` in errors. */
  solve(rows: readonly RowRatings[], lambda: number, biasLambda: number): Outcome[] {
    const half: HalfEpoch = {
      ratings: sideOf(rows, this.shape.fixedCount),
      solved: this.#layout.users,
      fixed: this.#layout.items,
      lambdas: new Float64Array(rows.length).fill(lambda),
      biasLambda,
      mean: 0,
      method: { kind: "cholesky" },
      implicit: undefined,
    };
    const sums = new Float64Array(rows.length * 3);
    return rows.map((_, row) => {
      try {
        this.#solver.solve(half, row, row + 1, sums);
      } catch (error) {
        if (!(error instanceof UnsolvedRow)) throw error;
        return { error: describeUnsolved(error, half, this.shape.factors, (named) => `row ${named}`) };
      }
      return { x: this.#solution(row) };
    });
  }

  #solution(row: number): Float64Array {
    const { factors, padded, users } = this.#layout;
    const w = factorView(this.#memory, this.#layout, users).subarray(row * padded, row * padded + factors);
    if (!this.shape.bias) return Float64Array.from(w);
    return Float64Array.from([...w, new Float64Array(this.#memory.buffer, users.biases, row + 1)[row]!]);
  }
}

/** Rows as a fit reads them. */
export function sideOf(rows: readonly RowRatings[], columnCount: number): RatingsSide {
  const starts = new Float64Array(rows.length + 1);
  rows.forEach((row, r) => {
    starts[r + 1] = starts[r]! + row.columns.length;
  });
  const count = starts[rows.length]!;
  const columns = new Int32Array(count);
  const values = new Float64Array(count);
  rows.forEach((row, r) => {
    columns.set(row.columns, starts[r]);
    values.set(row.values, starts[r]);
  });
  return {
    rowCount: rows.length,
    columnCount,
    count,
    starts,
    valueBytes: 8,
    read(from, to, intoColumns, intoValues) {
      intoColumns.set(columns.subarray(from, to));
      intoValues.set(values.subarray(from, to));
    },
    share: () => undefined,
  };
}
