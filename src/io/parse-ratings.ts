import { throwIfAborted } from "../errors.js";
import { checkOneOf, checkOptions } from "../options.js";
import type { RatingsParts } from "../ratings/finish.js";
import type { Id, IdsOption, RatingsOptions } from "../ratings/index.js";
import { Ratings } from "../ratings/index.js";
import type { ItemId, UserId } from "../ratings/rating.js";
import { runWithPauses } from "../ratings/slices.js";
import type { RatingStore } from "../ratings/triples.js";
import { createYielder, type Yielder } from "../yield.js";
import type { RatingColumnOptions } from "./columns.js";
import { checkDialect, type DialectOptions } from "./dialect.js";
import { gunzipped } from "./gunzip.js";
import { type ByteInput, openInput, type ReadProgress, type TextInput } from "./input.js";
import { lineBlocks } from "./line-blocks.js";
import { Position } from "./position.js";
import { RatingSink } from "./rating-sink.js";
import { RatingsReader } from "./ratings-reader.js";

/** How a file of ratings is read; all of it has a sensible guess. */
export interface ReadRatingsOptions<J extends IdsOption = IdsOption> extends DialectOptions {
  /**
   * Whether the first line names the columns. Guessed unless given: it does if it holds no number, and names of two
   * kinds that are known (see `columns`) or `columns` asks for one by name. A header of unknown names only is taken
   * for a rating: an error where there is a value column, but a strange pair where there is none.
   */
  header?: boolean | undefined;
  /** Which column holds what, by name or by number from 0; see there what is guessed. */
  columns?: RatingColumnOptions | undefined;
  /** The kind that ids have; "string" unless given, because "007" and "7" are different and ids may be both. */
  ids?: J | undefined;
  /** What to do with a pair that is rated more than once; an error that names both lines unless given. */
  duplicates?: NonNullable<RatingsOptions["duplicates"]> | undefined;
  /** What messages call the input; a File's own name or "the input" unless given. */
  name?: string | undefined;
  /** Stops the reading: the promise rejects with an AbortError, and the input is closed. */
  signal?: AbortSignal | undefined;
  /** Called some hundred times a second at most, and once at the end. */
  onProgress?: ((progress: ReadProgress) => void) | undefined;
}

export const READ_OPTIONS: readonly string[] = [
  "header",
  "columns",
  "ids",
  "duplicates",
  "name",
  "signal",
  "onProgress",
  "delimiter",
  "quotes",
];

/**
 * Ratings from text with one rating a line: CSV, TSV, `::` and its like, UTF-8, with or without a header, plain or
 * compressed by gzip (told by its first bytes; of joined gzip files all are read where the platform does, as Node
 * does, otherwise it is an error). The text is never held as a whole, and the event loop runs every few milliseconds.
 *
 * @param input a stream, a Blob or File, an iterable of chunks, bytes or a string
 * @throws (rejects) AlternantError "invalid-file" naming the line (from 1) and what is wrong with it,
 *   "duplicate-rating" naming both lines, "aborted"; TypeError and RangeError for options
 */
export async function parseRatings<const J extends IdsOption = "string">(
  input: TextInput,
  options: ReadRatingsOptions<J> = {},
): Promise<Ratings<UserId<string, J>, ItemId<string, J>>> {
  checkOptions("parseRatings", options, READ_OPTIONS);
  const own = typeof File === "function" && input instanceof File ? input.name : "the input";
  const name = options.name ?? own;
  const opened = openInput(input, name, options.signal);
  return new Ratings(await readPartsFrom<J>("parseRatings", opened, name, options));
}

/** Reads opened bytes to what makes a Ratings; `what` is the public function that does. */
export async function readPartsFrom<J extends IdsOption>(
  what: string,
  input: ByteInput,
  name: string,
  options: ReadRatingsOptions<J>,
): Promise<RatingsParts<UserId<string, J>, ItemId<string, J>>> {
  const position = new Position(name);
  const sink = openSink(what, options, position);
  const yielder = createYielder();
  await readInto(what, sink, input, position, options, yielder);
  const parts = await runWithPauses(sink.assemble(), yielder, options.signal, `reading ${name}`);
  return parts as RatingsParts<Id, Id> as RatingsParts<UserId<string, J>, ItemId<string, J>>;
}

/** What takes the ratings of a text; `store` takes them in place of memory. */
export function openSink(
  what: string,
  { ids = "string", duplicates }: ReadRatingsOptions,
  position: Position,
  store?: RatingStore,
): RatingSink {
  return new RatingSink(what, { ids, ...(duplicates !== undefined && { duplicates }) }, position, store);
}

/** Reads opened bytes to their end. */
export async function readInto(
  what: string,
  sink: RatingSink,
  input: ByteInput,
  position: Position,
  options: ReadRatingsOptions,
  yielder: Yielder,
): Promise<void> {
  const { signal, onProgress } = options;
  const { name } = position;
  checkDialect(options);
  if (options.header !== undefined) checkOneOf("header", options.header, [true, false]);
  checkOptions(`${what}: columns`, options.columns ?? {}, ["user", "item", "value", "timestamp", "weight"]);
  const before = sink.count;
  const report = (): void => {
    const { taken, totalBytes } = input;
    const rows = sink.count - before;
    onProgress?.({ bytes: taken, rows, ...(totalBytes !== undefined && { totalBytes }) });
  };
  let reader: RatingsReader | undefined;
  for await (const block of lineBlocks(gunzipped(input.chunks, position), position)) {
    throwIfAborted(signal, `reading ${name}`);
    reader ??= new RatingsReader(block, options, sink, position);
    reader.read(block);
    if (!yielder.due()) continue;
    report();
    await yielder.pause();
  }
  if (reader === undefined) throw position.failure("is empty; expected one rating a line: user, item, value");
  reader.end();
  if (sink.count === before) throw position.failure("has no ratings, only a header or blank lines");
  report();
}
