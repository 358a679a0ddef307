import { allocateFloat64, allocateInt32, allocateValues } from "../ratings/buffers.js";
import { Csr, type RatingsSide, type RatingsSource, type Values } from "../ratings/index.js";
import type { Yielder } from "../yield.js";

/** Ratings of a sample of the users: all of theirs, the other users having none. Users and items keep their places. */
export type Sample = Pick<RatingsSource, "byUser" | "byItem">;

/** Ratings read between two looks at the clock. */
const SLICE = 16384;

/**
 * The ratings of every so-manieth user, from those of all or of a sample that has these users too.
 *
 * @param every a power of two
 */
export async function sampleUsers(
  { byUser, byItem }: Sample,
  every: number,
  yielder: Yielder,
): Promise<Sample> {
  const sampled = await rowsOf(byUser, every, yielder);
  return { byUser: sampled, byItem: await columnsOf(byItem, every, sampled.count, yielder) };
}

interface Room {
  readonly columns: Int32Array;
  readonly values: Values;
  readonly weights: Values | undefined;
}

function roomFor({ valueBytes, weightBytes }: RatingsSide, count: number): Room {
  return {
    columns: allocateInt32(count),
    values: allocateValues(count, valueBytes === 8),
    weights: weightBytes && allocateValues(count, weightBytes === 8),
  };
}

/** Every so-manieth row as it is; the others empty. */
async function rowsOf(side: RatingsSide, every: number, yielder: Yielder): Promise<RatingsSide> {
  const { rowCount } = side;
  const starts = allocateFloat64(rowCount + 1);
  for (let row = 0; row < rowCount; row++) {
    const length = row % every === 0 ? side.starts[row + 1]! - side.starts[row]! : 0;
    starts[row + 1] = starts[row]! + length;
    if (row % SLICE === 0 && yielder.due()) await yielder.pause();
  }
  const room = roomFor(side, starts[rowCount]!);
  for (let row = 0; row < rowCount; row += every) {
    const end = side.starts[row + 1]!;
    for (let from = side.starts[row]!; from < end; from += SLICE) {
      const to = Math.min(end, from + SLICE);
      const at = starts[row]! + from - side.starts[row]!;
      side.read(
        from,
        to,
        room.columns.subarray(at, at + to - from),
        room.values.subarray(at, at + to - from),
        room.weights?.subarray(at, at + to - from),
      );
      if (yielder.due()) await yielder.pause();
    }
  }
  return new Csr(side.columnCount, { starts, ...room });
}

/** All rows with every so-manieth column alone. @param every a power of two @param count the ratings in these columns */
async function columnsOf(
  side: RatingsSide,
  every: number,
  count: number,
  yielder: Yielder,
): Promise<RatingsSide> {
  const { rowCount, count: all } = side;
  const starts = allocateFloat64(rowCount + 1);
  const room = roomFor(side, count);
  const slice = roomFor(side, SLICE);
  const { columns } = slice;
  const others = every - 1;
  let row = 0;
  let end = side.starts[1]!;
  let kept = 0;
  for (let from = 0; from < all; from += SLICE) {
    const to = Math.min(all, from + SLICE);
    side.read(from, to, slice.columns, slice.values, slice.weights);
    for (let p = from; p < to; p++) {
      while (p >= end) {
        starts[++row] = kept;
        end = side.starts[row + 1]!;
      }
      const column = columns[p - from]!;
      if ((column & others) !== 0) continue;
      room.columns[kept] = column;
      room.values[kept] = slice.values[p - from]!;
      if (room.weights !== undefined) room.weights[kept] = slice.weights![p - from]!;
      kept++;
    }
    if (yielder.due()) await yielder.pause();
  }
  while (row < rowCount) starts[++row] = kept;
  return new Csr(side.columnCount, { starts, ...room });
}
