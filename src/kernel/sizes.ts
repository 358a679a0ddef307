// Sizes that the kernels are built with, so that memory can be laid out, and told, before anything is compiled. Twins of
// what every build exports (assembly/workspace.ts); a test compares the two for every K.

/** Ratings that a kernel gathers at a time. */
const TILE_ROWS = 128;
const LINE = 64;

/** K rounded up to the 4 rows of a block. */
export function paddedFactors(factors: number): number {
  return Math.ceil(factors / 4) * 4;
}

/**
 * Scratch of one lane in bytes: vectors, a system of equations and a tile, all in float64. Solving for factors ≥ 0 needs a
 * second system where the tile was, and two vectors: more room from K = 125 on.
 */
export function workspaceBytes(factors: number, nonnegative: boolean = false): number {
  const padded = paddedFactors(factors);
  const vectors = 5 * lines(padded * 8) + 2 * lines(TILE_ROWS * 8);
  const tile = lines(TILE_ROWS * padded * 8);
  const system = lines(padded * (padded * 8 + 16));
  const second = nonnegative ? system + lines(padded * 4) + lines(padded * 8) : 0;
  return LINE + vectors + system + Math.max(tile, second);
}

/** Where a row's sums lie in a lane's workspace of float64, in numbers from its beginning: twins of assembly/workspace.ts. */
export interface SumsPlace {
  readonly targets: number;
  readonly count: number;
  readonly weight: number;
  readonly negative: number;
  /** Σ d·u. */
  readonly g: number;
  /** Σ a·u. */
  readonly s: number;
  /** Σ a·uuᵀ, the upper triangle; from one row to the next. */
  readonly system: number;
  readonly systemRow: number;
}

export function sumsPlace(factors: number): SumsPlace {
  const padded = paddedFactors(factors);
  const vector = lines(padded * 8) / 8;
  const head = LINE / 8;
  return {
    targets: 1,
    count: 2,
    weight: 3,
    negative: 4,
    g: head,
    s: head + vector,
    system: head + 5 * vector + (2 * lines(TILE_ROWS * 8)) / 8,
    systemRow: padded + 2,
  };
}

/** What all pairs add to every row's system, in bytes: a head, and a matrix as rows' systems are laid out. */
export function baseBytes(factors: number, precision: "float32" | "float64"): number {
  const padded = paddedFactors(factors);
  return LINE + padded * (padded * (precision === "float32" ? 4 : 8) + 16);
}

function lines(bytes: number): number {
  return Math.ceil(bytes / LINE) * LINE;
}
