import { AlternantError } from "../../errors.js";
import { type RecordFormat, recordBytes } from "./records.js";

/** The most memory that anything is sorted in: half of it is two arrays, and a system reads 2 GiB at once at most. */
export const MOST_MEMORY: number = 2 ** 33;
/** Records whose words are numbered by 31 bits, of the longest that there are. */
const MOST_RECORDS = 2 ** 27;
const MEBIBYTE = 2 ** 20;

/** The rows of one orientation, and what is sorted of them. */
export interface Rows {
  readonly format: RecordFormat;
  /** Ratings of each row. */
  readonly counts: Float64Array;
  /** What a row is called in errors. */
  readonly nameOf: (row: number) => string;
}

/** Records that are sorted at once in so much memory: a quarter of it holds them. */
export function mostRecords(memory: number, format: RecordFormat): number {
  return Math.min(Math.floor(memory / (4 * recordBytes(format))), MOST_RECORDS);
}

/** The row that takes the most memory of all, whichever orientation has it, and how much. */
interface Longest {
  readonly rows: Rows;
  readonly row: number;
  readonly bytes: number;
}

/** Whether memory holds the longest row. */
export function holds(memory: number, rows: Rows): boolean {
  return longestOf(rows).bytes <= memory;
}

/** @throws AlternantError "too-large" where a row is longer than memory holds, saying what would hold all rows of all orientations */
export function checkRows(memory: number, orientations: readonly Rows[]): void {
  const { rows, row, bytes } = orientations
    .map(longestOf)
    .reduce((one, other) => (other.bytes > one.bytes ? other : one));
  if (bytes <= memory) return;
  const told = `${rows.nameOf(row)} has ${rows.counts[row]!} ratings`;
  throw new AlternantError(
    "too-large",
    bytes === Infinity
      ? `${told}, and no memory sorts more than ${mostRecords(MOST_MEMORY, rows.format)} of a row; leave some out`
      : `${told}, and memory of ${Math.floor(memory / MEBIBYTE)} MiB sorts ${mostRecords(memory, rows.format)} at a time. What it takes is at least ${Math.ceil(bytes / MEBIBYTE)} MiB.`,
  );
}

function longestOf(rows: Rows): Longest {
  const { counts, format } = rows;
  let row = 0;
  for (let r = 1; r < counts.length; r++) if (counts[r]! > counts[row]!) row = r;
  const count = counts[row]!;
  const bytes = 4 * recordBytes(format) * count;
  return { rows, row, bytes: count > mostRecords(MOST_MEMORY, format) ? Infinity : bytes };
}
