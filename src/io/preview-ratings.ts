import { throwIfAborted } from "../errors.js";
import { checkInteger, checkOneOf, checkOptions } from "../options.js";
import { type RatingColumnOptions, ratingLayout } from "./columns.js";
import { decodeLines } from "./decode.js";
import { checkDialect, type DialectOptions, dialectOf } from "./dialect.js";
import { gunzipped } from "./gunzip.js";
import { openInput, type TextInput } from "./input.js";
import { lineBlocks } from "./line-blocks.js";
import { Position } from "./position.js";
import { RecordReader } from "./records.js";

/** What is to be looked at, and what is known about it. */
export interface PreviewOptions extends DialectOptions {
  /** As for `parseRatings`. */
  header?: boolean | undefined;
  /** As for `parseRatings`. */
  columns?: RatingColumnOptions | undefined;
  /** How many rows to show: 1–1,000. Default 5. */
  rows?: number | undefined;
  /** What messages call the input; a File's own name or "the input" unless given. */
  name?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** How a file of ratings will be read: what `parseRatings` guesses, in the form of its options. */
export interface RatingsPreview {
  /** What separates fields. */
  delimiter: string;
  /** Whether the first line names the columns. */
  header: boolean;
  /** Names from the header; undefined where there is none. */
  names: string[] | undefined;
  /** Where each kind of field stands, counted from 0; null for what is not read. */
  columns: {
    user: number;
    item: number;
    value: number | null;
    timestamp: number | null;
    weight: number | null;
  };
  /** The first rows, as they stand there; nothing in them is checked. */
  rows: string[][];
}

const OPTIONS = ["header", "columns", "rows", "name", "signal", "delimiter", "quotes"];
const DEFAULT_ROWS = 5;

/**
 * Looks at the beginning of a file of ratings and tells how `parseRatings` will read it, so that somebody can be asked before
 * it is read: `delimiter`, `header` and `columns` of the answer are options of `parseRatings`. The input is closed after some
 * kilobytes.
 *
 * @throws (rejects) AlternantError "invalid-file" for what holds no ratings, "aborted"; TypeError and RangeError for options
 */
export async function previewRatings(
  input: TextInput,
  options: PreviewOptions = {},
): Promise<RatingsPreview> {
  checkOptions("previewRatings", options, OPTIONS);
  checkDialect(options);
  if (options.header !== undefined) checkOneOf("header", options.header, [true, false]);
  const { columns = {}, signal, rows: wanted = DEFAULT_ROWS } = options;
  checkOptions("previewRatings: columns", columns, ["user", "item", "value", "timestamp", "weight"]);
  checkInteger("rows", wanted, 1, 1000);
  const own = typeof File === "function" && input instanceof File ? input.name : "the input";
  const position = new Position(options.name ?? own);
  const rows: string[][] = [];
  const take = (fields: string[]): void => {
    // One more than is shown, for the first may be a header.
    if (rows.length <= wanted) rows.push(fields);
  };
  let delimiter = "";
  let records: RecordReader | undefined;
  const opened = openInput(input, position.name, signal);
  for await (const block of lineBlocks(gunzipped(opened.chunks, position), position)) {
    throwIfAborted(signal, `reading ${position.name}`);
    const text = decodeLines(block, position);
    if (records === undefined) {
      const dialect = dialectOf(options, text, position);
      delimiter = dialect.delimiter;
      records = new RecordReader(dialect, position);
    }
    records.read(text, false, take);
    if (rows.length > wanted) break;
  }
  if (records === undefined)
    throw position.failure("is empty; expected one rating a line: user, item, value");
  if (rows.length <= wanted) records.read("", true, take);
  const first = rows[0];
  if (first === undefined) throw position.failure("has no ratings, only blank lines");
  position.line = 1;
  const layout = ratingLayout(columns, options.header, first, rows[1], position);
  const read = (column: number): number | null => (column < 0 ? null : column);
  return {
    delimiter,
    header: layout.header,
    names: layout.header ? first.map((name) => name.trim()) : undefined,
    columns: {
      user: layout.user,
      item: layout.item,
      value: read(layout.value),
      timestamp: read(layout.timestamp),
      weight: read(layout.weight),
    },
    rows: rows.slice(layout.header ? 1 : 0).slice(0, wanted),
  };
}
