import type { Small, TallMatrices } from "./driver.js";
import { roundUp } from "./layout.js";

/** Multiply-adds of one call: some milliseconds on a slow machine. */
const CALL_WORK = 4e6;
/** Jacobi's method converges quadratically, in six to ten sweeps; rounding alone can keep it from ending. */
const MOST_SWEEPS = 40;

/** Rows turned until they are orthogonal: `rows` = `turns` · X. */
export interface Orthogonal {
  readonly rows: Small;
  /** Orthogonal. */
  readonly turns: Small;
}

/**
 * Jacobi's one-sided method on the rows of a small matrix: their lengths are its singular values, the columns of `turns`
 * transposed the left and the rows made unit the right singular vectors, in no order. Bits are the same in every engine.
 *
 * @throws AlternantError "aborted", "disposed"
 */
export async function orthogonalize(tall: TallMatrices, x: Small): Promise<Orthogonal> {
  const { memory, layout, kernels } = tall;
  const width = roundUp(x.columns, 4);
  const turnWidth = roundUp(x.rows, 4);
  const view = (address: number, length: number): Float64Array =>
    new Float64Array(memory.buffer, address, length);
  copy(x.values, x.columns, view(layout.turned, x.rows * width), width, x.rows);
  const turns = view(layout.turns, x.rows * turnWidth).fill(0);
  for (let row = 0; row < x.rows; row++) turns[row * turnWidth + row] = 1;
  // What dot products of that many numbers round away.
  const tolerance = 2 * Number.EPSILON * Math.sqrt(x.columns);
  const step = Math.max(1, Math.floor(CALL_WORK / (5 * width + 2 * turnWidth)));
  for (let sweep = 0, turned = 1; turned > 0 && sweep < MOST_SWEEPS; sweep++) {
    turned = 0;
    for (let row = 0; row < x.rows; row++)
      for (let from = row + 1; from < x.rows; from += step) {
        const to = Math.min(x.rows, from + step);
        turned += kernels.turnRows(
          layout.turned,
          width * 8,
          layout.turns,
          turnWidth * 8,
          row,
          from,
          to,
          tolerance,
        );
        await tall.breathe();
      }
  }
  const read = (address: number, stride: number, columns: number): Small => {
    const values = new Float64Array(x.rows * columns);
    copy(view(address, x.rows * stride), stride, values, columns, x.rows);
    return { rows: x.rows, columns, values };
  };
  return {
    rows: read(layout.turned, width, x.columns),
    turns: read(layout.turns, turnWidth, x.rows),
  };
}

/** Copies rows from one width to another; what is wider stays zero. */
function copy(from: Float64Array, width: number, to: Float64Array, toWidth: number, rows: number): void {
  to.fill(0);
  const count = Math.min(width, toWidth);
  for (let row = 0; row < rows; row++) to.set(from.subarray(row * width, row * width + count), row * toWidth);
}
