import { Csr, type Values } from "./csr.js";
import type { RatingsSide } from "./source.js";

/** Ratings copied at a time. */
const SLICE = 65536;

/** Consecutive ratings of a side: that at position p is at `p − from` in each array. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly columns: Int32Array;
  readonly values: Values;
  readonly weights: Values | undefined;
}

/** A side from its beginning to its end: at once where it lies in memory, else slice by slice through the same arrays; one at least. */
export function* stretchesOf(side: RatingsSide): Generator<Stretch, void, void> {
  const { count, valueBytes, weightBytes } = side;
  if (side instanceof Csr) {
    const { columns, values, weights } = side;
    yield { from: 0, to: count, columns, values, weights };
    return;
  }
  const columns = new Int32Array(SLICE);
  const values = roomFor(valueBytes);
  const weights = weightBytes && roomFor(weightBytes);
  let from = 0;
  do {
    const to = Math.min(count, from + SLICE);
    side.read(from, to, columns, values, weights);
    yield { from, to, columns, values, weights };
    from = to;
  } while (from < count);
}

function roomFor(bytes: 4 | 8): Values {
  return bytes === 4 ? new Float32Array(SLICE) : new Float64Array(SLICE);
}
