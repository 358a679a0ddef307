import { AlternantError, describe } from "../errors.js";
import { type Id, Vocabulary } from "../ratings/index.js";
import { checkedId } from "../ratings/vocabulary-builder.js";

/** The ids of a vocabulary, and new ones behind them. */
export class GrowingVocabulary<T extends Id> {
  readonly #side: "user" | "item";
  readonly #base: Vocabulary<T>;
  readonly #added: T[] = [];
  readonly #indexes: Map<T, number> = new Map();
  /** All of them, until one is added. */
  #whole: Vocabulary<T>;

  constructor(side: "user" | "item", base: Vocabulary<T>) {
    this.#side = side;
    this.#base = base;
    this.#whole = base;
  }

  get size(): number {
    return this.#base.size + this.#added.length;
  }

  index(id: T): number | undefined {
    return this.#base.index(id) ?? this.#indexes.get(id);
  }

  id(index: number): T {
    const { size } = this.#base;
    return index < size ? this.#base.id(index) : this.#added[index - size]!;
  }

  /** Adds what {@link GrowingVocabulary.checkNew} has passed, at the index that is `size`. */
  add(id: T): void {
    this.#indexes.set(id, this.size);
    this.#added.push(id);
  }

  /** The ids so far as a vocabulary: the same object until one more is added. */
  whole(): Vocabulary<T> {
    if (this.#whole.size < this.size)
      this.#whole = new ExtendedVocabulary(this.#base, this.#added, this.#indexes, this.size);
    return this.#whole;
  }

  /**
   * An id as it is kept, which may be a new one.
   *
   * @throws TypeError, RangeError for what cannot be an id here
   */
  checkNew(what: string, id: unknown): T {
    const { kind } = this.#base;
    const good = checkedId(id, `${what}: ${this.#side}`);
    if (typeof good === kind) return good as T;
    throw new TypeError(
      `${what}: ${this.#side} ${describe(good)} is a ${typeof good}, but this model's ${this.#side} ids are ${kind}s`,
    );
  }

  /** @throws TypeError; AlternantError "unknown-id" */
  known(what: string, id: T): number {
    const index = this.index(this.checkNew(what, id));
    if (index !== undefined) return index;
    throw new AlternantError(
      "unknown-id",
      `${what}: ${this.#side} ${describe(id)} is unknown, in the model and in what was set since. The ids that are known are in live.${this.#side}s.`,
    );
  }
}

/** A vocabulary and some of the ids that were added to it: made at once, however many there are. */
class ExtendedVocabulary<T extends Id> extends Vocabulary<T> {
  readonly #base: Vocabulary<T>;
  readonly #added: readonly T[];
  readonly #addedIndexes: ReadonlyMap<T, number>;
  readonly #size: number;

  /** @param size of both; what is added behind is no part of it */
  constructor(base: Vocabulary<T>, added: readonly T[], indexes: ReadonlyMap<T, number>, size: number) {
    super(base.kind, [], new Map());
    this.#base = base;
    this.#added = added;
    this.#addedIndexes = indexes;
    this.#size = size;
  }

  override get size(): number {
    return this.#size;
  }

  override index(id: T): number | undefined {
    const index = this.#base.index(id) ?? this.#addedIndexes.get(id);
    return index !== undefined && index < this.#size ? index : undefined;
  }

  override id(index: number): T {
    const { size } = this.#base;
    // What is out of range is refused as any vocabulary refuses it.
    return index >= size && index < this.#size && Number.isInteger(index)
      ? this.#added[index - size]!
      : this.#base.id(index);
  }

  override *[Symbol.iterator](): Iterator<T> {
    yield* this.#base;
    yield* this.#added.slice(0, this.#size - this.#base.size);
  }
}
