import { JOB_BYTES, JobFlag, NO_JOB, type RowJob, writeJob } from "../../src/kernel/job.js";
import type { Kernels } from "../../src/kernel/kernels.js";
import { baseBytes } from "../../src/kernel/sizes.js";
import type { Matrix } from "../reference/matrix.js";
import type { Region } from "./arena.js";
import type { Bench } from "./builds.js";

/** A solver of rows, in one of its precisions. */
export type RowKernel = {
  [K in keyof Kernels]: K extends `${string}Rows${"32" | "64" | "Wide"}` ? K : never;
}[keyof Kernels];

/** The rating of one row, with what weighs them. */
export interface WeightedRow {
  readonly columns: Int32Array;
  readonly values: Float64Array;
  readonly weights?: Float64Array | undefined;
}

/** How implicit feedback counts: a value without a weight c = offset + alpha·|r|, every pair β, rated ones β₀ of it not. */
export interface ImplicitCase {
  readonly alpha: number;
  readonly offset: number;
  readonly allPairs: number;
  readonly observedBase: number;
}

/** What a solver of rows is to do. */
export interface SolverCase {
  readonly factors: number;
  /** The fixed side, K numbers a row. */
  readonly fixed: Matrix;
  readonly fixedBiases?: Float64Array | undefined;
  readonly rows: readonly WeightedRow[];
  /** Where rows stand before, K numbers a row. */
  readonly start: Matrix;
  /** Where their biases stand; undefined where none are solved. */
  readonly startBiases?: Float64Array | undefined;
  readonly lambdas: readonly number[];
  readonly biasLambda: number;
  readonly mean: number;
  readonly implicit?: ImplicitCase | undefined;
  /** Factors of a block. */
  readonly steps: number;
}

export interface SolverResult {
  /** What the kernel returned: how many rows are not solved. */
  readonly failed: number;
  readonly states: Int32Array;
  /** `padded` numbers a row. */
  readonly solved: Float32Array | Float64Array;
  readonly padded: number;
  readonly biases: Float64Array | undefined;
  /** Loss at the start, gain and penalty of each row. */
  readonly sums: Float64Array;
}

/** A case laid out in an arena, ready to be called; outputs and scratch are poison. Values and weights are float64. */
export class SolverCall {
  readonly #bench: Bench;
  readonly #kernel: RowKernel;
  readonly #case: SolverCase;
  readonly #padded: number;
  readonly #factorBytes: 4 | 8;
  readonly #regions: Readonly<
    Record<"solved" | "job" | "starts" | "columns" | "values" | "sums" | "states", Region>
  >;
  readonly #biases: Region | undefined;
  readonly #weights: Region | undefined;
  readonly #fields: RowJob;

