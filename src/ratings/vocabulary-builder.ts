import { AlternantError, describe } from "../errors.js";
import type { Place } from "./refusals.js";
import { type Id, type IdKind, Vocabulary } from "./vocabulary.js";

/** The most entries that a Map of V8 takes. */
const MAX_IDS = 2 ** 24;
/** An integer as JavaScript itself writes it: "042" and "42" must not become one id unnoticed. */
const INTEGER = /^(0|-?[1-9]\d*)$/;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Numbers the ids of one side in order of first appearance, and refuses what is not an id. */
export class VocabularyBuilder {
  readonly #side: "user" | "item";
  readonly #forced: IdKind | undefined;
  readonly #place: Place;
  readonly #maxIds: number;
  readonly #ids: Id[] = [];
  readonly #indexes = new Map<Id, number>();
  #kind: IdKind | undefined;
  /** Most data come in runs of one user (or item), and to remember the last id is cheaper than to look it up. */
  #lastId: unknown = Number.NaN; // equal to no id, bad ones included
  #lastIndex = 0;
  #firstRow = 0;

  constructor(side: "user" | "item", forced: IdKind | undefined, place: Place, maxIds: number = MAX_IDS) {
    this.#side = side;
    this.#forced = forced;
    this.#kind = forced;
    this.#place = place;
    this.#maxIds = maxIds;
  }

  /** The index of an id, which is a new one if the id is. */
  add(id: unknown, row: number): number {
    // To === and to a Map, −0 is 0: that 0 is no −0 is left to #checked.
    if (id === this.#lastId && id !== 0) return this.#lastIndex;
    let index = typeof id === this.#kind && id !== 0 ? this.#indexes.get(id as Id) : undefined;
    if (index === undefined) {
      const checked = this.#checked(id, row);
      index = this.#indexes.get(checked) ?? this.#insert(checked, row);
    }
    this.#lastId = id;
    this.#lastIndex = index;
    return index;
  }

  get size(): number {
    return this.#ids.length;
  }

  /** The id at an index that `add` returned. */
  id(index: number): Id {
    return this.#ids[index]!;
  }

  /** The vocabulary of the ids added, of which there is at least one. */
  build(): Vocabulary {
    return new Vocabulary(this.#kind!, this.#ids, this.#indexes);
  }

  #insert(id: Id, row: number): number {
    const index = this.#ids.length;
    if (index === this.#maxIds)
      throw new AlternantError(
        "too-large",
        `${this.#place(row)}: more than ${this.#maxIds} different ${this.#side}s; drop the rarest, or train on a sample`,
      );
    if (index === 0) this.#firstRow = row;
    this.#ids.push(id);
    this.#indexes.set(id, index);
    return index;
  }

  /** The id as it is kept: of the kind that this side has. */
  #checked(id: unknown, row: number): Id {
    const what = `${this.#place(row)}: ${this.#side}`;
    const good = checkedId(id, what);
    this.#kind ??= typeof good as IdKind;
    if (typeof good === this.#kind) return good;
    if (this.#forced === "string") return String(good);
    if (this.#forced === "number") return parsed(good as string, what);
    throw new TypeError(
      `${what} ${describe(good)} is a ${typeof good}, but ${describe(this.#ids[0])} in ${this.#place(this.#firstRow)} ` +
        `is a ${this.#kind}; the ids of one side must be all strings or all numbers: ` +
        `{ ids: "string" } turns all into strings`,
    );
  }
}

/** The id as it is kept, a string or an integer. @param what it is, as messages begin @throws TypeError, RangeError */
export function checkedId(id: unknown, what: string): Id {
  return typeof id === "string" ? checkedString(id, what) : checkedInteger(id, what);
}

/**
 * A copy of its own: a string cut out of a file's text keeps all of that text alive in V8. The way through UTF-8 also
 * shows halves of surrogate pairs, which no file could hold.
 */
function checkedString(id: string, what: string): string {
  if (id === "") throw new RangeError(`${what} is an empty string; leave such rows out, or give it a name`);
  const copy = decoder.decode(encoder.encode(id));
  if (copy === id) return copy;
  throw new RangeError(
    `${what} ${describe(id)} is not well-formed Unicode (half a surrogate pair); repair it with toWellFormed()`,
  );
}

function checkedInteger(id: unknown, what: string): number {
  if (typeof id !== "number")
    throw new TypeError(`${what} must be a string or an integer, not ${describe(id)}; leave such rows out`);
  if (Number.isSafeInteger(id) && !Object.is(id, -0)) return id;
  throw new RangeError(
    `${what} must be an integer from -(2^53 - 1) to 2^53 - 1 and not -0, not ${describe(id)}; use strings for other ids`,
  );
}

function parsed(id: string, what: string): number {
  const number = Number(id);
  if (INTEGER.test(id) && Number.isSafeInteger(number)) return number;
  throw new RangeError(
    `${what} ${describe(id)} is not an integer such as 42 (without leading zeros, at most 2^53 - 1), ` +
      `as { ids: "number" } demands; use { ids: "string" }`,
  );
}
