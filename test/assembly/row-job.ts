import { JOB_BYTES, JobFlag, NO_JOB, type RowJob, writeJob } from "../../src/kernel/job.js";
import type { Region } from "./arena.js";
import { type Bench, type KernelPrecision, PRECISIONS } from "./builds.js";

/** The ratings of one row. */
export interface RowRatings {
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** What a call of the row solver is to do. */
export interface RowCase {
  readonly factors: number;
  /** The fixed side, K numbers a row. */
  readonly fixed: readonly Float64Array[];
  readonly fixedBiases?: Float64Array | undefined;
  readonly rows: readonly RowRatings[];
  readonly lambdas: readonly number[];
  readonly mean: number;
  /** λ_b, or undefined where no bias is solved. */
  readonly biasLambda?: number | undefined;
  /** Ratings are stored in float64. */
  readonly wideValues: boolean;
}

export interface RowResult {
  /** What the kernel returned: how many rows are not solved. */
  readonly failed: number;
  readonly states: Int32Array;
  /** `padded` numbers a row. */
  readonly solved: Float32Array | Float64Array;
  readonly padded: number;
  readonly biases: Float64Array | undefined;
  /** Σt², explained, penalty of each row. */
  readonly sums: Float64Array;
}

/** A case laid out in an arena, ready to be called; outputs and scratch are poison. */
export class RowCall {
  readonly #bench: Bench;
  readonly #precision: KernelPrecision;
  readonly #case: RowCase;
  readonly #padded: number;
  readonly #what: string;
  readonly #job: Region;
  readonly #starts: Region;
  readonly #columns: Region;
  readonly #values: Region;
  readonly #lambdas: Region;
  readonly #solved: Region;
  readonly #biases: Region | undefined;
  readonly #sums: Region;
  readonly #states: Region;
  readonly #fields: RowJob;

  constructor(bench: Bench, precision: KernelPrecision, what: RowCase) {
    const { arena, kernels } = bench;
    const { factorBytes } = PRECISIONS[precision];
    this.#bench = bench;
    this.#precision = precision;
    this.#case = what;
    this.#what = `${bench.build} ${precision} K=${what.factors}`;
    const padded = kernels.paddedFactors(what.factors);
    this.#padded = padded;
    const rowCount = what.rows.length;
    const count = what.rows.reduce((sum, row) => sum + row.columns.length, 0);
    arena.reset();
    const fixed = arena.take("fixed", what.fixed.length * padded * factorBytes);
    this.#solved = arena.take("solved", rowCount * padded * factorBytes);
    this.#job = arena.take("job", JOB_BYTES);
    const fixedBiases = what.fixedBiases && arena.take("fixedBiases", what.fixedBiases.length * 8);
    this.#biases = what.biasLambda === undefined ? undefined : arena.take("solvedBiases", rowCount * 8);
    this.#lambdas = arena.take("lambdas", rowCount * 8);
    this.#starts = arena.take("starts", (rowCount + 1) * 4);
    this.#columns = arena.take("columns", count * 4);
    this.#values = arena.take("values", count * (what.wideValues ? 8 : 4));
    this.#sums = arena.take("sums", rowCount * 24);
    this.#states = arena.take("states", rowCount * 4);
    const workspace = arena.take("workspace", kernels.workspaceBytes(what.factors));

    const factors = arena.floats(fixed, factorBytes).fill(0);
    what.fixed.forEach((row, r) => {
      factors.set(row, r * padded);
    });
    if (fixedBiases) arena.floats(fixedBiases, 8).set(what.fixedBiases!);
    arena.seal(fixed);
    if (fixedBiases) arena.seal(fixedBiases);
    this.#fields = {
      ...NO_JOB,
      fixed: fixed.address,
      solved: this.#solved.address,
      fixedBiases: fixedBiases?.address ?? 0,
      solvedBiases: this.#biases?.address ?? 0,
      lambdas: this.#lambdas.address,
      starts: this.#starts.address,
      columns: this.#columns.address,
      values: this.#values.address,
      sums: this.#sums.address,
      states: this.#states.address,
      workspace: workspace.address,
      rowCount,
      factors: what.factors,
      flags: 0,
      mean: what.mean,
      biasLambda: what.biasLambda ?? 0,
    };
  }

  /** Solves all rows in one call. */
  solve(): RowResult {
    this.#load(this.#case.rows, 0);
    this.#bench.arena.seal(
      this.#job,
      this.#starts,
      ...(this.#case.rows.some((row) => row.columns.length > 0) ? [this.#columns, this.#values] : []),
      this.#lambdas,
    );
    const failed = this.#callSolve();
    this.#bench.arena.check(this.#what);
    return this.#read(failed);
  }

