import { AlternantError, describe } from "../errors.js";
import { checkOptions } from "../options.js";
import { checkDuplicates } from "./builder.js";
import { complete, type RatingsParts } from "./finish.js";
import { orient } from "./orient.js";
import type { Duplicates } from "./rating.js";
import { pairOf } from "./refusals.js";
import type { Sliced } from "./slices.js";
import { Triples } from "./triples.js";
import { type Id, Vocabulary } from "./vocabulary.js";

export interface ConcatOptions {
  /** Which value holds for a pair rated in both: "last" is that of the ratings added. Default "error". */
  duplicates?: Duplicates;
}

/** The parts of the ratings of both; the ids of the first keep their indices. */
export function* concatenate<U extends Id, I extends Id>(
  first: RatingsParts<U, I>,
  second: RatingsParts<U, I>,
  options: ConcatOptions,
): Sliced<RatingsParts<U, I>> {
  checkOptions("Ratings.concat", options, ["duplicates"]);
  const duplicates = checkDuplicates("Ratings.concat", options.duplicates);
  checkColumns(first, second, duplicates);
  const users = merge("user", first.users, second.users);
  const items = merge("item", first.items, second.items);
  const triples = new Triples();
  append(triples, first, undefined, undefined);
  append(triples, second, users.indexes, items.indexes);
  const name = (user: number, item: number): string =>
    pairOf(users.vocabulary.id(user), items.vocabulary.id(item));
  const sizes = [users.vocabulary.size, items.vocabulary.size] as const;
  const orientations = yield* orient(triples, ...sizes, duplicates, {
    repeated: (user, item) => {
      throw new AlternantError(
        "duplicate-rating",
        `Ratings.concat: ${name(user, item)} is rated in both the ratings and those added; say what to keep: { duplicates: "last" }, "mean" or "sum"`,
      );
    },
    tooLarge: (user, item, sum) => {
      throw new RangeError(
        `Ratings.concat: ${name(user, item)}: the sum of both values must be from -1e15 to 1e15, not ${sum}; ` +
          `use duplicates "last" or "mean"`,
      );
    },
  });
  return yield* complete(users.vocabulary, items.vocabulary, orientations);
}

function checkColumns(first: RatingsParts, second: RatingsParts, duplicates: Duplicates): void {
  if ((first.timestamps === undefined) !== (second.timestamps === undefined)) {
    const [having, lacking] = first.timestamps
      ? ["the ratings", "those added"]
      : ["those added", "the ratings"];
    throw new TypeError(
      `Ratings.concat: ${having} have timestamps, but ${lacking} have none; give them to both, or to neither`,
    );
  }
  const weighted = first.byUser.weights !== undefined || second.byUser.weights !== undefined;
  if (weighted && (duplicates === "mean" || duplicates === "sum"))
    throw new RangeError(
      `Ratings.concat: duplicates ${describe(duplicates)} does not go with weights; use "last"`,
    );
}

/** The ids of the first, then the new ones of the second, and the indices that those of the second have now. */
function merge<T extends Id>(
  side: "user" | "item",
  first: Vocabulary<T>,
  second: Vocabulary<T>,
): { vocabulary: Vocabulary<T>; indexes: Int32Array } {
  if (first.kind !== second.kind)
    throw new TypeError(
      `Ratings.concat: the ${side} ids are ${first.kind}s in the ratings, but ${second.kind}s in those added; ` +
        `read both with the same option ids`,
    );
  const indexes = new Int32Array(second.size);
  const added: T[] = [];
  let index = 0;
  for (const id of second) indexes[index++] = first.index(id) ?? first.size + added.push(id) - 1;
  const vocabulary = added.length === 0 ? first : new Vocabulary(first.kind, [...first, ...added]);
  return { vocabulary, indexes };
}

function append(
  triples: Triples,
  { byUser, timestamps }: RatingsParts,
  users: Int32Array | undefined,
  items: Int32Array | undefined,
): void {
  for (let user = 0; user < byUser.rowCount; user++)
    for (let p = byUser.starts[user]!; p < byUser.starts[user + 1]!; p++) {
      const item = byUser.columns[p]!;
      triples.push(
        users === undefined ? user : users[user]!,
        items === undefined ? item : items[item]!,
        byUser.values[p]!,
        byUser.weights?.[p],
        timestamps?.[p],
      );
    }
}
