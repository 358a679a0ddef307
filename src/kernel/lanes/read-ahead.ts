import type { RatingsSide } from "../../ratings/source.js";
import { AHEAD } from "../read-ahead.js";
import type { Run } from "./run.js";

/** Milliseconds between two looks at how far lanes have come. */
const LOOK_MS = 2;

/** Brings near what lanes will read, chunk by chunk in the order in which they claim them, until the run is over. */
export async function readAhead(run: Run, chunks: Int32Array, side: RatingsSide): Promise<void> {
  if (side.ahead === undefined) return;
  const { starts } = side;
  const startOf = (chunk: number): number => starts[chunks[2 * chunk]!]!;
  const endOf = (chunk: number): number => starts[chunks[2 * chunk + 1]!]!;
  let next = 0;
  /** Ratings of the chunks before `next`, and of those that lanes have claimed. */
  let near = 0;
  let claimed = 0;
  let passed = 0;
  while (!run.isOver && 2 * next < chunks.length) {
    for (; claimed < run.claimed && 2 * claimed < chunks.length; claimed++)
      passed += endOf(claimed) - startOf(claimed);
    if (next < claimed) {
      // Lanes are there already, and read for themselves.
      next = claimed;
      near = passed;
    } else if (near - passed < AHEAD) {
      await side.ahead(startOf(next), endOf(next));
      near += endOf(next) - startOf(next);
      next++;
    } else await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
