import { canRun, compileBuild } from "../src/kernel/builds.js";
import { NO_JOB, writeJob } from "../src/kernel/job.js";
import { createKernels, type Kernels } from "../src/kernel/kernels.js";
import { factorView, layOutFit, type Precision } from "../src/kernel/layout.js";
import { paddedFactors } from "../src/kernel/sizes.js";
import { seededRandom } from "../src/random.js";
import type { Build } from "./arithmetic.js";

export type KernelName = "gram" | "cholesky" | "rows";

/** A kernel with something to work on. */
export interface KernelRun {
  readonly kernel: KernelName;
  readonly factors: number;
  readonly build: Build;
  readonly precision: Precision;
  /** One call of about a millisecond. */
  readonly call: () => void;
  /** Multiply-adds that a call makes, padding and whole blocks on the diagonal included. */
  readonly executed: number;
  /** Multiply-adds that the mathematics asks for. */
  readonly useful: number;
}

/** MovieLens-20M has 144 ratings a user. */
const RATINGS_PER_ROW = 145;
/** Items of MovieLens-1M. */
const ITEMS = 3706;
const MADDS_PER_CALL = 8e6;
/** A tile that the row solver gathers has at most so many bytes (at the numbers of factors measured here). */
const TILE_BYTES = 32768;
/** Columns of right-hand sides behind A: one vector in float32, two numbers in float64. */
const RIGHT_SIDES: Readonly<Record<Precision, number>> = { float64: 2, float32: 4 };

/** Whether this engine takes the build. */
export const hasBuild: (build: Build) => Promise<boolean> = canRun;

/** All kernels of a build at a number of factors. */
export async function kernelRuns(build: Build, precision: Precision, factors: number): Promise<KernelRun[]> {
  const module = await compileBuild(build);
  const of = { build, precision, factors };
  return [await gramRun(module, of), await choleskyRun(module, of), await rowsRun(module, of)];
}

type Of = Pick<KernelRun, "build" | "precision" | "factors">;
type Numbers = Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

interface Room {
  readonly kernels: Kernels;
  readonly padded: number;
  /** Bytes of a number. */
  readonly bytes: 4 | 8;
  readonly take: (count: number) => Numbers;
}

/** Kernels over a memory of their own, from which cache-aligned vectors are taken. */
async function room(module: WebAssembly.Module, { precision, factors }: Of): Promise<Room> {
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 64 });
  const kernels = await createKernels(module, memory);
  const bytes = precision === "float64" ? 8 : 4;
  const Kind = precision === "float64" ? Float64Array : Float32Array;
  let end = 64;
  return {
    kernels,
    padded: kernels.paddedFactors(factors),
    bytes,
    take: (count) => {
      const vector = new Kind(memory.buffer, end, count);
      end += Math.ceil((count * bytes) / 64) * 64;
      return vector;
    },
  };
}

/** Σ u uᵀ of one tile, over and over. */
async function gramRun(module: WebAssembly.Module, of: Of): Promise<KernelRun> {
  const { kernels, padded, bytes, take } = await room(module, of);
  const rows = Math.min(kernels.tileRows(), TILE_BYTES / (padded * bytes));
  const tile = take(rows * padded);
  const system = take(padded * padded + padded * RIGHT_SIDES[of.precision]);
  const random = seededRandom(1, "benchmark");
  for (let i = 0; i < tile.length; i++) tile[i] = random.unit() - 0.5;
  const executed = rows * gramMadds(padded, of.precision);
  const repeats = Math.ceil(MADDS_PER_CALL / executed);
  const gram = of.precision === "float64" ? kernels.gram64 : kernels.gram32;
  return {
    ...of,
    kernel: "gram",
    call: () => {
      for (let i = 0; i < repeats; i++)
        gram(tile.byteOffset, rows, padded * bytes, padded, system.byteOffset, 1);
    },
    executed: repeats * executed,
    useful: (repeats * rows * of.factors * (of.factors + 1)) / 2,
  };
}

/**
 * The factorization of a diagonal matrix, over and over: it works in place, and of a diagonal matrix only the diagonal
 * has to be restored, which costs next to nothing. The kernel makes the same steps for any matrix.
 */
async function choleskyRun(module: WebAssembly.Module, of: Of): Promise<KernelRun> {
  const { kernels, padded, take } = await room(module, of);
  const stride = padded + RIGHT_SIDES[of.precision];
  const system = take(padded * stride);
  const diagonal = take(padded);
  const check = take(padded);
  const random = seededRandom(2, "benchmark");
  for (let i = 0; i < padded; i++) diagonal[i] = 1 + random.unit();
  const executed = choleskyMadds(padded, RIGHT_SIDES[of.precision]);
  const repeats = Math.ceil(MADDS_PER_CALL / executed);
  const factor = of.precision === "float64" ? kernels.factor64 : kernels.factor32;
  return {
    ...of,
    kernel: "cholesky",
    call: () => {
      let failed = 0;
      for (let i = 0; i < repeats; i++) {
        for (let k = 0; k < padded; k++) system[k * (stride + 1)] = diagonal[k]!;
        failed |= factor(system.byteOffset, padded, diagonal.byteOffset, check.byteOffset, of.factors);
      }
      if (failed !== 0) throw new Error(`The factorization of a diagonal matrix ended in state ${failed}`);
    },
    executed: repeats * executed,
    useful: (repeats * of.factors ** 3) / 6,
  };
}

