/**
 * Time that this process held its event loop: on the clock, but not more than the processor time that it used meanwhile,
 * so that a busy machine, which lets it wait, does not count.
 */
export interface Stopwatch {
  /** Milliseconds since the start or the last lap. */
  lap(): number;
}

export function startStopwatch(): Stopwatch {
  let clock = performance.now();
  let processor = process.cpuUsage();
  return {
    lap: () => {
      const { user, system } = process.cpuUsage(processor);
      const held = Math.min(performance.now() - clock, (user + system) / 1000);
      clock = performance.now();
      processor = process.cpuUsage();
      return held;
    },
  };
}
