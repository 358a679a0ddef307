import { divide } from "./divide.js";
import { complete, type RatingsParts } from "./finish.js";
import { type Sliced, slices } from "./slices.js";
import { narrowed, type Rows } from "./sort.js";
import type { Id } from "./vocabulary.js";

/** Which ratings are held out, in both orders: a flag for each, 1 for those. */
export interface Held {
  /** How many there are. */
  readonly size: number;
  /** The flags of ratings `from` … `to` − 1 in the order by user; asked for once, in order. */
  readonly byUser: (from: number, to: number) => Uint8Array;
  /** All flags in the order by item; complete when `byUser` has been asked for all. */
  readonly byItem: Uint8Array;
}

/**
 * The ratings that are kept and those that are held out, at least one each, with the vocabularies of all.
 *
 * @param reuse whether those that are kept may take the place of `parts`, which are lost then
 */
export function* halvesOf<U extends Id, I extends Id>(
  { users, items, byUser, byItem, timestamps }: RatingsParts<U, I>,
  held: Held,
  reuse: boolean,
): Sliced<[kept: RatingsParts<U, I>, held: RatingsParts<U, I>]> {
  const usersHalves = yield* divide({ ...byUser, timestamps }, held.size, held.byUser, reuse);
  const itemsHalves = yield* divide(
    { ...byItem, timestamps: undefined },
    held.size,
    (from, to) => held.byItem.subarray(from, to),
    reuse,
  );
  const half = function* (rows: Rows, transposed: Rows): Sliced<RatingsParts<U, I>> {
    const orientations = { byUser: yield* narrowed(rows), byItem: yield* narrowed(transposed) };
    return yield* complete(users, items, orientations);
  };
  return [yield* half(usersHalves.kept, itemsHalves.kept), yield* half(usersHalves.held, itemsHalves.held)];
}

/** The same from flags in the order by user alone. */
export function* halvesByFlags<U extends Id, I extends Id>(
  parts: RatingsParts<U, I>,
  flags: Uint8Array,
  size: number,
): Sliced<[kept: RatingsParts<U, I>, held: RatingsParts<U, I>]> {
  const { columns } = parts.byUser;
  const cursors = parts.byItem.starts.slice();
  const byItem = new Uint8Array(flags.length);
  for (const [from, to] of slices(flags.length)) {
    for (let p = from; p < to; p++) {
      const position = cursors[columns[p]!]!++;
      byItem[position] = flags[p]!;
    }
    yield;
  }
  const byUser = (from: number, to: number): Uint8Array => flags.subarray(from, to);
  return yield* halvesOf(parts, { size, byUser, byItem }, false);
}

/** Rows between two steps of a computation that looks at rows one by one. */
export const ROW_SLICE = 1024;
