import Papa from "papaparse";
import { checkOneOf, checkOptions } from "../options.js";
import type { Id, Ratings } from "../ratings/index.js";

/** How ratings are written. */
export interface CsvOptions {
  /** What stands between two fields; a comma unless given. */
  delimiter?: "," | ";" | "\t";
}

/** A number so that it is read back to the bit; JavaScript itself writes −0 without its sign. */
function written(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** An id as a field of CSV, quoted where it must be. */
export function csvField(id: Id, delimiter: string = ","): string {
  return Papa.unparse([[id]], { delimiter });
}

/** Characters of text that are handed out at a time. */
const CHUNK_CHARACTERS = 1 << 16;

/**
 * Ratings as CSV text, chunk by chunk: a header with `user`, `item`, `value` and, where the ratings have them,
 * `weight` and `timestamp`, then one rating a line in the order of iteration. Ids are quoted where they must be;
 * `parseRatings` reads back the same ratings.
 */
export function* ratingsToCsv(ratings: Ratings, options: CsvOptions = {}): Generator<string, void, void> {
  checkOptions("ratingsToCsv", options, ["delimiter"]);
  const delimiter = checkOneOf("ratingsToCsv: delimiter", options.delimiter ?? ",", [",", ";", "\t"]);
  const quoted = (id: Id): string => csvField(id, delimiter);
  const { byUser, timestamps } = ratings;
  const { starts, columns, values, weights } = byUser;
  const items = Array.from(ratings.items, quoted);
  let text = [
    "user",
    "item",
    "value",
    ...(weights ? ["weight"] : []),
    ...(timestamps ? ["timestamp"] : []),
  ].join(delimiter);
  text += "\n";
  for (let row = 0; row < byUser.rowCount; row++) {
    const user = quoted(ratings.users.id(row));
    for (let p = starts[row]!; p < starts[row + 1]!; p++) {
      text += user + delimiter + items[columns[p]!]! + delimiter + written(values[p]!);
      if (weights !== undefined) text += delimiter + weights[p]!;
      if (timestamps !== undefined) text += delimiter + timestamps[p]!;
      text += "\n";
      if (text.length < CHUNK_CHARACTERS) continue;
      yield text;
      text = "";
    }
  }
  if (text !== "") yield text;
}
