import { allocateFloat64, allocateInt32, allocateValues } from "../ratings/buffers.js";
import { Csr, type RatingsSide, type RatingsSource } from "../ratings/index.js";
import { runWithPauses } from "../ratings/slices.js";
import { transpose } from "../ratings/sort.js";
import type { Yielder } from "../yield.js";

/** Ratings of a sample of the users: all of theirs, the other users having none. Users and items keep their places. */
export type Sample = Pick<RatingsSource, "byUser" | "byItem">;

/** Ratings read between two looks at the clock. */
const SLICE = 16384;

/**
 * The ratings of every so-manieth user, from those of all or of a sample that has these users too. Their rows alone are read: the
 * items' side is made of them.
 */
export async function sampleUsers(
  { byUser }: Pick<Sample, "byUser">,
  every: number,
  yielder: Yielder,
): Promise<Sample> {
  const sampled = await rowsOf(byUser, every, yielder);
  const { starts, columns, values, weights } = sampled;
  const turned = transpose({ starts, columns, values, weights, timestamps: undefined }, byUser.columnCount);
  const byItem = await runWithPauses(turned, yielder, undefined, "ALS.fit");
  return { byUser: sampled, byItem: new Csr(byUser.rowCount, byItem) };
}

/** Every so-manieth row as it is; the others empty. */
async function rowsOf(side: RatingsSide, every: number, yielder: Yielder): Promise<Csr> {
  const { rowCount, valueBytes, weightBytes } = side;
  const starts = allocateFloat64(rowCount + 1);
  for (let row = 0; row < rowCount; row++) {
    const length = row % every === 0 ? side.starts[row + 1]! - side.starts[row]! : 0;
    starts[row + 1] = starts[row]! + length;
    if (row % SLICE === 0 && yielder.due()) await yielder.pause();
  }
  const count = starts[rowCount]!;
  const columns = allocateInt32(count);
  const values = allocateValues(count, valueBytes === 8);
  const weights = weightBytes && allocateValues(count, weightBytes === 8);
  for (let row = 0; row < rowCount; row += every) {
    const end = side.starts[row + 1]!;
    for (let from = side.starts[row]!; from < end; from += SLICE) {
      const to = Math.min(end, from + SLICE);
      const at = starts[row]! + from - side.starts[row]!;
      side.read(
        from,
        to,
        columns.subarray(at, at + to - from),
        values.subarray(at, at + to - from),
        weights?.subarray(at, at + to - from),
      );
      if (yielder.due()) await yielder.pause();
    }
  }
  return new Csr(side.columnCount, { starts, columns, values, weights });
}
