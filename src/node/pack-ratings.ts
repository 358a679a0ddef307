import { checkSignal } from "../abort.js";
import { throwIfAborted } from "../errors.js";
import { openSink, READ_OPTIONS, type ReadRatingsOptions, readInto } from "../io/parse-ratings.js";
import { Position } from "../io/position.js";
import { checkCallback, checkInteger, checkOneOf, checkOptions } from "../options.js";
import { checkDuplicates, RatingsBuilder } from "../ratings/builder.js";
import { checkSource, type RatingsSource } from "../ratings/index.js";
import { createYielder } from "../yield.js";
import { type FileName, nameOf, openFile } from "./open-file.js";
import { checkKinds, checkRule, readingOnto } from "./packed/appending.js";
import { feed } from "./packed/feed.js";
import { openRatings } from "./packed/open.js";
import { checkOut, DEFAULT_MEMORY, LEAST_MEMORY, type PackedFacts, packInto } from "./packed/pack-into.js";
import { refuseSameFile } from "./same-file.js";

/** How far packing has come. */
export interface PackProgress {
  /** Ratings are read, then sorted and written. */
  readonly stage: "reading" | "sorting";
  /** The share of the stage that is done, 0–1; NaN where nobody knows, as of standard input. */
  readonly share: number;
  /** Ratings read so far. */
  readonly rows: number;
}

/** How a file of ratings is packed. */
export interface PackOptions extends Omit<ReadRatingsOptions, "onProgress"> {
  /**
   * Bytes that sorting may take beside ids and what the process has anyway: 16 MiB at least, 512 MiB by default; more than 8 GiB
   * is not used.
   */
  memory?: number | undefined;
  /** Whether to add to the ratings that the packed file has: their ids keep their places, and new ones follow. */
  append?: boolean | undefined;
  /** Called some hundred times a second at most. */
  onProgress?: ((progress: PackProgress) => void) | undefined;
}

const WHAT = "packRatings";

/**
 * Packs ratings into a file that {@link openRatings} opens: both orientations, sorted on disk in bounded memory, so that neither
 * they nor a fit need fit into it. Ids get the places that {@link readRatings} gives them, and models have the same bits. The
 * folder of `out` must have room for temporary files too: 28 bytes a rating, more with weights and timestamps. A bucket is
 * sorted at once, which holds the event loop for tenths of a second: a server packs in a process of its own.
 *
 * @param input a path, a `file:` URL or "-" for text as `readRatings` takes it, or ratings: in memory, or packed already. Of the
 *   options that say how text is read, `columns: { timestamp: null }` alone is for these too: it leaves timestamps out
 * @param out a path or a `file:` URL; replaced at once when all has been written. Of packed ratings it may be their own file
 * @returns what has been written
 * @throws (rejects) as `readRatings`; RangeError where `out` is the text itself; AlternantError "too-large" for a row that `memory` cannot hold, saying how much would,
 *   "output-failed" naming the file and the reason, a full disk among them; what `onProgress` throws: the old file is whole then and nothing else is left
 */
export async function packRatings(
  input: FileName | RatingsSource,
  out: FileName,
  options: PackOptions = {},
): Promise<PackedFacts> {
  checkOptions(WHAT, options, [...READ_OPTIONS, "memory", "append"]);
  checkOut(WHAT, out);
  const { memory = DEFAULT_MEMORY, append = false, signal, onProgress } = options;
  checkInteger("memory", memory, LEAST_MEMORY);
  checkOneOf("append", append, [true, false]);
  const duplicates = checkDuplicates(WHAT, options.duplicates);
  checkSignal(signal);
  checkCallback("onProgress", onProgress);
  throwIfAborted(signal, WHAT);
  const told = { rows: 0 };
  const tell = (stage: PackProgress["stage"], share: number): void => onProgress?.({ stage, share, ...told });
  const packing = {
    what: WHAT,
    memory,
    duplicates,
    signal,
    onSorting: (share: number) => tell("sorting", share),
  };
  const yielder = createYielder();
  /** What looks after a source that is being read. */
  const reading =
    (count: number) =>
    async (done: number): Promise<void> => {
      if (!yielder.due()) return;
      tell("reading", done / count);
      await yielder.pause();
      throwIfAborted(signal, WHAT);
    };
  const isText = typeof input === "string" || input instanceof URL;
  if (!isText) {
    checkSource(WHAT, input);
    refuseTextOptions(options);
  } else await refuseSameFile(input, out);
  const base = append ? await openRatings(out) : undefined;
  try {
    if (base !== undefined) {
      checkRule(WHAT, base, duplicates);
      if (!isText) checkKinds(base, input);
    }
    const onto = base !== undefined && isText ? readingOnto(WHAT, base, options) : {};
    return await packInto(out, packing, async (spool) => {
      if (!isText) {
        const builder = new RatingsBuilder(WHAT, { duplicates }, undefined, spool);
        if (base !== undefined) await feed(base, builder, reading(base.count));
        const timed = options.columns?.timestamp !== null && base?.hasTimestamps !== false;
        await feed(input, builder, reading(input.count), timed);
        return builder.vocabularies();
      }
      const position = new Position(options.name ?? nameOf(input));
      const { memory: _, append: __, onProgress: ___, ...given } = options;
      const text: ReadRatingsOptions = {
        ...given,
        ...onto,
        onProgress: ({ bytes, totalBytes, rows }) => {
          told.rows = rows;
          tell("reading", totalBytes === undefined ? Number.NaN : bytes / totalBytes);
        },
      };
      const sink = openSink(WHAT, text, position, spool);
      if (base !== undefined) {
        sink.know(base.users, base.items);
        await feed(base, sink.builder, reading(base.count));
      }
      await readInto(WHAT, sink, openFile(input, signal), position, text, yielder);
      return sink.builder.vocabularies();
    });
  } finally {
    await base?.close();
  }
}

/** @throws RangeError naming an option that says how text is read */
function refuseTextOptions({ header, delimiter, quotes, ids, columns = {} }: PackOptions): void {
  const { timestamp, ...others } = columns;
  const ofColumns = Object.entries({ ...others, timestamp: timestamp ?? undefined });
  for (const [option, value] of [
    ...Object.entries({ header, delimiter, quotes, ids }),
    ...ofColumns.map(([name, column]) => [`columns.${name}`, column] as const),
  ])
    if (value !== undefined)
      throw new RangeError(
        `${WHAT}: ${option} says how text is read, and these are ratings already: leave it out`,
      );
}
