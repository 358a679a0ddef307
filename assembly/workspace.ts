// Where a lane's scratch lies within the room that TypeScript gives it. Everything starts on a cache line.
import { systemRowBytes } from "./cholesky";

/** Ratings that a tile holds at most. Every tile's size divides it, so a row may be cut at its multiples. */
export const TILE_ROWS: i32 = 128;

/** Bytes of a tile that leave room in the smallest L1 caches in use, or nearly so. */
const TILE_BYTES: usize = 32768;
const LEAST_TILE_ROWS: i32 = 16;

/** Ratings gathered at a time: enough to pay for reading and writing A once a tile, few enough for the L1 cache. */
export function tileRowsOf<T>(padded: i32): i32 {
  let rows = TILE_ROWS;
  while (rows > LEAST_TILE_ROWS && <usize>rows * <usize>padded * sizeof<T>() > TILE_BYTES) rows >>= 1;
  return rows;
}

/** K rounded up to the 4 rows of a block; the columns added are zero and their diagonal is 1. */
// @ts-ignore: decorator
@inline
export function pad(factors: i32): i32 {
  return (factors + 3) & ~3;
}

// @ts-ignore: decorator
@inline
function lines(bytes: usize): usize {
  return (bytes + 63) & ~63;
}

/** Sums that a row carries from tile to tile, and from call to call when its ratings come in pieces. */
@unmanaged
export class RowSums {
  /** Σq: with plain ratings Σt². */
  squares: f64;
  /** Σd: with plain ratings Σt. */
  targets: f64;
  /** Ratings so far. */
  count: f64;
  /** Σa: what they weigh. */
  weight: f64;
  /** 1 once an a was negative. */
  negative: f64;
  /** What solving took off the loss. */
  gain: f64;
  /** What was solved for the bias. */
  bias: f64;
  /** Between passes: a state (cholesky.ts). */
  state: f64;

  reset(): void {
    this.squares = 0;
    this.targets = 0;
    this.count = 0;
    this.weight = 0;
    this.negative = 0;
    this.gain = 0;
    this.bias = 0;
    this.state = 0;
  }
}

// @ts-ignore: decorator
@inline
function vectorBytes<T>(padded: i32): usize {
  return lines(<usize>padded * sizeof<T>());
}

// @ts-ignore: decorator
@inline
export function gAt<T>(workspace: usize, padded: i32): usize {
  return workspace + 64;
}

// @ts-ignore: decorator
@inline
export function sAt<T>(workspace: usize, padded: i32): usize {
  return gAt<T>(workspace, padded) + vectorBytes<T>(padded);
}

// @ts-ignore: decorator
@inline
export function diagonalAt<T>(workspace: usize, padded: i32): usize {
  return sAt<T>(workspace, padded) + vectorBytes<T>(padded);
}

// @ts-ignore: decorator
@inline
export function solutionAt<T>(workspace: usize, padded: i32): usize {
  return diagonalAt<T>(workspace, padded) + vectorBytes<T>(padded);
}

// @ts-ignore: decorator
@inline
export function checkAt<T>(workspace: usize, padded: i32): usize {
  return solutionAt<T>(workspace, padded) + vectorBytes<T>(padded);
}

// @ts-ignore: decorator
@inline
export function targetsAt<T>(workspace: usize, padded: i32): usize {
  return checkAt<T>(workspace, padded) + lines(<usize>padded << 3);
}

// @ts-ignore: decorator
@inline
export function weightsAt<T>(workspace: usize, padded: i32): usize {
  return targetsAt<T>(workspace, padded) + lines(<usize>TILE_ROWS * sizeof<T>());
}

// @ts-ignore: decorator
@inline
export function systemAt<T>(workspace: usize, padded: i32): usize {
  return weightsAt<T>(workspace, padded) + lines(<usize>TILE_ROWS * sizeof<T>());
}

/** The tile; when all ratings are in the system, also a second system, of the factors that are positive (nonnegative.ts). */
// @ts-ignore: decorator
@inline
export function tileAt<T>(workspace: usize, padded: i32): usize {
  return systemAt<T>(workspace, padded) + lines(<usize>padded * systemRowBytes<T>(padded));
}

/** int32 indices of the factors that the second system has, behind it. */
// @ts-ignore: decorator
@inline
export function positiveAt<T>(workspace: usize, padded: i32): usize {
  return tileAt<T>(workspace, padded) + lines(<usize>padded * systemRowBytes<T>(padded));
}

/** Where the row stood before, behind those. */
// @ts-ignore: decorator
@inline
export function startAt<T>(workspace: usize, padded: i32): usize {
  return positiveAt<T>(workspace, padded) + lines(<usize>padded << 2);
}

/** The end of it all: where `nonnegative`, behind what such rows need besides. */
export function endOf<T>(workspace: usize, padded: i32, nonnegative: bool): usize {
  const end = tileAt<T>(workspace, padded) + lines(<usize>TILE_ROWS * <usize>padded * sizeof<T>());
  return nonnegative ? max(end, startAt<T>(workspace, padded) + vectorBytes<T>(padded)) : end;
}
