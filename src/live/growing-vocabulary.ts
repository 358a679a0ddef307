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
      this.#whole = new Vocabulary(this.#base.kind, [...this.#base, ...this.#added]);
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
