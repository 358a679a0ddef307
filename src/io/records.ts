import Papa from "papaparse";
import { lineTooLong, MAX_LINE_BYTES } from "./line-blocks.js";
import type { Position } from "./position.js";

/** How the text is cut into fields. */
export interface Dialect {
  /** What stands between two fields, one or more characters. */
  delimiter: string;
  /** Whether a quotation mark at the start of a field opens a quoted one. */
  quotes: boolean;
}

interface ParsedRows {
  data: string[][];
  errors: { code: string; row: number }[];
  meta: { cursor: number };
}

/** A quotation mark that no text from a file can hold: without quoting no character is special. */
const NO_QUOTE = "\0";

/**
 * Cuts text that comes in blocks of whole lines into records, by papaparse. A block may end inside a quoted field;
 * what began there is held back until the rest comes.
 */
export class RecordReader {
  readonly #dialect: Dialect;
  readonly #position: Position;
  #held = "";

  constructor(dialect: Dialect, position: Position) {
    this.#dialect = dialect;
    this.#position = position;
  }

  /** Whether a record has begun whose end has not come yet. */
  get unfinished(): boolean {
    return this.#held !== "";
  }

  /**
   * Calls `onRecord` with the fields of each record that is whole by now, and `position.line` at its first line;
   * moves the line on. Blank lines are no records.
   *
   * @param last no more text will come
   */
  read(text: string, last: boolean, onRecord: (fields: string[]) => void): void {
    const whole = this.#held + text;
    let recordStart = 0;
    const step = ({ data, errors, meta }: ParsedRows): void => {
      const fields = data[0]!;
      if (errors.length > 0) throw this.#quoteError(errors[0]!.code);
      const record = whole.slice(recordStart, meta.cursor);
      recordStart = meta.cursor;
      dropLineEnd(fields, record, this.#dialect.delimiter);
      if (fields.length > 1 || fields[0] !== "") onRecord(fields);
      this.#position.line += lineCount(record);
    };
    const { errors } = this.#parse(whole, !last, step);
    if (errors.length > 0) throw this.#quoteError(errors[0]!.code);
    this.#held = last ? "" : whole.slice(recordStart);
    if (this.#held.length > MAX_LINE_BYTES) throw lineTooLong(this.#position);
  }

  #parse(text: string, keepLast: boolean, step: (rows: ParsedRows) => void): ParsedRows {
    const parser = new Papa.Parser({
      delimiter: this.#dialect.delimiter,
      // A carriage return before it is taken off here, so that both kinds of line ends may stand in one file.
      newline: "\n",
      quoteChar: this.#dialect.quotes ? '"' : NO_QUOTE,
      step: step as unknown as (results: Papa.ParseStepResult<unknown>) => void,
    });
    return parser.parse(text, 0, keepLast) as ParsedRows;
  }

  #quoteError(code: string): Error {
    const remedy = "or pass quotes: false if quotation marks mean nothing in this file";
    return this.#position.error(
      code === "MissingQuotes"
        ? `a quoted field has no closing quotation mark; close it, ${remedy}`
        : `a quoted field is followed by other text; write a quotation mark inside quotes twice (""), ${remedy}`,
    );
  }
}

/**
 * Takes the carriage return of the line's end off an unquoted last field, and leaves one that stands inside quotes:
 * only an unquoted field is, to its last character, the end of the record as written.
 */
function dropLineEnd(fields: string[], record: string, delimiter: string): void {
  const last = fields[fields.length - 1]!;
  if (!last.endsWith("\r")) return;
  const line = record.endsWith("\n") ? record.slice(0, -1) : record;
  const before = line.slice(0, line.length - last.length);
  const unquoted =
    line.endsWith(last) && !last.startsWith('"') && (before === "" || before.endsWith(delimiter));
  if (unquoted) fields[fields.length - 1] = last.slice(0, -1);
}

function lineCount(record: string): number {
  let count = 0;
  for (let at = record.indexOf("\n"); at >= 0; at = record.indexOf("\n", at + 1)) count++;
  return count;
}
