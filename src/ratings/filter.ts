import { AlternantError } from "../errors.js";
import { checkInteger, checkOptions } from "../options.js";
import type { Csr } from "./csr.js";
import type { RatingsParts } from "./finish.js";
import { select } from "./select.js";
import type { Rows } from "./sort.js";
import { type Id, Vocabulary } from "./vocabulary.js";

export interface FilterOptions {
  /** Users with fewer ratings leave; 1 (default) drops only those without any. */
  minPerUser?: number;
  /** Items with fewer ratings leave; 1 (default) drops only those without any. */
  minPerItem?: number;
}

/** What is left of ratings after a filter. */
export interface Filtered<U extends Id, I extends Id> {
  users: Vocabulary<U>;
  items: Vocabulary<I>;
  rows: Rows;
}

/**
 * The largest subset in which every user has `minPerUser` ratings and every item `minPerItem`, found by peeling
 * whoever has too few until nobody has (the k-core of the bipartite graph; Batagelj and Zaveršnik, 2003). Each
 * rating is looked at once from either side: linear time. Undefined when nothing leaves.
 */
export function filterRows<U extends Id, I extends Id>(
  parts: RatingsParts<U, I>,
  options: FilterOptions,
): Filtered<U, I> | undefined {
  checkOptions("Ratings.filter", options, ["minPerUser", "minPerItem"]);
  const minPerUser = checkInteger("Ratings.filter: minPerUser", options.minPerUser ?? 1, 1);
  const minPerItem = checkInteger("Ratings.filter: minPerItem", options.minPerItem ?? 1, 1);
  const { byUser, byItem, users, items } = parts;
  const [userLeft, itemLeft] = peel(byUser, byItem, minPerUser, minPerItem);
  const keptUsers = keep(users, userLeft);
  const keptItems = keep(items, itemLeft);
  if (keptUsers.vocabulary.size === users.size && keptItems.vocabulary.size === items.size) return undefined;
  const flags = new Uint8Array(byUser.count);
  let count = 0;
  for (let user = 0; user < users.size; user++) {
    if (userLeft[user] === 0) continue;
    for (let p = byUser.starts[user]!; p < byUser.starts[user + 1]!; p++)
      if (itemLeft[byUser.columns[p]!] === 1) {
        flags[p] = 1;
        count++;
      }
  }
  if (count === 0)
    throw new AlternantError(
      "no-ratings",
      `Ratings.filter: none of the ${byUser.count} ratings (${users.size} users, ${items.size} items) is left with ` +
        `minPerUser ${minPerUser} and minPerItem ${minPerItem}; ask for fewer`,
    );
  const rows = select(parts, flags, count, {
    users: keptUsers.indexes,
    userCount: keptUsers.vocabulary.size,
    items: keptItems.indexes,
  });
  return { users: keptUsers.vocabulary, items: keptItems.vocabulary, rows };
}

/** A flag for each user and each item: 1 for those who are left. */
function peel(byUser: Csr, byItem: Csr, minPerUser: number, minPerItem: number): [Uint8Array, Uint8Array] {
  const users = side(byUser, minPerUser);
  const items = side(byItem, minPerItem);
  while (users.pending.length > 0 || items.pending.length > 0) {
    take(users, items);
    take(items, users);
  }
  return [users.left, items.left];
}

/** One side in the course of peeling: `pending` have left, and the other side has not been told. */
interface Side {
  readonly csr: Csr;
  readonly min: number;
  readonly degrees: Int32Array;
  readonly left: Uint8Array;
  pending: number[];
}

function side(csr: Csr, min: number): Side {
  const degrees = new Int32Array(csr.rowCount);
  const left = new Uint8Array(csr.rowCount).fill(1);
  const pending: number[] = [];
  for (let row = 0; row < csr.rowCount; row++) {
    degrees[row] = csr.starts[row + 1]! - csr.starts[row]!;
    if (degrees[row]! >= min) continue;
    left[row] = 0;
    pending.push(row);
  }
  return { csr, min, degrees, left, pending };
}

/** Takes the ratings of the pending rows of one side from the other side. */
function take(from: Side, other: Side): void {
  const { pending, csr } = from;
  from.pending = [];
  for (const row of pending)
    for (let p = csr.starts[row]!; p < csr.starts[row + 1]!; p++) {
      const column = csr.columns[p]!;
      const degree = --other.degrees[column]!;
      if (degree >= other.min || other.left[column] === 0) continue;
      other.left[column] = 0;
      other.pending.push(column);
    }
}

function keep<T extends Id>(
  vocabulary: Vocabulary<T>,
  left: Uint8Array,
): { vocabulary: Vocabulary<T>; indexes: Int32Array } {
  const indexes = new Int32Array(vocabulary.size).fill(-1);
  const ids: T[] = [];
  let index = 0;
  for (const id of vocabulary) {
    if (left[index] === 1) {
      indexes[index] = ids.length;
      ids.push(id);
    }
    index++;
  }
  return { vocabulary: new Vocabulary(vocabulary.kind, ids), indexes };
}
