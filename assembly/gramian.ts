// Sums over consecutive rows of a side, for what all pairs add to every row of the other side (base.ts).
import { BASE_HEAD, BaseHead } from "./base";
import { systemRowBytes } from "./cholesky";
import { gram } from "./gram";
import { CONTINUED, RowJob } from "./job";
import { pad, tileRowsOf } from "./workspace";

/** Σuuᵀ (upper triangle), and with biases −Σm·u, Σu, −Σm and Σm² of the job's rows at `fixed`, into or onto `base`. */
export function sumGramian<F>(job: RowJob): void {
  const padded = pad(job.factors);
  const rowBytes = <usize>padded * sizeof<F>();
  const aBytes = systemRowBytes<F>(padded);
  const a = job.base + BASE_HEAD;
  const tileRows = <usize>tileRowsOf<F>(padded);
  const count = <usize>job.rowCount;
  let first = !(job.flags & CONTINUED);
  if (first) memory.fill(job.base, 0, BASE_HEAD + <usize>padded * aBytes);
  for (let row: usize = 0; row < count; row += tileRows) {
    const rows = min<usize>(count - row, tileRows);
    gram<F>(job.fixed + row * rowBytes, <i32>rows, rowBytes, padded, a, aBytes, first);
    first = false;
  }
  if (!job.fixedBiases) return;
  const head = changetype<BaseHead>(job.base);
  for (let row: usize = 0; row < count; row++) {
    const u = job.fixed + row * rowBytes;
    const m = job.mean + load<f64>(job.fixedBiases + (row << 3));
    head.targets -= m;
    head.squares += m * m;
    head.weight += 1;
    for (let k: usize = 0; k < <usize>padded; k++) {
      const x = load<F>(u + k * sizeof<F>());
      const behind = a + k * aBytes + rowBytes;
      store<F>(behind, load<F>(behind) - <F>m * x);
      store<F>(behind, load<F>(behind, sizeof<F>()) + x, sizeof<F>());
    }
  }
}
