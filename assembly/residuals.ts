// The loss of rows as they stand, straight from their ratings: where the free one has lost its digits, and where it is to
// be told in parts.
import { CONTINUED, RowJob } from "./job";
import { dot } from "./score";
import { offsetOf, preferenceOf, weightOf } from "./targets";
import { pad } from "./workspace";

/** Σ c(p − ŷ)² of each row over its ratings, and Σ ŷ², ŷ = m + b + wᵀu, as the first two of its sums. */
export function sumResiduals<F>(job: RowJob): void {
  const padded = pad(job.factors);
  const rowBytes = <usize>padded * sizeof<F>();
  for (let row: usize = 0, rows = <usize>job.rowCount; row < rows; row++) {
    const w = job.solved + row * rowBytes;
    const b = job.solvedBiases ? load<f64>(job.solvedBiases + (row << 3)) : 0;
    const out = job.sums + row * 24;
    const goesOn = (job.flags & CONTINUED) != 0;
    let errors: f64 = goesOn ? load<f64>(out) : 0;
    let predictions: f64 = goesOn ? load<f64>(out, 8) : 0;
    for (let i = load<u32>(job.starts + (row << 2)), to = load<u32>(job.starts + (row << 2), 4); i < to; i++) {
      const u = job.fixed + <usize>load<u32>(job.columns + (<usize>i << 2)) * rowBytes;
      const prediction = offsetOf(job, <usize>i) + b + dot<F>(w, u, padded);
      const e = preferenceOf(job, <usize>i) - prediction;
      errors += weightOf(job, <usize>i) * e * e;
      predictions += prediction * prediction;
    }
    store<f64>(out, errors);
    store<f64>(out, predictions, 8);
    store<f64>(out, 0, 16);
  }
}
