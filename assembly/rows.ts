// The exact row solvers: for each row of a call gather, accumulate, border for the bias, regularize, factor, solve, and the
// sums of the loss (docs/mathematics.md). F is the precision of factors in memory, T the precision of the arithmetic.
import { accumulate } from "./accumulate";
import { BaseHead } from "./base";
import { SOLVED } from "./cholesky";
import { CONTINUED, RowJob, UNFINISHED } from "./job";
import { solveNonnegative } from "./nonnegative";
import { settle, writeSums } from "./outcome";
import { addBase, solveSystem } from "./system";
import { pad, RowSums, solutionAt } from "./workspace";

/** Solves the row whose sums are complete; writes factors, bias and sums, returns a state. */
function solve<F, T>(job: RowJob, row: usize, sums: RowSums): i32 {
  const padded = pad(job.factors);
  const solved = job.solved + row * <usize>padded * sizeof<F>();
  const x = sizeof<F>() == sizeof<T>() ? solved : solutionAt<T>(job.workspace, padded);
  const lambda = load<f64>(job.lambdas + (row << 3));
  const state = solveSystem<T>(job, 0, padded, 0, job.factors, lambda, sums, x);
  if (state != SOLVED) return state;
  if (sizeof<F>() != sizeof<T>()) {
    for (let k: usize = 0; k < <usize>padded; k++) store<F>(solved + k * sizeof<F>(), <F>load<T>(x + k * sizeof<T>()));
  }
  if (job.solvedBiases) store<f64>(job.solvedBiases + (row << 3), sums.bias);
  return writeSums<F, T>(job, row, sums);
}

/**
 * Solves the call's rows, among factors ≥ 0 where `nonnegative`; returns how many of them are not SOLVED (their states say
 * why).
 */
export function solveRows<F, T>(job: RowJob, nonnegative: bool): i32 {
  const sums = changetype<RowSums>(job.workspace);
  let failed = 0;
  for (let row: usize = 0, rows = <usize>job.rowCount; row < rows; row++) {
    const from = <usize>load<u32>(job.starts + (row << 2));
    const to = <usize>load<u32>(job.starts + (row << 2), 4);
    if (!(job.flags & CONTINUED)) sums.reset();
    accumulate<F, T>(job, from, to, sums);
    if (job.flags & UNFINISHED) return 0;
    let state = SOLVED;
    if (sums.count != 0) {
      if (job.base) {
        const head = changetype<BaseHead>(job.base);
        sums.squares += head.squares;
        sums.targets += head.targets;
        sums.weight += head.weight;
        addBase<T>(job, 0, pad(job.factors));
      }
      state = nonnegative ? solveNonnegative<F, T>(job, row, sums) : solve<F, T>(job, row, sums);
    }
    failed += settle<F>(job, row, sums, state);
  }
  return failed;
}
