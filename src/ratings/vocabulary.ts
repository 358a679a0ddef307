import { nameClass } from "../class-name.js";
import { describe } from "../errors.js";

/** What names a user or an item: on each side all strings (not empty) or all safe integers. */
export type Id = string | number;

/** Which of the two a vocabulary holds. */
export type IdKind = "string" | "number";

/**
 * The ids of one side of the ratings, numbered 0 … size − 1 in order of first appearance. Immutable; ids are never
 * reordered, so an index means the same id in everything that shares the vocabulary.
 */
export class Vocabulary<T extends Id = Id> implements Iterable<T> {
  static {
    nameClass(Vocabulary, "Vocabulary");
  }

  readonly kind: IdKind;
  readonly #ids: readonly T[];
  readonly #indexes: ReadonlyMap<T, number>;

  /**
   * @param kind what every id is
   * @param ids different ids of that kind, in index order; the array is kept, not copied
   * @param indexes the same as a map from id to index, for a caller that has it already
   * @throws TypeError for an id of another kind, RangeError for an id that comes twice
   */
  constructor(kind: IdKind, ids: readonly T[], indexes: ReadonlyMap<T, number> = number(kind, ids)) {
    this.kind = kind;
    this.#ids = ids;
    this.#indexes = indexes;
  }

  /** The number of ids. */
  get size(): number {
    return this.#ids.length;
  }

  /** The index of an id; undefined for an unknown one, also for one of another type. */
  index(id: T): number | undefined {
    return this.#indexes.get(id);
  }

  /**
   * The id at an index.
   *
   * @throws RangeError when `index` is not an integer in 0 … size − 1
   */
  id(index: number): T {
    const id = this.#ids[index];
    if (id === undefined)
      throw new RangeError(`index must be an integer from 0 to ${this.size - 1}, not ${describe(index)}`);
    return id;
  }

  /** The ids in index order. */
  [Symbol.iterator](): Iterator<T> {
    return this.#ids[Symbol.iterator]();
  }
}

function number<T extends Id>(kind: IdKind, ids: readonly T[]): Map<T, number> {
  const indexes = new Map<T, number>();
  for (let index = 0; index < ids.length; index++) {
    const id = ids[index]!;
    if (typeof id !== kind) throw new TypeError(`id ${index} must be a ${kind}, not ${describe(id)}`);
    const first = indexes.get(id);
    if (first !== undefined)
      throw new RangeError(`ids must be different, but ${describe(id)} is both id ${first} and id ${index}`);
    indexes.set(id, index);
  }
  return indexes;
}
