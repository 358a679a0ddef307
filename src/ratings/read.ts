import { AbortRace } from "../abort.js";
import { describe, throwIfAborted } from "../errors.js";
import type { Yielder } from "../yield.js";
import type { RatingsBuilder } from "./builder.js";

/** What a call that reads rows lets its caller watch and stop. */
export interface ReadOptions {
  /** Rejects the call with the AlternantError "aborted", also while it waits for rows. */
  signal?: AbortSignal | undefined;
  /** Called about every 100,000 rows, with the number of rows read so far. */
  onProgress?: ((progress: { rows: number }) => void) | undefined;
}

const ROWS_PER_REPORT = 100_000;
/** Rows read between two looks at the clock. */
const ROWS_PER_LOOK = 64;

/** Reads all rows, refusing what is not iterable. */
export function readRows(what: string, rows: Iterable<unknown>, builder: RatingsBuilder): void {
  if (!isIterable(rows))
    throw new TypeError(
      isAsyncIterable(rows)
        ? `${what}: rows come asynchronously (${describe(rows)}); use Ratings.fromAsync`
        : `${what}: rows must be iterable, an array for example, not ${describe(rows)}`,
    );
  for (const row of rows) builder.addRow(row);
}

/** Reads all rows as they come, with pauses for the event loop. */
export async function readRowsAsync(
  what: string,
  rows: AsyncIterable<unknown> | Iterable<unknown>,
  builder: RatingsBuilder,
  yielder: Yielder,
  { signal, onProgress }: ReadOptions,
): Promise<void> {
  if (!isAsyncIterable(rows) && !isIterable(rows))
    throw new TypeError(`${what}: rows must be iterable or async iterable, not ${describe(rows)}`);
  const waits = isAsyncIterable(rows);
  const iterator = waits ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]();
  const abort = signal && new AbortRace(signal, what);
  try {
    for (;;) {
      const coming = iterator.next();
      // Rows that are there already are not worth a turn of the microtask queue each.
      const step = waits
        ? await (abort === undefined ? coming : abort.race(coming))
        : (coming as IteratorResult<unknown>);
      if (step.done) break;
      builder.addRow(step.value);
      const { count } = builder;
      if (count % ROWS_PER_REPORT === 0) onProgress?.({ rows: count });
      if (count % ROWS_PER_LOOK !== 0 || !yielder.due()) continue;
      await yielder.pause();
      throwIfAborted(signal, what);
    }
  } catch (error) {
    close(iterator);
    throw error;
  } finally {
    abort?.end();
  }
  onProgress?.({ rows: builder.count });
}

/** Lets the source release what it holds; it may be stuck, so nobody waits for it. */
function close(iterator: Iterator<unknown> | AsyncIterator<unknown>): void {
  Promise.resolve()
    .then(() => iterator.return?.())
    .catch(() => undefined);
}

function isIterable(rows: unknown): rows is Iterable<unknown> {
  return (
    rows !== null && rows !== undefined && typeof (rows as Iterable<unknown>)[Symbol.iterator] === "function"
  );
}

function isAsyncIterable(rows: unknown): rows is AsyncIterable<unknown> {
  return (
    rows !== null &&
    rows !== undefined &&
    typeof (rows as AsyncIterable<unknown>)[Symbol.asyncIterator] === "function"
  );
}
