import { optionsFromJson } from "../als/options.js";
import { trainingSource } from "../als/training-source.js";
import { describe } from "../errors.js";
import type { ModelParts } from "../model/index.js";
import { complete } from "../ratings/finish.js";
import {
  checkContents,
  checkSource,
  csrOf,
  type Id,
  Ratings,
  type RatingsSource,
  refuseFile,
  type Vocabulary,
} from "../ratings/index.js";
import { orient } from "../ratings/orient.js";
import { runWithPauses, type Sliced } from "../ratings/slices.js";
import { Triples } from "../ratings/triples.js";
import type { Yielder } from "../yield.js";

/**
 * The ratings that a model was trained on, in the order of its ids; told by how many each user and each item has, and their mean.
 *
 * @throws TypeError for what are no ratings in memory, RangeError for others than it was trained on
 */
export async function trainingRatings<U extends Id, I extends Id>(
  what: string,
  parts: ModelParts<U, I>,
  given: RatingsSource<U, I>,
  yielder: Yielder,
): Promise<RatingsSource<U, I>> {
  checkSource(what, given);
  refuseFile(what, given);
  await checkContents(what, given, yielder);
  const { kept } = await trainingSource(given, optionsFromJson(parts.options), yielder);
  const ratings = kept as RatingsSource<U, I>;
  const inOrder =
    sameIds(ratings.users, parts.users) && sameIds(ratings.items, parts.items)
      ? ratings
      : await runWithPauses(inOrderOf(what, parts, ratings), yielder, undefined, what);
  for (const [side, ids, starts, counts] of [
    ["user", parts.users, inOrder.byUser.starts, parts.userCounts],
    ["item", parts.items, inOrder.byItem.starts, parts.itemCounts],
  ] as const)
    for (let row = 0; row < counts.length; row++) {
      const count = starts[row + 1]! - starts[row]!;
      if (count !== counts[row])
        throw new RangeError(
          `${what} needs the ratings that the model was trained on: ${side} ${describe(ids.id(row))} has ${count} in these and had ${counts[row]} in training. Pass those, and put newer ones in with set().`,
        );
    }
  const { mean } = parts.info.data;
  // Sums of the same values in another order differ by rounding alone.
  if (!(Math.abs(inOrder.mean - mean) <= 1e-9 * Math.max(Math.abs(inOrder.min), Math.abs(inOrder.max))))
    throw new RangeError(
      `${what} needs the ratings that the model was trained on: their mean is ${inOrder.mean}, and was ${mean} in training. Pass those, and put newer ones in with set().`,
    );
  return inOrder;
}

function sameIds<T extends Id>(own: Vocabulary<T>, others: Vocabulary<T>): boolean {
  if (own === others) return true;
  if (own.size !== others.size) return false;
  const theirs = others[Symbol.iterator]();
  for (const id of own) if (theirs.next().value !== id) return false;
  return true;
}

/** The same ratings with the indices that a model's ids have. @throws RangeError for a rating with an id that the model does not know */
function* inOrderOf<U extends Id, I extends Id>(
  what: string,
  { users, items }: ModelParts<U, I>,
  ratings: RatingsSource<U, I>,
): Sliced<Ratings<U, I>> {
  const { starts, columns, values, weights, rowCount } = csrOf(ratings.byUser);
  const place = <T extends Id>(side: "user" | "item", id: T, ids: Vocabulary<T>): number => {
    const index = ids.index(id);
    if (index !== undefined) return index;
    throw new RangeError(
      `${what} needs the ratings that the model was trained on: it does not know ${side} ${describe(id)}. Pass those, and put newer ones in with set().`,
    );
  };
  const triples = new Triples();
  for (let row = 0; row < rowCount; row++) {
    if (starts[row] === starts[row + 1]) continue;
    const user = place("user", ratings.users.id(row), users);
    for (let p = starts[row]!; p < starts[row + 1]!; p++)
      triples.push(
        user,
        place("item", ratings.items.id(columns[p]!), items),
        values[p]!,
        weights?.[p],
        undefined,
      );
    yield;
  }
  const never = (): never => {
    throw new Error("ratings hold no pair twice");
  };
  const refuse = { repeated: never, tooLarge: never };
  return new Ratings(
    yield* complete(users, items, yield* orient(triples, users.size, items.size, "error", refuse)),
  );
}
