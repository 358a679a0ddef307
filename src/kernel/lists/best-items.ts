import { type Listing, type ListRun, ListSession, planBatches, type Tally } from "./session.js";
import type { ItemLists, ListSource } from "./source.js";

/** The best items of users `from` … `to` − 1 of the list of users: row r has its own from r · count on. */
export interface BestItems {
  readonly from: number;
  readonly to: number;
  /** How many each row has, at most `count`. */
  readonly counts: Int32Array<ArrayBuffer>;
  /** Indices of items, the best first; rows × count, −1 behind the end of a row. */
  readonly items: Int32Array<ArrayBuffer>;
  /** Their scores; rows × count, NaN behind the end of a row. */
  readonly scores: Float64Array<ArrayBuffer>;
  /** How much was looked at for these and all rows before them. */
  readonly tally: Tally;
}

/**
 * The items with the highest scores of many users, best first, equal scores by index: as sorting all scores gives them, bit
 * for bit, for any number of threads. Scores are never held beyond those of a few users and a few hundred items.
 *
 * @param users indices of users, any of them any number of times
 * @param leftOut what of the items each user index leaves out
 * @param listing which items, and how many of them: at most so many as may be listed
 * @throws AlternantError "aborted", "disposed", "lane-failed", "too-large"
 */
export async function* bestItems(
  source: ListSource,
  users: Int32Array,
  leftOut: ItemLists | undefined,
  listing: Listing,
  run: ListRun,
): AsyncGenerator<BestItems, void, undefined> {
  const { ranges, ...room } = planBatches(users, leftOut, listing.count, undefined);
  if (ranges.length === 0) return;
  if (listing.count === 0) {
    for (const [from, to] of ranges) yield { from, to, ...nothing(to - from) };
    return;
  }
  const session = await ListSession.open(source, room, users.length, listing, run);
  try {
    for (const [from, to] of ranges) {
      await session.load({ users, from, to, leftOut });
      await session.run(to - from, 0);
      yield { from, to, ...read(session, to - from), tally: session.tally() };
      run.engine.check(run.signal, run.what);
    }
  } finally {
    session.close();
  }
}

/** Lists of nothing, where no item may be listed. */
function nothing(rows: number): Omit<BestItems, "from" | "to"> {
  return {
    counts: new Int32Array(rows),
    items: new Int32Array(0),
    scores: new Float64Array(0),
    tally: { bounded: 0, exact: 0 },
  };
}

function read({ memory, layout }: ListSession, rows: number): Omit<BestItems, "from" | "to" | "tally"> {
  const { count } = layout;
  const counts = new Int32Array(new Int32Array(memory.buffer, layout.bestCounts, rows));
  const items = new Int32Array(new Int32Array(memory.buffer, layout.bestItems, rows * count));
  const scores = new Float64Array(new Float64Array(memory.buffer, layout.bestScores, rows * count));
  for (let row = 0; row < rows; row++) {
    if (counts[row] === count) continue;
    items.fill(-1, row * count + counts[row]!, (row + 1) * count);
    scores.fill(Number.NaN, row * count + counts[row]!, (row + 1) * count);
  }
  return { counts, items, scores };
}
