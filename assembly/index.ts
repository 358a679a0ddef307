// What the module exports, nothing else. Names end in the precision: 32, 64, or Wide (float32 factors, float64 arithmetic);
// those of float64 alone have none.
// src/kernel/kernels.ts is the typed and documented twin of this list.
import { blockRows } from "./blocks";
import { backSubstitute, factor, systemRowBytes } from "./cholesky";
import { conjugateRows } from "./conjugate";
import { gram } from "./gram";
import { sumGramian } from "./gramian";
import { RowJob } from "./job";
import { ListJob } from "./list-job";
import { sweepItems } from "./lists";
import { multiplyRatings } from "./multiply";
import { multiplyNormal } from "./normal";
import { sumResiduals } from "./residuals";
import { turnRows } from "./rotations";
import { solveRows } from "./rows";
import { dot, scoreBlock } from "./score";
import { crossProduct, sumSlots, tallProduct } from "./tall";
import { endOf, pad, TILE_ROWS } from "./workspace";

/** Raised with every change of what TypeScript must know: exports, job fields, layouts. */
const ABI: i32 = 5;

export { crossProduct, tallProduct, turnRows };

export function build(): i32 {
  return (ABI << 8) | (ASC_FEATURE_THREADS ? 2 : 0) | (ASC_FEATURE_RELAXED_SIMD ? 1 : 0);
}

export function jobBytes(): i32 {
  return <i32>offsetof<RowJob>();
}

export function listJobBytes(): i32 {
  return <i32>offsetof<ListJob>();
}

export function tileRows(): i32 {
  return TILE_ROWS;
}

export function paddedFactors(factors: i32): i32 {
  return pad(factors);
}

/**
 * Room that a lane needs, in bytes, for rows of factors ≥ 0 or for all other solvers: float64, because a row of float32 may be
 * solved again in float64.
 */
export function workspaceBytes(factors: i32, nonnegative: bool): usize {
  return endOf<f64>(0, pad(factors), nonnegative);
}

export function solveRows32(job: usize): i32 {
  return solveRows<f32, f32>(changetype<RowJob>(job), false);
}

export function solveRows64(job: usize): i32 {
  return solveRows<f64, f64>(changetype<RowJob>(job), false);
}

export function solveRowsWide(job: usize): i32 {
  return solveRows<f32, f64>(changetype<RowJob>(job), false);
}

export function blockRows32(job: usize): i32 {
  return blockRows<f32>(changetype<RowJob>(job));
}

export function blockRows64(job: usize): i32 {
  return blockRows<f64>(changetype<RowJob>(job));
}

export function nonnegativeRows32(job: usize): i32 {
  return solveRows<f32, f32>(changetype<RowJob>(job), true);
}

export function nonnegativeRows64(job: usize): i32 {
  return solveRows<f64, f64>(changetype<RowJob>(job), true);
}

export function nonnegativeRowsWide(job: usize): i32 {
  return solveRows<f32, f64>(changetype<RowJob>(job), true);
}

export function conjugateRows32(job: usize): i32 {
  return conjugateRows(changetype<RowJob>(job), false);
}

export function conjugateRows64(job: usize): i32 {
  return conjugateRows(changetype<RowJob>(job), true);
}

export function multiplyRatings32(job: usize): i32 {
  return multiplyRatings<f32>(changetype<RowJob>(job));
}

export function multiplyRatings64(job: usize): i32 {
  return multiplyRatings<f64>(changetype<RowJob>(job));
}

export function multiplyNormal32(job: usize): i32 {
  return multiplyNormal<f32>(changetype<RowJob>(job));
}

export function multiplyNormal64(job: usize): i32 {
  return multiplyNormal<f64>(changetype<RowJob>(job));
}

export function sumSlots32(slots: usize, slotBytes: usize, count: i32, numbers: i32, out: usize): void {
  sumSlots<f32>(slots, slotBytes, count, numbers, out);
}

export function sumSlots64(slots: usize, slotBytes: usize, count: i32, numbers: i32, out: usize): void {
  sumSlots<f64>(slots, slotBytes, count, numbers, out);
}

export function sumResiduals32(job: usize): void {
  sumResiduals<f32>(changetype<RowJob>(job));
}

export function sumResiduals64(job: usize): void {
  sumResiduals<f64>(changetype<RowJob>(job));
}

export function sumGramian32(job: usize): void {
  sumGramian<f32>(changetype<RowJob>(job));
}

export function sumGramian64(job: usize): void {
  sumGramian<f64>(changetype<RowJob>(job));
}

export function gram32(tile: usize, rows: i32, tileBytes: usize, padded: i32, a: usize, first: bool): void {
  gram<f32>(tile, rows, tileBytes, padded, a, systemRowBytes<f32>(padded), first);
}

export function gram64(tile: usize, rows: i32, tileBytes: usize, padded: i32, a: usize, first: bool): void {
  gram<f64>(tile, rows, tileBytes, padded, a, systemRowBytes<f64>(padded), first);
}

export function factor32(a: usize, padded: i32, diagonal: usize, check: usize, unknowns: i32): i32 {
  return factor<f32>(a, padded, diagonal, check, unknowns);
}

export function factor64(a: usize, padded: i32, diagonal: usize, check: usize, unknowns: i32): i32 {
  return factor<f64>(a, padded, diagonal, check, unknowns);
}

export function backSubstitute32(a: usize, padded: i32, z: usize, x: usize): void {
  backSubstitute<f32>(a, padded, z, sizeof<f32>(), x);
}

export function backSubstitute64(a: usize, padded: i32, z: usize, x: usize): void {
  backSubstitute<f64>(a, padded, z, sizeof<f64>(), x);
}

export function dot32(w: usize, u: usize, padded: i32): f64 {
  return dot<f32>(w, u, padded);
}

export function dot64(w: usize, u: usize, padded: i32): f64 {
  return dot<f64>(w, u, padded);
}

export function scoreBlock32(w: usize, rows: i32, u: usize, columns: i32, padded: i32, out: usize): void {
  scoreBlock<f32>(w, rows, u, columns, padded, out);
}

export function scoreBlock64(w: usize, rows: i32, u: usize, columns: i32, padded: i32, out: usize): void {
  scoreBlock<f64>(w, rows, u, columns, padded, out);
}

export function sweepItems32(job: usize): void {
  sweepItems<f32>(changetype<ListJob>(job));
}

export function sweepItems64(job: usize): void {
  sweepItems<f64>(changetype<ListJob>(job));
}
