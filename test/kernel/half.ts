import { compileBuild } from "../../src/kernel/builds.js";
import type { Guard, NamedHalf } from "../../src/kernel/driver.js";
import { InlineDriver } from "../../src/kernel/inline-driver.js";
import { createKernels } from "../../src/kernel/kernels.js";
import { type FitLayout, factorView, layOutFit, type Precision } from "../../src/kernel/layout.js";
import { RowSolver } from "../../src/kernel/row-solver.js";
import { seededRandom } from "../../src/random.js";
import { sideOf } from "../assembly/fixture.js";

const FIXED_ROWS = 300;
/** Rows that no call takes whole, rows of every edge of a tile, empty ones, and more short ones than a call takes. */
const LENGTHS: readonly number[] = [
  ...[3, 0, 700, 129, 1, 40_000, 0, 2, 128, 127, 33_000, 256, 257],
  ...Array.from({ length: 5_000 }, (_, i) => i % 4),
];

export interface HalfShape {
  readonly precision: Precision;
  readonly factors: number;
  readonly bias: boolean;
  /** λ of every seventh row, where others have 2. */
  readonly sparseLambda: number;
}

/** What a half-epoch leaves in memory. */
export interface HalfResult {
  readonly factors: Float32Array | Float64Array;
  readonly biases: Float64Array;
}

/** A seeded half-epoch in a memory, and the solver for it. */
export class Half {
  readonly solver: RowSolver;
  readonly epoch: NamedHalf;
  readonly #memory: WebAssembly.Memory;
  readonly #layout: FitLayout;

  private constructor(solver: RowSolver, epoch: NamedHalf, memory: WebAssembly.Memory, layout: FitLayout) {
    this.solver = solver;
    this.epoch = epoch;
    this.#memory = memory;
    this.#layout = layout;
  }

  static async open(shape: HalfShape, lengths: readonly number[] = LENGTHS): Promise<Half> {
    const { precision, factors, bias: biases, sparseLambda } = shape;
    const memory = new WebAssembly.Memory({ initial: 128, maximum: 128 });
    const kernels = await createKernels(await compileBuild("simd"), memory);
    const layout = layOutFit({
      threads: 1,
      precision,
      factors,
      userCount: lengths.length,
      itemCount: FIXED_ROWS,
      biases,
    });
    const random = seededRandom(factors, "test");
    const fixed = factorView(memory, layout, layout.items);
    for (let row = 0; row < FIXED_ROWS; row++)
      for (let k = 0; k < factors; k++) fixed[row * layout.padded + k] = random.unit() - 0.5;
    if (biases)
      new Float64Array(memory.buffer, layout.items.biases, FIXED_ROWS).forEach((_, i, all) => {
        all[i] = random.unit() - 0.5;
      });
    const rows = lengths.map((count) => ({
      columns: Int32Array.from({ length: count }, () => random.integer(FIXED_ROWS)),
      values: Float64Array.from({ length: count }, () => random.unit() * 5),
    }));
    const epoch: NamedHalf = {
      ratings: sideOf(rows, FIXED_ROWS),
      solved: layout.users,
      fixed: layout.items,
      lambdas: Float64Array.from(lengths, (_, row) => (row % 7 === 0 ? sparseLambda : 2)),
      biasLambda: 1,
      mean: 2.5,
      method: { kind: "cholesky" },
      implicit: undefined,
      rowName: (row) => `user "u${row}"`,
    };
    return new Half(new RowSolver(memory, kernels, layout), epoch, memory, layout);
  }

  /** A driver of the solver on this thread. */
  driver(guard: Guard): InlineDriver {
    return new InlineDriver(this.solver, this.#memory, this.#layout, guard);
  }

  /** Overwrites one number of a fixed row. */
  setFixed(row: number, value: number): void {
    factorView(this.#memory, this.#layout, this.#layout.items)[row * this.#layout.padded] = value;
  }

  /** Forgets earlier results. */
  clear(): void {
    factorView(this.#memory, this.#layout, this.#layout.users).fill(Number.NaN);
    if (this.#layout.users.biases) this.#biases().fill(Number.NaN);
  }

  result(): HalfResult {
    return {
      factors: factorView(this.#memory, this.#layout, this.#layout.users).slice(),
      biases: this.#layout.users.biases ? this.#biases().slice() : new Float64Array(0),
    };
  }

  #biases(): Float64Array {
    return new Float64Array(this.#memory.buffer, this.#layout.users.biases, this.#layout.users.rowCount);
  }
}
