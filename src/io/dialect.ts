import Papa from "papaparse";
import { describe } from "../errors.js";
import { checkOneOf } from "../options.js";
import type { Position } from "./position.js";
import type { Dialect } from "./records.js";

/** How the text is cut into fields, where guesses are not to be trusted. */
export interface DialectOptions {
  /**
   * What separates the fields of a line. Guessed from the first ten lines unless given: of comma, tab, `::`,
   * semicolon and `|` the one that cuts them most evenly, and of equals the one that makes most fields; a space only
   * where none of these fits.
   */
  delimiter?: string;
  /**
   * Whether `"a, b"` is one field (the default). With false, a quotation mark is a character like any other, as in
   * dumps of free text that were never quoted.
   */
  quotes?: boolean;
}

/** Checks the options and fills in the delimiter by a look at the beginning of the text. */
export function dialectOf(options: DialectOptions, head: string, position: Position): Dialect {
  // Blank lines tell nothing, and papaparse counts them among the ten it looks at.
  const text = head.trimStart();
  const { quotes = true, delimiter = text === "" ? "," : guessDelimiter(text, quotes) } = options;
  if (delimiter === undefined)
    throw position.error(
      `found none of the delimiters comma, tab, "::", ";", "|" and space in the first lines; at least two columns are expected: name what stands between them by the option delimiter`,
    );
  return { delimiter, quotes };
}

/** Refuses values that no delimiter can have. */
export function checkDialect(options: DialectOptions): void {
  const { delimiter, quotes } = options;
  if (quotes !== undefined) checkOneOf("quotes", quotes, [true, false]);
  if (delimiter === undefined) return;
  if (typeof delimiter !== "string")
    throw new TypeError(`delimiter must be a string such as "," or "::", not ${describe(delimiter)}`);
  if (delimiter === "" || /["\r\n\0\ufeff]/.test(delimiter))
    throw new RangeError(
      `delimiter must be one or more characters, none of them a quotation mark or a line end, not ${describe(delimiter)}`,
    );
}

function guessDelimiter(head: string, quotes: boolean): string | undefined {
  const usual = [",", "\t", "::", ";", "|"];
  const firstLine = /^.*/.exec(head)![0];
  // A space stands inside titles and dates too, so it counts only where nothing else does. The first line alone decides
  // where ragged ones after it make every guess unlikely: they are to be told as such.
  for (const [text, delimitersToGuess] of [
    [head, usual],
    [head, [" "]],
    [firstLine, usual],
    [firstLine, [" "]],
  ] as const) {
    const { meta, errors } = Papa.parse(text, {
      newline: "\n",
      preview: 10,
      skipEmptyLines: true,
      delimitersToGuess: [...delimitersToGuess],
      quoteChar: quotes ? '"' : "\0",
    });
    if (!errors.some(({ code }) => code === "UndetectableDelimiter")) return meta.delimiter;
  }
  return undefined;
}
