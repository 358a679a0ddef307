import { AlternantError, describe } from "./errors.js";

/** Who waits for a signal, and the one listener that serves them all: Node warns of more than ten of a signal. */
interface Waiting {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

const waitingFor: WeakMap<AbortSignal, Waiting> = new WeakMap();

/** @throws TypeError for what cannot abort, such as the AbortController in place of its signal */
export function checkSignal(signal: unknown): asserts signal is AbortSignal | undefined {
  if (signal === undefined || signal instanceof AbortSignal) return;
  const hint = signal instanceof AbortController ? ": pass controller.signal" : "";
  throw new TypeError(`signal must be an AbortSignal, not ${describe(signal)}${hint}`);
}

/** Calls back when the signal aborts; returns what takes that back. */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let waiting = waitingFor.get(signal);
  if (waiting === undefined) {
    const callbacks = new Set<() => void>();
    const listener = (): void => {
      for (const one of [...callbacks]) one();
    };
    waiting = { callbacks, listener };
    waitingFor.set(signal, waiting);
    signal.addEventListener("abort", listener);
  }
  const { callbacks, listener } = waiting;
  callbacks.add(callback);
  return () => {
    if (!callbacks.delete(callback) || callbacks.size > 0) return;
    signal.removeEventListener("abort", listener);
    waitingFor.delete(signal);
  };
}

/** Waits for promises, one at a time, until a signal aborts. */
export class AbortRace {
  readonly #signal: AbortSignal;
  readonly #what: string;
  readonly #end: () => void;
  #reject: (error: AlternantError) => void = () => undefined;

  constructor(signal: AbortSignal, what: string) {
    this.#signal = signal;
    this.#what = what;
    this.#end = onAbort(signal, this.#onAbort);
  }

  race<T>(promise: T | PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      Promise.resolve(promise).then(resolve, reject);
      if (this.#signal.aborted) this.#onAbort();
    });
  }

  end(): void {
    this.#end();
  }

  readonly #onAbort = (): void => {
    this.#reject(new AlternantError("aborted", `${this.#what} was aborted`, { cause: this.#signal.reason }));
  };
}

/** Waits for a promise, or rejects with "aborted" as soon as the signal aborts. */
export async function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  what: string,
): Promise<T> {
  if (signal === undefined) return promise;
  const race = new AbortRace(signal, what);
  try {
    return await race.race(promise);
  } finally {
    race.end();
  }
}
