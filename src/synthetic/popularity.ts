import { pow } from "../arithmetic.js";
import type { Random } from "../random.js";
import type { Sliced } from "../ratings/slices.js";

const RANK_OFFSET = 8;
const RANK_EXPONENT = -0.9;

/**
 * Draws items by popularity, (rank + 8)^−0.9 with item 0 the most popular, in constant time: A. J. Walker's alias
 * method (ACM TOMS 3, 1977) with M. D. Vose's construction (IEEE TSE 17, 1991).
 */
export class Popularity {
  /** In each of the equally likely columns: the share of the column's own item … */
  readonly #threshold: Float64Array;
  /** … and the item that has the rest. */
  readonly #alias: Int32Array;

  private constructor(threshold: Float64Array, alias: Int32Array) {
    this.#threshold = threshold;
    this.#alias = alias;
  }

  static *of(items: number): Sliced<Popularity> {
    const threshold = new Float64Array(items);
    const alias = new Int32Array(items);
    let total = 0;
    for (let item = 0; item < items; item++) {
      threshold[item] = pow(item + RANK_OFFSET, RANK_EXPONENT);
      total += threshold[item]!;
      alias[item] = item;
      yield;
    }
    const poor: number[] = [];
    const rich: number[] = [];
    for (let item = 0; item < items; item++) {
      threshold[item] = (threshold[item]! * items) / total;
      (threshold[item]! < 1 ? poor : rich).push(item);
      yield;
    }
    while (poor.length > 0 && rich.length > 0) {
      const taker = poor.pop()!;
      const giver = rich[rich.length - 1]!;
      alias[taker] = giver;
      threshold[giver]! -= 1 - threshold[taker]!;
      if (threshold[giver]! < 1) poor.push(rich.pop()!);
      yield;
    }
    return new Popularity(threshold, alias);
  }

  draw(random: Random): number {
    const column = random.integer(this.#alias.length);
    return random.unit() < this.#threshold[column]! ? column : this.#alias[column]!;
  }
}
