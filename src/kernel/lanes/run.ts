import type { AlternantError } from "../../errors.js";
import type { RunControl } from "./run-control.js";

/** A row that ended a run. */
export interface Unsolved {
  readonly row: number;
  readonly state: number;
}

/** A run as its host sees it: over when every chunk is claimed, or it is stopped, and all lanes that entered have left. */
export class Run {
  /** Resolves when the run is over: to the first row that could not be solved, if one ended it. Rejects if lanes fail. */
  readonly over: Promise<Unsolved | undefined>;
  readonly #control: RunControl;
  readonly #chunks: number;
  readonly #inside: Set<number>;
  /** What ended it, other than a row, once it is over. */
  refused: AlternantError | undefined;
  /** Whether it has ended, well or not. */
  isOver = false;
  #unsolved: Unsolved | undefined;
  #resolve!: (unsolved: Unsolved | undefined) => void;
  #reject!: (error: Error) => void;

  /** @param chunks how many there are to claim */
  constructor(control: RunControl, chunks: number, lanes: number) {
    this.#control = control;
    this.#chunks = chunks;
    this.#inside = new Set(Array.from({ length: lanes }, (_, lane) => lane));
    this.over = new Promise((resolve, reject) => {
      this.#resolve = (unsolved) => {
        this.isOver = true;
        resolve(unsolved);
      };
      this.#reject = (error) => {
        this.isOver = true;
        reject(error);
      };
    });
  }

  /** Chunks that have been claimed; more than there are when lanes have asked for others. */
  get claimed(): number {
    return this.#control.claimed();
  }

  /** Ratings that have been worked through. */
  get counted(): number {
    return this.#control.counted();
  }

  /**
   * A lane has left; where several met a row that they could not solve, the first row is told.
   *
   * @param refused an error that ended the lane's part, the first of which is kept
   */
  leave(lane: number, unsolved: Unsolved | undefined, refused?: AlternantError): void {
    this.#inside.delete(lane);
    this.refused ??= refused;
    if (unsolved !== undefined && !(this.#unsolved !== undefined && this.#unsolved.row < unsolved.row))
      this.#unsolved = unsolved;
    this.#settle();
  }

  /** Lanes leave after the call that they are at. */
  stop(): void {
    this.#control.stop();
    this.#settle();
  }

  fail(error: Error): void {
    this.#reject(error);
  }

  #settle(): void {
    if (!this.#control.stopped && !this.#control.isClaimed(this.#chunks)) return;
    for (const lane of this.#inside) if (this.#control.hasEntered(lane)) return;
    this.#resolve(this.#unsolved);
  }
}
