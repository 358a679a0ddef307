import { gramianBlocks } from "./gramian-blocks.js";
import { JOB_BYTES } from "./job.js";
import { baseBytes, paddedFactors, workspaceBytes } from "./sizes.js";

export type Precision = "float32" | "float64";

/** Ratings and rows that one call takes at most. */
export const CALL_RATINGS = 32768;
export const CALL_ROWS = 4096;
/** Every part starts on a cache line. */
const LINE = 64;
/** Address 0 stands for "absent", so nothing lies there. */
const FIRST = LINE;
/** All that wasm32 can address but its last line: an address just behind the end of what lies there would be 0. */
export const MEMORY_LIMIT: number = 2 ** 32 - LINE;

/** Above it one factorization takes a second, and its matrix more than a cache. */
export const MOST_FACTORS = 2048;

/** Where one side's factors, its biases (or 0) and its λ lie. */
export interface SideLayout {
  readonly rowCount: number;
  readonly factors: number;
  readonly biases: number;
  /** float64 λ_i of each row. */
  readonly lambdas: number;
  /** What its rows, fixed, add to every row of the other side (assembly/base.ts), in the fit's precision; or 0. */
  readonly base: number;
  /** The same in float64. */
  readonly wideBase: number;
}

/** Where one lane's job, scratch and buffers for a call lie: nobody else's. */
export interface LaneLayout {
  readonly job: number;
  readonly workspace: number;
  readonly lambdas: number;
  readonly starts: number;
  readonly columns: number;
  readonly values: number;
  /** 0 where ratings have no weights. */
  readonly weights: number;
  readonly sums: number;
  readonly states: number;
  /** Two float64 for each rating of the longest row; 0 where a row's ratings are passed once. */
  readonly terms: number;
}

/** Addresses, in bytes, of all that a fit keeps in its WebAssembly memory. */
export interface FitLayout {
  readonly precision: Precision;
  /** K. */
  readonly factors: number;
  /** K rounded up: numbers from one row of factors to the next. */
  readonly padded: number;
  readonly lanes: readonly LaneLayout[];
  readonly users: SideLayout;
  readonly items: SideLayout;
  /** Three float64 of each row of the side that is being solved, as the row solver writes them. */
  readonly rowSums: number;
  /** Where blocks of consecutive rows put what they add to {@link SideLayout.base}: one after the other; or 0. */
  readonly slots: number;
  /** Bytes in all. */
  readonly bytes: number;
}

export interface FitShape {
  readonly precision: Precision;
  readonly factors: number;
  readonly userCount: number;
  readonly itemCount: number;
  readonly biases: boolean;
  /** Whether all pairs count, rated or not. */
  readonly allPairs?: boolean;
  /** Whether ratings have weights. */
  readonly weighted?: boolean;
  /** Ratings of the longest row, where a solver passes them several times. */
  readonly longestRow?: number;
  /** Whether rows are solved among factors ≥ 0, which takes more room. */
  readonly nonnegative?: boolean;
  /** Lanes that work on it. */
  readonly threads: number;
}

/** Lays out a fit's memory: jobs and scratch of the lanes first, the factors of both sides behind. */
export function layOutFit(shape: FitShape): FitLayout {
  const { precision, factors, userCount, itemCount, longestRow = 0 } = shape;
  const padded = paddedFactors(factors);
  let end = FIRST;
  const take = (bytes: number): number => {
    const address = end;
    end += Math.ceil(bytes / LINE) * LINE;
    return address;
  };
  const lane = (): LaneLayout => ({
    job: take(JOB_BYTES),
    workspace: take(workspaceBytes(factors, shape.nonnegative)),
    lambdas: take(CALL_ROWS * 8),
    starts: take((CALL_ROWS + 1) * 4),
    columns: take(CALL_RATINGS * 4),
    values: take(CALL_RATINGS * 8),
    weights: shape.weighted ? take(CALL_RATINGS * 8) : 0,
    sums: take(CALL_ROWS * 24),
    states: take(CALL_ROWS * 4),
    terms: longestRow > 0 ? take(longestRow * 16) : 0,
  });
  const side = (rowCount: number): SideLayout => {
    const base = shape.allPairs ? take(baseBytes(factors, precision)) : 0;
    return {
      rowCount,
      factors: take(rowCount * padded * (precision === "float32" ? 4 : 8)),
      biases: shape.biases ? take(rowCount * 8) : 0,
      lambdas: take(rowCount * 8),
      base,
      wideBase: base !== 0 && precision === "float32" ? take(baseBytes(factors, "float64")) : base,
    };
  };
  const blocks = [userCount, itemCount].map((rowCount) => gramianBlocks(rowCount, factors).count);
  return {
    precision,
    factors,
    padded,
    lanes: Array.from({ length: shape.threads }, lane),
    users: side(userCount),
    items: side(itemCount),
    rowSums: take(Math.max(userCount, itemCount) * 24),
    slots: shape.allPairs ? take(Math.max(...blocks) * baseBytes(factors, precision)) : 0,
    bytes: end,
  };
}

/** The numbers of one side's factors as they lie in memory: `rowCount` × `padded`. A view: use it and drop it. */
export function factorView(
  memory: WebAssembly.Memory,
  layout: FitLayout,
  side: SideLayout,
): Float32Array | Float64Array {
  const length = side.rowCount * layout.padded;
  return layout.precision === "float32"
    ? new Float32Array(memory.buffer, side.factors, length)
    : new Float64Array(memory.buffer, side.factors, length);
}

/** One side's λ as they lie in memory. A view, as {@link factorView} is. */
export function lambdaView(memory: WebAssembly.Memory, side: SideLayout): Float64Array {
  return new Float64Array(memory.buffer, side.lambdas, side.rowCount);
}

/** What so many rows come to, as it lies in memory: rows × 3. A view, as {@link factorView} is. */
export function rowSumsView(memory: WebAssembly.Memory, layout: FitLayout, rowCount: number): Float64Array {
  return new Float64Array(memory.buffer, layout.rowSums, 3 * rowCount);
}
