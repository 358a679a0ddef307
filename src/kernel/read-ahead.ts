import type { RatingsSide } from "../ratings/source.js";

/** Ratings that are brought near before anybody asks for them. */
export const AHEAD: number = 2 ** 21;
/** Ratings of a request. */
const STEP = 2 ** 17;

/** Brings near what a thread that goes through a side in order will read, while it works. */
export class ReadAhead {
  readonly #side: RatingsSide;
  #near = 0;
  #waiting = false;

  constructor(side: RatingsSide) {
    this.#side = side;
  }

  /** The thread has come to rating `position`. */
  from(position: number): void {
    const { count } = this.#side;
    this.#near = Math.max(this.#near, position);
    if (this.#side.ahead === undefined || this.#waiting) return;
    if (this.#near >= Math.min(count, position + AHEAD)) return;
    const to = Math.min(count, this.#near + STEP);
    this.#waiting = true;
    void this.#side.ahead(this.#near, to).then(() => {
      this.#near = to;
      this.#waiting = false;
    });
  }
}