/** Rows of 145 ratings, without biases: gather, Gram, right-hand side, factorization, solves. */
async function rowsRun(module: WebAssembly.Module, of: Of): Promise<KernelRun> {
  const { precision, factors } = of;
  const padded = paddedFactors(factors);
  const rowMadds =
    RATINGS_PER_ROW * (gramMadds(padded, precision) + padded) +
    choleskyMadds(padded, RIGHT_SIDES[precision]) +
    padded ** 2 / 2;
  const rows = Math.max(1, Math.min(200, Math.round((2 * MADDS_PER_CALL) / rowMadds)));
  const layout = layOutFit({
    precision,
    factors,
    userCount: rows,
    itemCount: ITEMS,
    biases: false,
    threads: 1,
  });
  const lane = layout.lanes[0]!;
  const memory = new WebAssembly.Memory({ initial: Math.ceil(layout.bytes / 65536), maximum: 65536 });
  const kernels = await createKernels(module, memory);
  const random = seededRandom(3, "benchmark");
  const fixed = factorView(memory, layout, layout.items);
  for (let item = 0; item < ITEMS; item++)
    for (let k = 0; k < factors; k++) fixed[item * padded + k] = random.unit() - 0.5;
  const count = rows * RATINGS_PER_ROW;
  const starts = new Uint32Array(memory.buffer, lane.starts, rows + 1);
  const columns = new Int32Array(memory.buffer, lane.columns, count);
  for (let row = 0; row < rows; row++) {
    starts[row + 1] = starts[row]! + RATINGS_PER_ROW;
    // Popular items more often, in ascending order, as real ratings are.
    for (let i = starts[row]!; i < starts[row + 1]!; i++) columns[i] = Math.floor(ITEMS * random.unit() ** 2);
    columns.subarray(starts[row]!, starts[row + 1]!).sort();
  }
  const values = new Float32Array(memory.buffer, lane.values, count);
  for (let i = 0; i < count; i++) values[i] = 1 + random.integer(5);
  new Float64Array(memory.buffer, lane.lambdas, rows).fill(10);
  writeJob(memory, lane.job, {
    ...NO_JOB,
    fixed: layout.items.factors,
    solved: layout.users.factors,
    lambdas: lane.lambdas,
    starts: lane.starts,
    columns: lane.columns,
    values: lane.values,
    sums: lane.sums,
    states: lane.states,
    workspace: lane.workspace,
    rowCount: rows,
    factors,
    mean: 3,
  });
  const solve = precision === "float64" ? kernels.solveRows64 : kernels.solveRows32;
  return {
    ...of,
    kernel: "rows",
    call: () => {
      const failed = solve(lane.job);
      if (failed !== 0) throw new Error(`${failed} of ${rows} rows were not solved`);
    },
    executed: rows * rowMadds,
    useful: rows * usefulRowMadds(RATINGS_PER_ROW, factors),
  };
}

/** Multiply-adds that the mathematics asks for a row of n ratings: Gram, right-hand side, factorization, two solves. */
export function usefulRowMadds(ratings: number, factors: number): number {
  return ratings * ((factors * (factors + 1)) / 2 + factors) + factors ** 3 / 6 + factors ** 2;
}

/** Multiply-adds that assembly/ makes for rows with `ratings` ratings in all. */
export function executedMadds(rows: number, ratings: number, padded: number, precision: Precision): number {
  return (
    ratings * (gramMadds(padded, precision) + padded) +
    rows * (choleskyMadds(padded, RIGHT_SIDES[precision]) + padded ** 2 / 2)
  );
}

/**
 * Of one rating in assembly/gram.ts: every row of A from the vector that holds its diagonal entry, but in float64 from every
 * other one in the 4 or 8 rows below the last whole band of 12.
 */
function gramMadds(padded: number, precision: Precision): number {
  if (precision === "float32") return (padded * (padded + 4)) / 2;
  const corner = padded % 12;
  const banded = padded - corner;
  return banded * padded - (banded * (banded - 2)) / 2 + (corner * (corner + 4)) / 2;
}

/**
 * Of assembly/cholesky.ts: for every 4 rows, which stand below j others, 4 j for each column from the diagonal block to
 * the last right-hand side, 10 for each of those columns to solve it against the diagonal block, about 16 for that block.
 */
function choleskyMadds(padded: number, rightSides: number): number {
  let madds = 0;
  for (let j = 0; j < padded; j += 4) {
    const behind = padded - j - 4 + rightSides;
    madds += 4 * j * (behind + 4) + 10 * behind + 16;
  }
  return madds;
}
