import { AlternantError, describe } from "../errors.js";
import { checkOptions } from "../options.js";
import type { Id, Vocabulary } from "../ratings/vocabulary.js";
import { noUsers } from "./no-users.js";
import type { UserOrItem } from "./results.js";

export type Side = "user" | "item";

/** What to do for an unknown id, where nothing better is known. */
export const KNOWN_USERS = "The ids it knows are in model.users.";
export const KNOWN_ITEMS = "The ids it knows are in model.items.";

/** Returns `id` when it can be an id at all. @throws TypeError */
export function checkId<T extends Id>(side: Side, id: T): T {
  if (typeof id !== "string" && typeof id !== "number")
    throw new TypeError(`${side} must be an id (a string or a number), not ${describe(id)}`);
  return id;
}

/**
 * The index of an id that the model has to know.
 *
 * @param remedy what to do for an unknown one, as it ends the message
 * @throws AlternantError "unknown-id"; "no-users" from a model of items alone
 */
export function known<T extends Id>(side: Side, id: T, vocabulary: Vocabulary<T>, remedy: string): number {
  const index = vocabulary.index(checkId(side, id));
  if (index !== undefined) return index;
  // Any other model has at least one.
  if (vocabulary.size === 0) throw noUsers();
  const otherType = typeof id !== vocabulary.kind;
  const why = otherType ? `: its ${side} ids are ${vocabulary.kind}s, and this is a ${typeof id}` : "";
  throw new AlternantError("unknown-id", `This model does not know ${side} ${describe(id)}${why}. ${remedy}`);
}

/** The index of each id; −1 where it is unknown. @throws TypeError */
export function indicesOf<T extends Id>(
  side: Side,
  ids: readonly T[],
  vocabulary: Vocabulary<T>,
): Int32Array<ArrayBuffer> {
  if (!Array.isArray(ids))
    throw new TypeError(
      `${side}s must be an array of ids, not ${typeof ids === "string" ? `the string ${describe(ids)}` : describe(ids)}`,
    );
  const indices = new Int32Array(ids.length);
  for (let i = 0; i < indices.length; i++) indices[i] = vocabulary.index(checkId(side, ids[i]!)) ?? -1;
  return indices;
}

/** Returns `index` when it is −1 or an index of the vocabulary. @throws RangeError */
export function checkIndex(side: Side, index: number, vocabulary: Vocabulary): number {
  if (!(index >= -1 && index < vocabulary.size && Number.isInteger(index)))
    throw new RangeError(
      `${side} index must be an integer from -1 (unknown) to ${vocabulary.size - 1}, not ${describe(index)}`,
    );
  return index;
}

/** Which of the two it names. @param what it is, as errors begin @throws TypeError unless it is one of them, RangeError for other keys */
export function sideOf<U extends Id, I extends Id>(what: string, one: UserOrItem<U, I>): Side {
  checkOptions(what, one, ["user", "item"], "key");
  const sides = Object.entries(one).flatMap(([side, id]) => (id === undefined ? [] : [side]));
  if (sides.length === 1) return sides[0] as Side;
  throw new TypeError(
    `${what} must be { user: id } or { item: id }, not ${sides.length === 0 ? "empty" : "both in one"}`,
  );
}
