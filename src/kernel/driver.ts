import { createYielder, type Yielder } from "../yield.js";
import type { HalfEpoch, RowSums } from "./row-solver.js";

/** Milliseconds between two reports of what has been done. */
export const PROGRESS_MS = 100;
/** Rows added up between two looks at the clock. */
const SLICE = 16384;

/** Sums over all rows of a half-epoch, added in the order of rows. */
export interface HalfSums {
  /** Σt². */
  readonly squares: number;
  /** What the solution explains of it, its penalty taken off: Σt² − explained = Σe² + penalty. */
  readonly explained: number;
  readonly penalty: number;
}

/** Told while a pass runs: ratings of the side that have been worked through, of all that it has. */
export type OnWork = (done: number, total: number) => void;

/** A half-epoch whose rows can be named in an error: `user "ann"`. */
export interface NamedHalf extends HalfEpoch {
  readonly rowName: (row: number) => string;
}

/** What may end work from outside. */
export interface Guard {
  /** What is at work, as it stands in errors: "ALS.fit". */
  readonly what: string;
  readonly signal: AbortSignal | undefined;
  /** @throws AlternantError "aborted", "disposed" */
  check(): void;
}

/** Takes halves through their rows, on the calling thread or on lanes; the bits are the same. */
export interface Driver {
  /** Threads that it works on. */
  readonly threads: number;
  /** Solves every row of the half. @throws AlternantError "aborted", "not-positive-definite", "not-finite", "lane-failed" */
  solve(half: NamedHalf, onWork?: OnWork): Promise<HalfSums>;
  /** Σ(r − r̂)² over the half's ratings, directly. */
  squaredError(half: NamedHalf): Promise<number>;
  /** The fit has ended, well or not; calls back, at once where it can, when nothing works in its memory any more. */
  close(onLeft: () => void): void;
}

/** Adds up what rows came to, always in their order, with turns for the event loop. */
export async function totalOf(sums: RowSums, yielder: Yielder = createYielder()): Promise<HalfSums> {
  let squares = 0;
  let explained = 0;
  let penalty = 0;
  for (let from = 0; from < sums.length; from += 3 * SLICE) {
    const to = Math.min(sums.length, from + 3 * SLICE);
    for (let i = from; i < to; i += 3) {
      squares += sums[i]!;
      explained += sums[i + 1]!;
      penalty += sums[i + 2]!;
    }
    if (yielder.due()) await yielder.pause();
  }
  return { squares, explained, penalty };
}
