/** The first few in some order, without a sort of all. */
export class First<T> {
  readonly #limit: number;
  readonly #compare: (a: T, b: T) => number;
  readonly #found: T[] = [];

  constructor(limit: number, compare: (a: T, b: T) => number) {
    this.#limit = limit;
    this.#compare = compare;
  }

  offer(one: T): void {
    const found = this.#found;
    if (found.length === this.#limit && this.#compare(one, found.at(-1)!) >= 0) return;
    let at = found.length;
    while (at > 0 && this.#compare(one, found[at - 1]!) < 0) at--;
    found.splice(at, 0, one);
    if (found.length > this.#limit) found.pop();
  }

  list(): readonly T[] {
    return this.#found;
  }
}
