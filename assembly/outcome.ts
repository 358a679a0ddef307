// What a solver leaves of a row: its sums where it is solved, zeros where it is not or has no ratings, and its state.
import { BaseHead } from "./base";
import { DOUBTFUL, NOT_FINITE, SOLVED } from "./cholesky";
import { RowJob } from "./job";
import { finite } from "./lanes";
import { dot } from "./score";
import { pad, RowSums } from "./workspace";

/** Writes the sums of a row that is solved; tells a state, for what is solved may still not be finite. */
export function writeSums<F, T>(job: RowJob, row: usize, sums: RowSums): i32 {
  const padded = pad(job.factors);
  const solved = job.solved + row * <usize>padded * sizeof<F>();
  const norm = dot<F>(solved, solved, padded);
  let penalty = load<f64>(job.lambdas + (row << 3)) * norm;
  if (job.solvedBiases) {
    const b = load<f64>(job.solvedBiases + (row << 3));
    penalty += job.biasLambda * b * b;
  }
  const out = job.sums + row * 24;
  store<f64>(out, sums.squares);
  store<f64>(out, sums.gain, 8);
  store<f64>(out, penalty, 16);
  if (finite(sums.squares) && finite(sums.gain) && finite(norm)) return SOLVED;
  return sizeof<T>() == 4 ? DOUBTFUL : NOT_FINITE;
}

/** A row without ratings, or one that could not be solved: zeros, so that nothing half-made is left. */
export function clear<F>(job: RowJob, row: usize): void {
  const bytes = <usize>pad(job.factors) * sizeof<F>();
  memory.fill(job.solved + row * bytes, 0, bytes);
  if (job.solvedBiases) store<f64>(job.solvedBiases + (row << 3), 0);
  memory.fill(job.sums + row * 24, 0, 24);
  if (job.base) store<f64>(job.sums + row * 24, changetype<BaseHead>(job.base).squares);
}

/** Writes a row's state; tells 1 if it is not solved. A row without ratings is. */
export function settle<F>(job: RowJob, row: usize, sums: RowSums, state: i32): i32 {
  if (sums.count == 0) state = SOLVED;
  if (sums.count == 0 || state != SOLVED) clear<F>(job, row);
  store<i32>(job.states + (row << 2), state);
  return <i32>(state != SOLVED);
}
