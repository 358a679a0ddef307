import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../../src/random.js";
import type { Ratings } from "../../src/ratings/index.js";
import { ROOT } from "../paths.js";

/** Ratings in columns, by index, one user after the other. */
export interface Columns {
  readonly users: Int32Array;
  readonly items: Int32Array;
  readonly values: Float32Array;
}

/** What is trained on, and what is held out. */
export interface Halves {
  readonly users: number;
  readonly items: number;
  readonly train: Columns;
  readonly test: Columns;
}

/** Both halves as files that every contender and the judge read. */
export interface DataSet {
  readonly name: string;
  /** Holds train.* and test.* in columns (users.i32, items.i32, values.f32) and meta.json. */
  readonly folder: string;
  readonly train: number;
}

/** A share of all ratings held out at random; of these, ratings of at least `least` remain: 4 keeps likes. */
export function holdOut(ratings: Ratings, share: number, seed: number, least: number): Halves {
  const [train, test] = ratings.split({ test: share, seed });
  const { userCount: users, itemCount: items } = ratings;
  return { users, items, train: columnsOf(train, least), test: columnsOf(test, least) };
}

/** Of the ratings of at least `least`, a share of each user's held out: round(share · n) of n. */
export function holdOutOfEach(ratings: Ratings, share: number, seed: number, least: number): Halves {
  const { users, items, values } = columnsOf(ratings, least);
  const random = seededRandom(seed, "split");
  const held = new Uint8Array(users.length);
  for (let from = 0, to = 0; from < users.length; from = to) {
    while (to < users.length && users[to] === users[from]) to++;
    // Selection sampling: each is taken with the chance that the rest still needs.
    let needed = Math.round(share * (to - from));
    for (let p = from; p < to; p++) {
      if (random.unit() * (to - p) >= needed) continue;
      held[p] = 1;
      needed--;
    }
  }
  const half = (flag: number): Columns => ({
    users: users.filter((_, p) => held[p] === flag),
    items: items.filter((_, p) => held[p] === flag),
    values: values.filter((_, p) => held[p] === flag),
  });
  return { users: ratings.userCount, items: ratings.itemCount, train: half(0), test: half(1) };
}

function columnsOf({ byUser, count }: Ratings, least: number): Columns {
  const { starts, columns, values } = byUser;
  const users = new Int32Array(count);
  const items = new Int32Array(count);
  const kept = new Float32Array(count);
  let size = 0;
  for (let user = 0; user < starts.length - 1; user++)
    for (let p = starts[user]!; p < starts[user + 1]!; p++) {
      if (values[p]! < least) continue;
      users[size] = user;
      items[size] = columns[p]!;
      kept[size++] = values[p]!;
    }
  return { users: users.subarray(0, size), items: items.subarray(0, size), values: kept.subarray(0, size) };
}

/** Writes both halves to a folder under build/. */
export function writeDataSet(name: string, { users, items, train, test }: Halves): DataSet {
  const folder = join(ROOT, "build/peers/data", name);
  mkdirSync(folder, { recursive: true });
  for (const [half, columns] of Object.entries({ train, test })) {
    writeFileSync(join(folder, `${half}.users.i32`), columns.users);
    writeFileSync(join(folder, `${half}.items.i32`), columns.items);
    writeFileSync(join(folder, `${half}.values.f32`), columns.values);
  }
  writeFileSync(join(folder, "meta.json"), JSON.stringify({ users, items }));
  return { name, folder, train: train.users.length };
}
