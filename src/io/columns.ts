import { describe } from "../errors.js";
import { checkInteger, checkOneOf } from "../options.js";
import { parseDecimal } from "./decimal.js";
import type { Position } from "./position.js";

/** A column by its name in the header or by its number, counted from 0. */
export type Column = string | number;

/** Which column holds what. */
export interface RatingColumnOptions {
  /** Guessed from names such as `userId`, `user_id`, `customer`, `reviewer`; otherwise the first column. */
  user?: Column;
  /** Guessed from names such as `movieId`, `item_id`, `product`, `isbn`, `title`; otherwise the second column. */
  item?: Column;
  /**
   * Guessed from names such as `rating`, `score`, `stars`, `plays`, `count`; otherwise the third column, and 1 on
   * every row where there are only two. null: no column is read, every value is 1.
   */
  value?: Column | null;
  /**
   * Guessed from the names `timestamp`, `time`, `ts`, `unixtime` and, without a header, from the fourth column;
   * either way only where the first row has a number there. null: not read.
   */
  timestamp?: Column | null;
  /** Guessed from the names `weight` and `confidence`. null: not read. */
  weight?: Column | null;
}

/** The columns of a file of ratings: positions counted from 0, −1 for what is not there. */
export interface RatingLayout {
  fieldCount: number;
  /** Whether the first record is a header. */
  header: boolean;
  user: number;
  item: number;
  value: number;
  timestamp: number;
  weight: number;
}

type Role = keyof RatingColumnOptions;

const ROLES: readonly Role[] = ["user", "item", "value", "timestamp", "weight"];

/** Column names without case and punctuation, the surest first. */
const NAMES: Record<Role, readonly string[]> = {
  user: "userid user uid username customerid customer reviewerid reviewer memberid member accountid account visitorid visitor personid person reader readerid listener listenerid".split(
    " ",
  ),
  item: "itemid item iid movieid movie productid product asin isbn bookid book songid song trackid track artistid artist articleid article gameid game animeid filmid film title name".split(
    " ",
  ),
  value:
    "rating ratings score value stars star preference bookrating overall grade plays playcount count quantity interaction interactions".split(
      " ",
    ),
  timestamp: ["timestamp", "time", "ts", "unixtime", "unixreviewtime"],
  weight: ["weight", "confidence"],
};

/**
 * Decides by the first two records which columns to read and whether the first one is a header: what the options say
 * comes first, then names, then positions.
 *
 * @throws RangeError for a column that is not there, AlternantError "invalid-file" when too few columns are there
 */
export function ratingLayout(
  columns: RatingColumnOptions,
  header: boolean | undefined,
  first: readonly string[],
  second: readonly string[] | undefined,
  position: Position,
): RatingLayout {
  const names = first.map((name) => name.trim());
  const hasHeader = header ?? looksLikeHeader(names, Object.values(columns), Object.values(NAMES));
  const layout = {
    fieldCount: first.length,
    header: hasHeader,
    user: -1,
    item: -1,
    value: -1,
    timestamp: -1,
    weight: -1,
  };
  for (const role of ROLES) {
    const asked = columns[role];
    if (asked !== undefined && asked !== null)
      layout[role] = columnIndex(`columns.${role}`, asked, names, hasHeader, position);
  }
  const open = ROLES.filter((role) => columns[role] === undefined);
  const taken = (index: number): boolean => ROLES.some((role) => layout[role] === index);
  if (hasHeader) for (const role of open) layout[role] = columnNamed(names, NAMES[role], taken);
  const unread = ROLES.filter((role) => hasHeader && columns[role] === null).map((role) =>
    columnNamed(names, NAMES[role], taken),
  );
  // By position: what no name has claimed, not even for a role that is not to be read, from left to right.
  const free = names.map((_, index) => index).filter((index) => !taken(index) && !unread.includes(index));
  for (const role of ["user", "item", "value"] as const)
    if (open.includes(role) && layout[role] < 0) layout[role] = free.shift() ?? -1;
  if (!hasHeader && open.includes("timestamp") && first.length > 3 && !taken(3)) layout.timestamp = 3;
  const sample = hasHeader ? second : first;
  if (open.includes("timestamp") && Number.isNaN(parseDecimal(sample?.[layout.timestamp] ?? "")))
    layout.timestamp = -1;
  if (layout.user < 0 || layout.item < 0)
    throw position.error(
      `expected at least two columns, a user and an item, but got ${first.length === 1 ? `one, ${describe(first[0])}` : names.map(describe).join(", ")}; say by \`columns\` which is which, or name the right delimiter`,
    );
  return layout;
}

/**
 * The position of a column that an option names.
 *
 * @throws TypeError when it is neither a name nor a number, RangeError when there is no such column
 */
export function columnIndex(
  option: string,
  column: Column,
  names: readonly string[],
  hasHeader: boolean,
  position: Position,
): number {
  const what = `${option} of ${position.name}`;
  if (typeof column === "number") return checkInteger(what, column, 0, names.length - 1);
  if (typeof column !== "string")
    throw new TypeError(`${what} must be a column's name or its number from 0, not ${describe(column)}`);
  if (!hasHeader)
    throw new RangeError(
      `${what} is the name ${describe(column)}, but there is no header; give the column's number from 0`,
    );
  const exact = names.indexOf(column);
  if (exact >= 0) return exact;
  const insensitive = names.map((name) => name.toLowerCase()).indexOf(column.toLowerCase());
  return insensitive >= 0 ? insensitive : names.indexOf(checkOneOf(what, column, names));
}

/**
 * Whether a first record is a header: it holds no number, and somebody asks for columns by name, or it has names that
 * are known for at least two roles (one could be an id).
 *
 * @param known the names of each role, plain
 */
export function looksLikeHeader(
  names: readonly string[],
  asked: readonly (Column | null)[],
  known: readonly (readonly string[])[],
): boolean {
  if (names.some((name) => !Number.isNaN(parseDecimal(name)))) return false;
  if (asked.some((column) => typeof column === "string")) return true;
  const plain = names.map(plainName);
  return known.filter((role) => role.some((name) => plain.includes(name))).length >= 2;
}

/** The first column that has one of the names, the surest name first; −1 when none has. */
export function columnNamed(
  names: readonly string[],
  known: readonly string[],
  taken: (index: number) => boolean,
): number {
  const plain = names.map(plainName);
  for (const name of known) {
    const index = plain.indexOf(name);
    if (index >= 0 && !taken(index)) return index;
  }
  return -1;
}

/** "User-ID", "user_id" and "userId" are one name. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}
