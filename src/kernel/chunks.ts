import type { Yielder } from "../yield.js";
import type { WorkCost } from "./work.js";

/** Work of a chunk at most: about 10 ms of one lane, and enough to pay for claiming it at least. */
const LARGEST = 2e8;
const SMALLEST = 2e6;
/** A chunk is this share of one lane's part of what is left: the last ones are small, so that lanes end together. */
const SHARE = 1 / 3;
/** Rows between two looks at the clock. */
const SLICE = 65536;

/**
 * Cuts the rows of a side into chunks of consecutive rows for lanes to claim: `[from, to)` pairs, the most work first, so
 * that a row that takes long does not begin when all others have ended.
 */
export async function planChunks(
  starts: Float64Array,
  cost: WorkCost,
  lanes: number,
  yielder: Yielder,
): Promise<Int32Array> {
  const rowCount = starts.length - 1;
  let left = starts[rowCount]! * cost.rating + rowCount * cost.row;
  const chunks: { from: number; to: number; work: number }[] = [];
  let from = 0;
  let work = 0;
  let limit = chunkSize(left, lanes);
  for (let row = 0; row < rowCount; row++) {
    const own = (starts[row + 1]! - starts[row]!) * cost.rating + cost.row;
    if (row > from && work + own > limit) {
      chunks.push({ from, to: row, work });
      left -= work;
      limit = chunkSize(left, lanes);
      from = row;
      work = 0;
    }
    work += own;
    if (row % SLICE === 0 && yielder.due()) await yielder.pause();
  }
  chunks.push({ from, to: rowCount, work });
  chunks.sort((a, b) => b.work - a.work);
  return Int32Array.from(chunks.flatMap((chunk) => [chunk.from, chunk.to]));
}

function chunkSize(left: number, lanes: number): number {
  return Math.min(LARGEST, Math.max(SMALLEST, (left / lanes) * SHARE));
}
