import { type ListRun, ListSession, planBatches } from "./session.js";
import type { ItemLists, ListSource } from "./source.js";

/** Where each target stands among its user's candidates. */
export interface Ranks {
  /** Candidates with a higher score; where it is at least the limit, that many or more. */
  readonly better: Int32Array<ArrayBuffer>;
  /** Other candidates with the same score; only part of them where `better` has reached the limit. */
  readonly tied: Int32Array<ArrayBuffer>;
  /** Those of them with a lower index, which come before it in a list. */
  readonly tiedBefore: Int32Array<ArrayBuffer>;
}

/**
 * Ranks some items of many users among all that are not left out, by exact scores, for any number of threads.
 *
 * @param users indices of users
 * @param targets items to rank for each of them: row r for users[r]; none that is left out
 * @param leftOut what of the items each user index leaves out
 * @param limit a target with so many better items is not followed any further
 * @throws AlternantError "aborted", "disposed", "lane-failed", "too-large"
 */
export async function rankTargets(
  source: ListSource,
  users: Int32Array,
  targets: ItemLists,
  leftOut: ItemLists | undefined,
  limit: number,
  run: ListRun,
): Promise<Ranks> {
  const { length } = targets.columns;
  const ranks: Ranks = {
    better: new Int32Array(length),
    tied: new Int32Array(length),
    tiedBefore: new Int32Array(length),
  };
  const { ranges, ...room } = planBatches(users, leftOut, 0, targets.starts);
  if (ranges.length === 0) return ranks;
  const session = await ListSession.open(source, room, users.length, undefined, run);
  try {
    for (const [from, to] of ranges) {
      await session.load({ users, from, to, leftOut });
      loadTargets(session, targets, from, to);
      await session.run(to - from, limit);
      const first = targets.starts[from]!;
      const { buffer } = session.memory;
      for (const name of ["better", "tied", "tiedBefore"] as const)
        ranks[name].set(new Int32Array(buffer, session.layout[name], targets.starts[to]! - first), first);
    }
  } finally {
    session.close();
  }
  return ranks;
}

function loadTargets(
  { memory, layout }: ListSession,
  { starts, columns }: ItemLists,
  from: number,
  to: number,
): void {
  const first = starts[from]!;
  const view = new Uint32Array(memory.buffer, layout.targetStarts, to - from + 1);
  for (let row = from; row <= to; row++) view[row - from] = starts[row]! - first;
  new Int32Array(memory.buffer, layout.targets, starts[to]! - first).set(
    columns.subarray(first, starts[to]!),
  );
}