  constructor(bench: Bench, kernel: RowKernel, what: SolverCase, workspaceBytes: number) {
    const { arena, kernels } = bench;
    this.#bench = bench;
    this.#kernel = kernel;
    this.#case = what;
    this.#factorBytes = kernel.endsWith("64") ? 8 : 4;
    const systemBytes = kernel.endsWith("32") ? 4 : 8;
    const padded = kernels.paddedFactors(what.factors);
    this.#padded = padded;
    const rowCount = what.rows.length;
    const count = what.rows.reduce((sum, row) => sum + row.columns.length, 0);
    const longest = Math.max(...what.rows.map((row) => row.columns.length));
    arena.reset();
    const fixed = arena.take("fixed", what.fixed.length * padded * this.#factorBytes);
    this.#regions = {
      solved: arena.take("solved", rowCount * padded * this.#factorBytes),
      job: arena.take("job", JOB_BYTES),
      starts: arena.take("starts", (rowCount + 1) * 4),
      columns: arena.take("columns", count * 4),
      values: arena.take("values", count * 8),
      sums: arena.take("sums", rowCount * 24),
      states: arena.take("states", rowCount * 4),
    };
    const fixedBiases = what.fixedBiases && arena.take("fixedBiases", what.fixedBiases.length * 8);
    this.#biases = what.startBiases && arena.take("solvedBiases", rowCount * 8);
    this.#weights = what.rows.some((row) => row.weights) ? arena.take("weights", count * 8) : undefined;
    const lambdas = arena.take("lambdas", rowCount * 8);
    const base =
      what.implicit && arena.take("base", baseBytes(what.factors, systemBytes === 4 ? "float32" : "float64"));
    const workspace = arena.take("workspace", workspaceBytes);
    const terms = arena.take("terms", longest * 16);

    write(arena.floats(fixed, this.#factorBytes).fill(0), what.fixed, padded);
    write(arena.floats(this.#regions.solved, this.#factorBytes).fill(0), what.start, padded);
    arena.floats(lambdas, 8).set(what.lambdas);
    if (fixedBiases) arena.floats(fixedBiases, 8).set(what.fixedBiases!);
    if (this.#biases) arena.floats(this.#biases, 8).set(what.startBiases!);
    if (base) writeBase(what, padded, arena.bytes(base).fill(0), systemBytes);
    arena.seal(fixed, lambdas, ...[fixedBiases, base].filter((region) => region !== undefined));
    this.#fields = {
      ...NO_JOB,
      fixed: fixed.address,
      solved: this.#regions.solved.address,
      fixedBiases: fixedBiases?.address ?? 0,
      solvedBiases: this.#biases?.address ?? 0,
      lambdas: lambdas.address,
      starts: this.#regions.starts.address,
      columns: this.#regions.columns.address,
      values: this.#regions.values.address,
      weights: this.#weights?.address ?? 0,
      base: base?.address ?? 0,
      sums: this.#regions.sums.address,
      states: this.#regions.states.address,
      workspace: workspace.address,
      terms: terms.address,
      factors: what.factors,
      steps: what.steps,
      mean: what.mean,
      biasLambda: what.biasLambda,
      alpha: what.implicit?.alpha ?? 0,
      offset: what.implicit?.offset ?? 0,
      observedBase: what.implicit?.observedBase ?? 0,
    };
  }

  /** Solves all rows in one call. */
  solve(): SolverResult {
    return this.#read(this.#call(this.#case.rows, 0, 0, 0));
  }

  /** Solves the only row pass by pass, each in pieces that end at the places given and at its end. */
  solvePieces(passes: number, cuts: readonly number[]): SolverResult {
    const { columns, values, weights } = this.#case.rows[0]!;
    const ends = [...cuts, columns.length];
    let failed = 0;
    for (let pass = 0; pass < passes; pass++)
      ends.forEach((to, piece) => {
        const from = piece === 0 ? 0 : ends[piece - 1]!;
        const part = {
          columns: columns.subarray(from, to),
          values: values.subarray(from, to),
          weights: weights?.subarray(from, to),
        };
        const flags =
          JobFlag.piece |
          (piece > 0 ? JobFlag.continued : 0) |
          (piece < cuts.length ? JobFlag.unfinished : 0);
        failed = this.#call([part], flags, pass, from);
      });
    return this.#read(failed);
  }

  #call(rows: readonly WeightedRow[], flags: number, pass: number, position: number): number {
    const { arena, kernels } = this.#bench;
    const starts = arena.integers(this.#regions.starts);
    const columns = arena.integers(this.#regions.columns);
    const values = arena.floats(this.#regions.values, 8);
    let at = 0;
    rows.forEach((row, r) => {
      starts[r] = at;
      columns.set(row.columns, at);
      values.set(row.values, at);
      if (this.#weights) arena.floats(this.#weights, 8).set(row.weights!, at);
      at += row.columns.length;
    });
    starts[rows.length] = at;
    const implicit = this.#case.implicit ? JobFlag.implicit : 0;
    writeJob(arena.memory, this.#regions.job.address, {
      ...this.#fields,
      rowCount: rows.length,
      flags: flags | implicit | JobFlag.wideValues | JobFlag.wideWeights,
      pass,
      position,
    });
    return kernels[this.#kernel](this.#regions.job.address);
  }

  #read(failed: number): SolverResult {
    const { arena } = this.#bench;
    arena.check(`${this.#bench.build} ${this.#kernel} K=${this.#case.factors}`);
    return {
      failed,
      states: arena.integers(this.#regions.states).slice(),
      solved: arena.floats(this.#regions.solved, this.#factorBytes).slice(),
      padded: this.#padded,
      biases: this.#biases && (arena.floats(this.#biases, 8).slice() as Float64Array),
      sums: arena.floats(this.#regions.sums, 8).slice() as Float64Array,
    };
  }
}

function write(view: Float32Array | Float64Array, rows: Matrix, padded: number): void {
  rows.forEach((row, r) => {
    view.set(row, r * padded);
  });
}

/** β·Σuuᵀ over the fixed side and its sums for a bias, as assembly/base.ts lays them out. */
function writeBase(what: SolverCase, padded: number, into: Uint8Array, bytes: 4 | 8): void {
  const { factors, fixed, fixedBiases, mean } = what;
  const weight = what.implicit!.allPairs;
  const head = new Float64Array(into.buffer, into.byteOffset, 3);
  const length = (into.length - 64) / bytes;
  const matrix =
    bytes === 4
      ? new Float32Array(into.buffer, into.byteOffset + 64, length)
      : new Float64Array(into.buffer, into.byteOffset + 64, length);
  const stride = padded + 16 / bytes;
  const sums = new Float64Array(padded * stride);
  fixed.forEach((u, j) => {
    const m = mean + (fixedBiases?.[j] ?? 0);
    head[0]! -= weight * m;
    head[1]! += weight * m * m;
    head[2]! += weight;
    for (let k = 0; k < factors; k++) {
      for (let l = 0; l < factors; l++) sums[k * stride + l]! += weight * u[k]! * u[l]!;
      sums[k * stride + padded]! -= weight * m * u[k]!;
      sums[k * stride + padded + 1]! += weight * u[k]!;
    }
  });
  matrix.set(sums);
}

/** x of a row of a result, and its bias behind where one is solved. */
export function solutionOf(
  { solved, padded, biases }: SolverResult,
  row: number,
  factors: number,
): Float64Array {
  const x = Array.from(solved.subarray(row * padded, row * padded + factors));
  return Float64Array.from(biases ? [...x, biases[row]!] : x);
}
