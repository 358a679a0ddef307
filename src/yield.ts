/** Tells a long computation when to let the event loop run, and lets it. */
export interface Yielder {
  /** Whether the time since the last pause (or since the start) has reached the limit; reads the clock. */
  due(): boolean;
  /** Resolves after pending timers, input and messages had their turn, and starts the clock anew. */
  pause(): Promise<void>;
}

/** What is promised is 8 ms; the rest is for the work that runs between two looks at the clock. */
const DEFAULT_MS = 6;

/**
 * A yielder for a computation that must not hold the event loop for more than `everyMs` milliseconds.
 * Work between two calls of `due` should take well under a millisecond.
 */
export function createYielder(everyMs: number = DEFAULT_MS): Yielder {
  let start = performance.now();
  return {
    due: () => performance.now() - start >= everyMs,
    pause: async () => {
      await nextTurn();
      start = performance.now();
    },
  };
}

/** The same yielder, whose pauses throw what `check` does where the work has been ended from outside meanwhile. */
export function interruptible({ due, pause }: Yielder, check: () => void): Yielder {
  return {
    due,
    pause: async () => {
      await pause();
      check();
    },
  };
}

/**
 * One turn of the event loop. setTimeout would do, but browsers clamp it to 4 ms and to 1 s in background pages: it is for
 * where there is nothing else (Cloudflare Workers of older compatibility dates).
 */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") {
      setImmediate(resolve);
      return;
    }
    if (typeof MessageChannel !== "function") {
      setTimeout(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
