import { AlternantError } from "./errors.js";

/** Waits for promises, one at a time, until a signal aborts. */
export class AbortRace {
  readonly #signal: AbortSignal;
  readonly #what: string;
  #reject: (error: AlternantError) => void = () => undefined;

  constructor(signal: AbortSignal, what: string) {
    this.#signal = signal;
    this.#what = what;
    signal.addEventListener("abort", this.#onAbort);
  }

  race<T>(promise: T | PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      Promise.resolve(promise).then(resolve, reject);
      if (this.#signal.aborted) this.#onAbort();
    });
  }

  end(): void {
    this.#signal.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (): void => {
    this.#reject(new AlternantError("aborted", `${this.#what} was aborted`, { cause: this.#signal.reason }));
  };
}
