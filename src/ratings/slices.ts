import { throwIfAborted } from "../errors.js";
import type { Yielder } from "../yield.js";

/**
 * A long computation cut into steps of well under a millisecond: a generator that yields between them, run to its end
 * at once by {@link runNow} or with pauses by {@link runWithPauses}.
 */
export type Sliced<T> = Generator<void, T, void>;

/** Elements that a step handles: small enough for random access to that many to take well under a millisecond. */
export const SLICE: number = 16_384;

/** Runs a sliced computation without a pause. */
export function runNow<T>(work: Sliced<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Runs a sliced computation, letting the event loop run when the yielder says so; an abort is noticed there. */
export async function runWithPauses<T>(
  work: Sliced<T>,
  yielder: Yielder,
  signal: AbortSignal | undefined,
  what: string,
): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (!yielder.due()) continue;
    await yielder.pause();
    throwIfAborted(signal, what);
  }
}

/** The sub-ranges of 0 … length − 1 that a step handles each. */
export function* slices(length: number): Generator<readonly [from: number, to: number], void, void> {
  for (let from = 0; from < length; from += SLICE) yield [from, Math.min(from + SLICE, length)];
}
