// RᵀR times the factors of the fixed side, in one pass over the rows of the other: y = Σ t·u of a row stays in registers and
// the L1 cache, and goes back at once to where it came from, z += t·y for each of its ratings. Multiplying by R and then by Rᵀ
// (multiply.ts) would read every rating twice, and gather y from all over the longer side. Rows that share z are one lane's.
import { CONTINUED, PIECE, RowJob, UNFINISHED } from "./job";
import { multiplyAdd, splatAt } from "./lanes";
import { addTileProducts, centredTile, put } from "./multiply";
import { gAt, pad, RowSums, solutionAt, TILE_ROWS, weightsAt } from "./workspace";

/** z += t·y of 8 vectors for each rating of a tile. */
function scatterEight<T>(rows: usize, rowBytes: usize, indices: usize, end: usize, targets: usize, y: usize): void {
  const y0 = v128.load(y), y1 = v128.load(y, 16), y2 = v128.load(y, 32), y3 = v128.load(y, 48);
  const y4 = v128.load(y, 64), y5 = v128.load(y, 80), y6 = v128.load(y, 96), y7 = v128.load(y, 112);
  for (; indices < end; indices += 4) {
    const z = rows + <usize>load<u32>(indices) * rowBytes;
    const t = splatAt<T>(targets);
    v128.store(z, multiplyAdd<T>(t, y0, v128.load(z)));
    v128.store(z, multiplyAdd<T>(t, y1, v128.load(z, 16)), 16);
    v128.store(z, multiplyAdd<T>(t, y2, v128.load(z, 32)), 32);
    v128.store(z, multiplyAdd<T>(t, y3, v128.load(z, 48)), 48);
    v128.store(z, multiplyAdd<T>(t, y4, v128.load(z, 64)), 64);
    v128.store(z, multiplyAdd<T>(t, y5, v128.load(z, 80)), 80);
    v128.store(z, multiplyAdd<T>(t, y6, v128.load(z, 96)), 96);
    v128.store(z, multiplyAdd<T>(t, y7, v128.load(z, 112)), 112);
    targets += sizeof<T>();
  }
}

/** The same of one vector. */
function scatterOne<T>(rows: usize, rowBytes: usize, indices: usize, end: usize, targets: usize, y: usize): void {
  const own = v128.load(y);
  for (; indices < end; indices += 4) {
    const z = rows + <usize>load<u32>(indices) * rowBytes;
    v128.store(z, multiplyAdd<T>(splatAt<T>(targets), own, v128.load(z)));
    targets += sizeof<T>();
  }
}

/**
 * Each row's share of RᵀR·U, added to the rows of z that its ratings name; `job.solved` is where z lies, of as many rows as the
 * fixed side. Two passes over a row's ratings; its first sum is Σ s²(t − b)². No row fails.
 */
export function multiplyNormal<F>(job: RowJob): i32 {
  const padded = pad(job.factors);
  const rowBytes = <usize>padded * sizeof<F>();
  const eights = rowBytes & ~127;
  const workspace = job.workspace;
  const sums = changetype<RowSums>(workspace);
  const product = solutionAt<f64>(workspace, padded);
  const y = gAt<f64>(workspace, padded);
  const centred = weightsAt<f64>(workspace, padded);
  const piece = (job.flags & PIECE) != 0;
  const gathers = !piece || job.pass == 0;
  const scatters = !piece || job.pass == 1;
  for (let row: usize = 0, rows = <usize>job.rowCount; row < rows; row++) {
    const start = <usize>load<u32>(job.starts + (row << 2));
    const to = <usize>load<u32>(job.starts + (row << 2), 4);
    const bias = job.solvedBiases ? load<f64>(job.solvedBiases + (row << 3)) : 0;
    if (gathers) {
      if (!(job.flags & CONTINUED)) {
        sums.reset();
        memory.fill(product, 0, <usize>padded << 3);
      }
      for (let from = start; from < to; from += TILE_ROWS) {
        const count = min<usize>(to - from, TILE_ROWS);
        sums.gain += centredTile<F>(job, from, count, bias);
        addTileProducts<F>(job, from, count, rowBytes, centred, product);
      }
      if (piece && job.flags & UNFINISHED) return 0;
      put<F>(product, y, <usize>padded);
    }
    if (scatters) {
      // The only tile of a short row is still there.
      const whole = gathers && to - start <= <usize>TILE_ROWS;
      for (let from = start; from < to; from += TILE_ROWS) {
        const count = min<usize>(to - from, TILE_ROWS);
        if (!whole) centredTile<F>(job, from, count, bias);
        const indices = job.columns + (from << 2);
        const end = indices + (count << 2);
        let at: usize = 0;
        for (; at < eights; at += 128) scatterEight<F>(job.solved + at, rowBytes, indices, end, centred, y + at);
        for (; at < rowBytes; at += 16) scatterOne<F>(job.solved + at, rowBytes, indices, end, centred, y + at);
      }
      const out = job.sums + row * 24;
      store<f64>(out, sums.gain);
      store<f64>(out, 0, 8);
      store<f64>(out, 0, 16);
      store<i32>(job.states + (row << 2), 0);
    }
  }
  return 0;
}
