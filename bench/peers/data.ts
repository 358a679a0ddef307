import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ratings } from "../../src/ratings/index.js";
import { ROOT } from "../paths.js";

/** What is trained on and what is held out, as files that every contender and the judge read. */
export interface DataSet {
  readonly name: string;
  /** Holds train.* and test.* in columns (users.i32, items.i32, values.f32) and meta.json. */
  readonly folder: string;
  readonly train: number;
}

/** Values from which a rating counts as a like. */
const LIKE = 4;

/** Ratings of 4 and more alone. Ids are numbers: indices of the ratings that they come from. */
export function likesOf(ratings: Ratings): Ratings<number, number> {
  const { users, items, values } = columnsOf(ratings);
  const isLike = (_: number, p: number): boolean => values[p]! >= LIKE;
  return Ratings.fromColumns({
    users: users.filter(isLike),
    items: items.filter(isLike),
    values: values.filter(isLike),
  });
}

/** Writes both parts of a split, which share their vocabularies, by index to a folder under build/. */
export function writeDataSet(name: string, train: Ratings, test: Ratings): DataSet {
  const folder = join(ROOT, "build/peers/data", name);
  mkdirSync(folder, { recursive: true });
  for (const [part, ratings] of Object.entries({ train, test })) {
    const { users, items, values } = columnsOf(ratings);
    writeFileSync(join(folder, `${part}.users.i32`), users);
    writeFileSync(join(folder, `${part}.items.i32`), items);
    writeFileSync(join(folder, `${part}.values.f32`), values);
  }
  const meta = { users: train.userCount, items: train.itemCount };
  writeFileSync(join(folder, "meta.json"), JSON.stringify(meta));
  return { name, folder, train: train.count };
}

/** Ratings by index, one user after the other. */
function columnsOf({ byUser, count }: Ratings): {
  users: Int32Array;
  items: Int32Array;
  values: Float32Array;
} {
  const { starts, columns, values } = byUser;
  const users = new Int32Array(count);
  for (let user = 0; user < starts.length - 1; user++) users.fill(user, starts[user]!, starts[user + 1]!);
  return { users, items: Int32Array.from(columns), values: Float32Array.from(values) };
}