  /** Solves the only row in pieces that end at the positions given and at its end. */
  solvePieces(cuts: readonly number[]): RowResult {
    let failed = 0;
    this.#pieces(cuts, () => {
      failed = this.#callSolve();
    });
    return this.#read(failed);
  }

  /** Rows as Σ scale·(t − b)·u for the biases given, over pieces of the only row that end at `cuts`. */
  multiply(scale: number, biases: ArrayLike<number> | undefined, cuts?: readonly number[]): RowResult {
    const { arena, kernels } = this.#bench;
    this.#fields.alpha = scale;
    if (biases) arena.floats(this.#biases!, 8).set(biases);
    if (this.#biases) arena.seal(this.#biases);
    const call = () => {
      if (this.#precision === "float64") kernels.multiplyRatings64(this.#job.address);
      else kernels.multiplyRatings32(this.#job.address);
    };
    if (cuts) this.#pieces(cuts, call);
    else {
      this.#load(this.#case.rows, 0);
      call();
    }
    arena.check(`${this.#what} product`);
    return this.#read(0);
  }

  /** z (K numbers for each fixed row) with what RᵀR times the fixed side adds to it. */
  normal(
    scale: number,
    biases: ArrayLike<number> | undefined,
    before: Float64Array,
    cuts?: readonly number[],
  ): { result: RowResult; z: Float64Array } {
    const { arena, kernels } = this.#bench;
    const { factors, fixed } = this.#case;
    const size = PRECISIONS[this.#precision].factorBytes;
    const z = arena.take("z", fixed.length * this.#padded * size);
    const numbers = arena.floats(z, size).fill(0);
    fixed.forEach((_, row) => {
      numbers.set(before.subarray(row * factors, (row + 1) * factors), row * this.#padded);
    });
    this.#fields.alpha = scale;
    this.#fields.solved = z.address;
    if (biases) arena.floats(this.#biases!, 8).set(biases);
    if (this.#biases) arena.seal(this.#biases);
    const call = () => {
      if (this.#precision === "float64") kernels.multiplyNormal64(this.#job.address);
      else kernels.multiplyNormal32(this.#job.address);
    };
    if (cuts)
      for (this.#fields.pass = 0; this.#fields.pass < 2; this.#fields.pass++)
        this.#pieces(cuts, call, JobFlag.piece);
    else {
      this.#load(this.#case.rows, 0);
      call();
    }
    arena.check(`${this.#what} normal product`);
    const found = new Float64Array(fixed.length * factors);
    fixed.forEach((_, row) => {
      found.set(numbers.subarray(row * this.#padded, row * this.#padded + factors), row * factors);
    });
    return { result: { ...this.#read(0), solved: new Float64Array(0) }, z: found };
  }

  /** Σ(t − b − wᵀu)² of each row for the factors (K numbers a row) and biases given, over pieces that end at `cuts`. */
  residuals(
    solved: readonly ArrayLike<number>[],
    biases: ArrayLike<number> | undefined,
    cuts?: number[],
  ): Float64Array {
    const { arena, kernels } = this.#bench;
    const view = arena.floats(this.#solved, PRECISIONS[this.#precision].factorBytes).fill(0);
    solved.forEach((row, r) => {
      view.set(row, r * this.#padded);
    });
    if (biases) arena.floats(this.#biases!, 8).set(biases);
    arena.seal(this.#solved, ...(this.#biases ? [this.#biases] : []));
    const call = () => {
      if (this.#precision === "float64") kernels.sumResiduals64(this.#job.address);
      else kernels.sumResiduals32(this.#job.address);
    };
    if (cuts) this.#pieces(cuts, call);
    else {
      this.#load(this.#case.rows, 0);
      call();
    }
    arena.check(`${this.#what} residuals`);
    return (arena.floats(this.#sums, 8) as Float64Array).filter((_, i) => i % 3 === 0);
  }

  #pieces(cuts: readonly number[], call: () => void, flags: number = 0): void {
    const { columns, values } = this.#case.rows[0]!;
    const ends = [...cuts, columns.length];
    ends.forEach((to, piece) => {
      const from = piece === 0 ? 0 : ends[piece - 1]!;
      const part = { columns: columns.subarray(from, to), values: values.subarray(from, to) };
      this.#load(
        [part],
        flags | (piece > 0 ? JobFlag.continued : 0) | (piece < cuts.length ? JobFlag.unfinished : 0),
      );
      call();
      this.#bench.arena.check(`${this.#what} piece ${piece}`);
    });
  }

  #load(rows: readonly RowRatings[], flags: number): void {
    const { arena } = this.#bench;
    const starts = arena.integers(this.#starts);
    const columns = arena.integers(this.#columns);
    const values = arena.floats(this.#values, this.#case.wideValues ? 8 : 4);
    let at = 0;
    rows.forEach((row, r) => {
      starts[r] = at;
      columns.set(row.columns, at);
      values.set(row.values, at);
      at += row.columns.length;
    });
    starts[rows.length] = at;
    arena.floats(this.#lambdas, 8).set(this.#case.lambdas);
    const wide = this.#case.wideValues ? JobFlag.wideValues : 0;
    writeJob(arena.memory, this.#job.address, {
      ...this.#fields,
      rowCount: rows.length,
      flags: flags | wide,
    });
  }

  #callSolve(): number {
    const { kernels } = this.#bench;
    if (this.#precision === "float64") return kernels.solveRows64(this.#job.address);
    return this.#precision === "wide"
      ? kernels.solveRowsWide(this.#job.address)
      : kernels.solveRows32(this.#job.address);
  }

  #read(failed: number): RowResult {
    const { arena } = this.#bench;
    return {
      failed,
      states: arena.integers(this.#states).slice(),
      solved: arena.floats(this.#solved, PRECISIONS[this.#precision].factorBytes).slice(),
      padded: this.#padded,
      biases: this.#biases && (arena.floats(this.#biases, 8).slice() as Float64Array),
      sums: arena.floats(this.#sums, 8).slice() as Float64Array,
    };
  }
}

/** (w, b) of a row of a result, or w where no bias was solved. */
export function solution(result: RowResult, row: number, factors: number): Float64Array {
  const w = result.solved.subarray(row * result.padded, row * result.padded + factors);
  return Float64Array.from(result.biases ? [...w, result.biases[row]!] : w);
}
