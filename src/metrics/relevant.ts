import type { ItemLists } from "../kernel/index.js";
import type { Ratings } from "../ratings/ratings.js";
import type { Id } from "../ratings/vocabulary.js";
import { type Breath, match, STRIDE } from "./match.js";
import type { Ranker } from "./ranker.js";

/** What test ratings came to. */
export interface TestFacts {
  /** Users that count: known ones with a relevant item in the test that their list can show. */
  readonly users: number;
  /** Other users with test ratings that the model knows. */
  readonly usersWithoutRelevant: number;
  /** Users of the test ratings that the model does not know. */
  readonly unknownUsers: number;
  /** Items of the test ratings that the model does not know. */
  readonly unknownItems: number;
  /** Relevant test ratings whose item the user had rated in training, so that the list leaves it out. */
  readonly leftOut: number;
}

/** The relevant test ratings of known users and items. */
export interface Relevant extends Pick<TestFacts, "unknownUsers" | "unknownItems"> {
  /** Users with at least one, by index in the ranker. */
  readonly users: Int32Array;
  /** The same by index in the test. */
  readonly testUsers: Int32Array;
  /** Row r: items of users[r] by index in the ranker, ascending. */
  readonly targets: ItemLists;
  /** Values of the targets. */
  readonly gains: Float64Array;
  /** Known users with test ratings of which none is relevant and of a known item. */
  readonly withoutRelevant: number;
}

/** @param least values of at least this are relevant; 0 stands for all that are above 0 */
export async function relevantOf<U extends Id, I extends Id>(
  ranker: Ranker<U, I>,
  test: Ratings<U, I>,
  least: number,
  breath: Breath,
): Promise<Relevant> {
  const userOf = await match(test.users, ranker.users, breath);
  const itemOf = await match(test.items, ranker.items, breath);
  const { starts, columns, values, rowCount, count } = test.byUser;
  const seen = new Uint8Array(itemOf.length);
  const users = new Int32Array(rowCount);
  const testUsers = new Int32Array(rowCount);
  const targetStarts = new Float64Array(rowCount + 1);
  const targets = new Int32Array(count);
  const gains = new Float64Array(count);
  let rows = 0;
  let end = 0;
  let unknownUsers = 0;
  let withoutRelevant = 0;
  for (let row = 0; row < rowCount; row++) {
    const from = end;
    const known = userOf[row]! >= 0;
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      const item = columns[at]!;
      const value = values[at]!;
      seen[item] = 1;
      if (at % STRIDE === 0 && breath.due()) await breath.take();
      if (!known || itemOf[item]! < 0 || !(value > 0 && value >= least)) continue;
      targets[end] = itemOf[item]!;
      gains[end++] = value;
    }
    if (starts[row] === starts[row + 1]) continue;
    if (!known) unknownUsers++;
    else if (end === from) withoutRelevant++;
    else {
      // Vocabularies of their own may number items in another order.
      if (test.items !== ranker.items) sortTogether(targets.subarray(from, end), gains.subarray(from, end));
      users[rows] = userOf[row]!;
      testUsers[rows++] = row;
      targetStarts[rows] = end;
    }
  }
  return {
    users: users.subarray(0, rows),
    testUsers: testUsers.subarray(0, rows),
    targets: { starts: targetStarts.subarray(0, rows + 1), columns: targets.subarray(0, end) },
    gains: gains.subarray(0, end),
    unknownUsers,
    unknownItems: itemOf.reduce((sum, to, item) => sum + (to < 0 && seen[item] === 1 ? 1 : 0), 0),
    withoutRelevant,
  };
}

function sortTogether(keys: Int32Array, values: Float64Array): void {
  const order = Array.from(keys, (key, at) => ({ key, value: values[at]! })).sort((a, b) => a.key - b.key);
  order.forEach(({ key, value }, at) => {
    keys[at] = key;
    values[at] = value;
  });
}
