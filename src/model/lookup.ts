import { AlternantError, describe } from "../errors.js";
import { checkOptions } from "../options.js";
import type { Id, Vocabulary } from "../ratings/vocabulary.js";
import { noUsers } from "./no-users.js";
import type { UserOrItem } from "./results.js";

export type Side = "user" | "item";

/** Returns `id` when it can be an id at all. @param name what it is, as it stands in the error; @throws TypeError */
export function checkId<T extends Id>(name: string, id: T): T {
  if (!isId(id)) throw notId(name, id);
  return id;
}

export function isId(id: unknown): boolean {
  return typeof id === "string" || typeof id === "number";
}

/** The error for what is no id. */
export function notId(name: string, value: unknown): TypeError {
  return new TypeError(`${name} must be an id (a string or a number), not ${describe(value)}`);
}

/**
 * The index of an id that the model has to know.
 *
 * @param remedy what to do for an unknown one, as it ends the message
 * @throws AlternantError "unknown-id"; "no-users" from a model of items alone
 */
export function known<T extends Id>(
  side: Side,
  id: T,
  vocabulary: Vocabulary<T>,
  remedy: string = knownAre(side),
): number {
  const index = vocabulary.index(checkId(side, id));
  if (index !== undefined) return index;
  // Any other model has at least one.
  if (vocabulary.size === 0) throw noUsers();
  throw unknownIds("This", side, [id], vocabulary, remedy);
}

/**
 * The error that names all of some ids that the model does not know.
 *
 * @param head what the message begins with, up to "model"
 * @param remedy what to do, as it ends the message
 */
export function unknownIds<T extends Id>(
  head: string,
  side: Side,
  ids: readonly T[],
  { kind }: Vocabulary<T>,
  remedy: string = knownAre(side),
): AlternantError {
  const one = ids.length === 1;
  const other = ids.find((id) => typeof id !== kind);
  const which = one ? "this" : describe(other);
  const why = other === undefined ? "" : `: its ${side} ids are ${kind}s, and ${which} is a ${typeof other}`;
  const named = `${side}${one ? "" : "s"} ${ids.map(describe).join(", ")}`;
  return new AlternantError("unknown-id", `${head} model does not know ${named}${why}. ${remedy}`);
}

/** What to do for an unknown id, where nothing better is known. */
function knownAre(side: Side): string {
  return `The ids it knows are in model.${side}s.`;
}

/** The index of each id; −1 where it is unknown. @param name of the list, as it stands in errors; @throws TypeError */
export function indicesOf<T extends Id>(
  side: Side,
  ids: readonly T[],
  vocabulary: Vocabulary<T>,
  name: string = `${side}s`,
): Int32Array<ArrayBuffer> {
  if (!Array.isArray(ids))
    throw new TypeError(`${name} must be an array of ${side} ids, not ${describe(ids)}`);
  const indices = new Int32Array(ids.length);
  for (let i = 0; i < indices.length; i++) {
    if (!isId(ids[i])) throw notId(`${name}[${i}]`, ids[i]);
    indices[i] = vocabulary.index(ids[i]!) ?? -1;
  }
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
