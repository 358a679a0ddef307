import { log } from "../arithmetic.js";
import type { Random } from "../random.js";

/** Standard normal deviates by G. Marsaglia's polar method (SIAM Review 6, 1964), the same bits in every engine. */
export class Normals {
  readonly #random: Random;
  /** The method makes deviates in pairs; the second one waits here. */
  #spare: number | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  next(): number {
    const spare = this.#spare;
    if (spare !== undefined) {
      this.#spare = undefined;
      return spare;
    }
    for (;;) {
      const x = 2 * this.#random.unit() - 1;
      const y = 2 * this.#random.unit() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * log(square)) / square);
      this.#spare = y * scale;
      return x * scale;
    }
  }
}
