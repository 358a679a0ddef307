import { throwIfAborted } from "../errors.js";
import type { Id, Vocabulary } from "../ratings/vocabulary.js";
import { createYielder } from "../yield.js";

/** Steps between two looks at the clock: about 0.1 ms of work. */
export const STRIDE = 1024;

/** Lets the event loop run when it is time to. */
export interface Breath {
  /** Whether it is; reads the clock. */
  due(): boolean;
  /** @throws AlternantError "aborted" */
  take(): Promise<void>;
}

/** @param what whose work it is, as it stands in errors */
export function breathing(what: string, signal: AbortSignal | undefined): Breath {
  const yielder = createYielder();
  return {
    due: yielder.due,
    take: async () => {
      await yielder.pause();
      throwIfAborted(signal, what);
    },
  };
}

/** Index of each id of `from` in `to`; −1 where `to` does not know it. */
export async function match<T extends Id>(
  from: Vocabulary<T>,
  to: Vocabulary<T>,
  breath: Breath,
): Promise<Int32Array> {
  const indices = new Int32Array(from.size);
  // Splits share the vocabulary: nothing to look up.
  if (from === to) {
    for (let index = 0; index < indices.length; index++) indices[index] = index;
    return indices;
  }
  let at = 0;
  for (const id of from) {
    indices[at++] = to.index(id) ?? -1;
    if (at % STRIDE === 0 && breath.due()) await breath.take();
  }
  return indices;
}
