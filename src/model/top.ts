/** The best of a stream of scored indices: higher scores first, equal scores by lower index. */
export class Top {
  readonly #capacity: number;
  /** A binary heap with the worst entry kept at its root. */
  readonly #indices: number[] = [];
  readonly #scores: number[] = [];

  /** @param capacity how many entries to keep, at least 1 */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Offers one entry; O(1) for one that isn't among the best so far, O(log capacity) otherwise. */
  offer(index: number, score: number): void {
    const indices = this.#indices;
    const scores = this.#scores;
    if (indices.length < this.#capacity) {
      let hole = indices.length;
      indices.push(index);
      scores.push(score);
      while (hole > 0) {
        const parent = (hole - 1) >> 1;
        if (!worse(score, index, scores[parent]!, indices[parent]!)) break;
        this.#move(parent, hole);
        hole = parent;
      }
      this.#put(hole, index, score);
      return;
    }
    if (!worse(scores[0]!, indices[0]!, score, index)) return;
    this.#replaceRoot(index, score, indices.length);
  }

  /** Empties the heap into a list, best first. */
  drain(): { index: number; score: number }[] {
    const list: { index: number; score: number }[] = new Array(this.#indices.length);
    for (let last = list.length - 1; last >= 0; last--) {
      list[last] = { index: this.#indices[0]!, score: this.#scores[0]! };
      const index = this.#indices.pop()!;
      const score = this.#scores.pop()!;
      if (last > 0) this.#replaceRoot(index, score, last);
    }
    return list;
  }

  /** Sifts an entry down from the root of a heap of `size` entries. */
  #replaceRoot(index: number, score: number, size: number): void {
    const indices = this.#indices;
    const scores = this.#scores;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= size) break;
      const sibling = child + 1;
      if (sibling < size && worse(scores[sibling]!, indices[sibling]!, scores[child]!, indices[child]!))
        child = sibling;
      if (!worse(scores[child]!, indices[child]!, score, index)) break;
      this.#move(child, hole);
      hole = child;
    }
    this.#put(hole, index, score);
  }

  #move(from: number, to: number): void {
    this.#indices[to] = this.#indices[from]!;
    this.#scores[to] = this.#scores[from]!;
  }

  #put(at: number, index: number, score: number): void {
    this.#indices[at] = index;
    this.#scores[at] = score;
  }
}

function worse(score: number, index: number, otherScore: number, otherIndex: number): boolean {
  return score < otherScore || (score === otherScore && index > otherIndex);
}
