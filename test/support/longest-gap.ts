import { startStopwatch } from "../als/held.js";
import { soon } from "./turns.js";

/** The longest time between two turns of the event loop while `work` runs, and how many turns there were. */
export async function longestGap(work: () => Promise<unknown>): Promise<{ gap: number; turns: number }> {
  const stopwatch = startStopwatch();
  let running = true;
  let gap = 0;
  let turns = 0;
  const turn = (): void => {
    gap = Math.max(gap, stopwatch.lap());
    turns++;
    if (running) soon(turn);
  };
  soon(turn);
  await work();
  running = false;
  gap = Math.max(gap, stopwatch.lap());
  return { gap, turns };
}
