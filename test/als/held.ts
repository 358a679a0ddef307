/**
 * Time that this process held its event loop: on the clock, but not more than the processor time that it used meanwhile,
 * so that a busy machine, which lets it wait, does not count. A page cannot know that, so there it is the clock's.
 */
export interface Stopwatch {
  /** Milliseconds since the start or the last lap. */
  lap(): number;
}

export function startStopwatch(): Stopwatch {
  let clock = performance.now();
  let processor = processorTime();
  return {
    lap: () => {
      const held = Math.min(performance.now() - clock, processorTime() - processor);
      clock = performance.now();
      processor = processorTime();
      return held;
    },
  };
}

/** Milliseconds of processor time that this process has used; the clock's in a page. */
function processorTime(): number {
  if (typeof process === "undefined") return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
