import { throwIfAborted } from "../errors.js";
import { checkOptions } from "../options.js";
import { type Column, columnIndex, columnNamed, looksLikeHeader } from "./columns.js";
import { decodeLines } from "./decode.js";
import { checkDialect, type DialectOptions, dialectOf } from "./dialect.js";
import { gunzipped } from "./gunzip.js";
import { type ByteInput, openInput, type TextInput } from "./input.js";
import { lineBlocks } from "./line-blocks.js";
import { Position } from "./position.js";
import { RecordReader } from "./records.js";

/** What a file of titles says of an item. */
export interface Title {
  title: string;
  /** Where the file has such a column: its words, separated there by `|`. */
  genres?: readonly string[];
}

/** Which column of a file of titles holds what, by name or by number from 0. */
export interface TitleColumnOptions {
  /** Guessed from names such as `movieId`, `item_id`, `id`; otherwise the first column. */
  id?: Column;
  /** Guessed from the names `title` and `name`; otherwise the second column. */
  title?: Column;
  /** Guessed from the names `genres`, `genre`, `category`; otherwise the third column. null: not read. */
  genres?: Column | null;
}

/** How a file of titles is read. */
export interface ReadTitlesOptions extends DialectOptions {
  /** Whether the first line names the columns; guessed as for ratings unless given. */
  header?: boolean;
  columns?: TitleColumnOptions;
  /** What messages call the input; "the input" unless given. */
  name?: string;
  signal?: AbortSignal;
}

export const TITLE_OPTIONS: readonly string[] = [
  "header",
  "columns",
  "name",
  "signal",
  "delimiter",
  "quotes",
];

const NAMES = {
  id: [
    "itemid",
    "movieid",
    "productid",
    "asin",
    "isbn",
    "bookid",
    "songid",
    "trackid",
    "artistid",
    "filmid",
    "id",
    "item",
  ],
  title: ["title", "name", "itemname", "movietitle", "booktitle"],
  genres: ["genres", "genre", "categories", "category", "tags"],
} as const;
type Role = keyof typeof NAMES;
const ROLES = ["id", "title", "genres"] as const;

/**
 * Titles of items from text as `movies.csv` of MovieLens has it: an id, a title and perhaps genres on each line.
 * Ids are strings, as they stand there; where an id comes twice, the later line holds.
 *
 * @throws (rejects) AlternantError "invalid-file" naming the line, "aborted"; TypeError and RangeError for options
 */
export async function parseTitles(
  input: TextInput,
  options: ReadTitlesOptions = {},
): Promise<Map<string, Title>> {
  checkOptions("parseTitles", options, TITLE_OPTIONS);
  const name = options.name ?? "the input";
  return readTitlesFrom("parseTitles", openInput(input, name, options.signal), name, options);
}

/** Reads opened bytes; `what` is the public function that does. */
export async function readTitlesFrom(
  what: string,
  input: ByteInput,
  name: string,
  options: ReadTitlesOptions,
): Promise<Map<string, Title>> {
  checkDialect(options);
  checkOptions(`${what}: columns`, options.columns ?? {}, ROLES);
  const position = new Position(name);
  const titles = new Map<string, Title>();
  let records: RecordReader | undefined;
  let layout: Record<Role, number> | undefined;
  let fieldCount = 0;
  let firstLine = 1;
  const take = (fields: string[]): void => {
    if (layout === undefined) {
      const { header, roles } = titleLayout(fields, options, position);
      layout = roles;
      fieldCount = fields.length;
      firstLine = position.line;
      if (header) return;
    }
    if (fields.length !== fieldCount) throw position.ragged(fields.length, fieldCount, firstLine);
    const title: Title = { title: fields[layout.title]! };
    if (layout.genres >= 0) title.genres = fields[layout.genres]!.split("|").filter((genre) => genre !== "");
    titles.set(fields[layout.id]!, title);
  };
  for await (const block of lineBlocks(gunzipped(input.chunks, position), position)) {
    throwIfAborted(options.signal, `reading ${name}`);
    const text = decodeLines(block, position);
    records ??= new RecordReader(dialectOf(options, text, position), position);
    records.read(text, false, take);
  }
  if (records === undefined) throw position.failure("is empty; expected one item a line: id, title, genres");
  records.read("", true, take);
  if (titles.size === 0) throw position.failure("has no titles, only a header or blank lines");
  return titles;
}

function titleLayout(
  first: readonly string[],
  options: ReadTitlesOptions,
  position: Position,
): { header: boolean; roles: Record<Role, number> } {
  const columns = options.columns ?? {};
  const names = first.map((name) => name.trim());
  const header = options.header ?? looksLikeHeader(names, Object.values(columns), Object.values(NAMES));
  const roles: Record<Role, number> = { id: -1, title: -1, genres: -1 };
  const taken = (index: number): boolean => ROLES.some((role) => roles[role] === index);
  for (const role of ROLES) {
    const asked = columns[role];
    if (asked !== undefined && asked !== null)
      roles[role] = columnIndex(`columns.${role}`, asked, names, header, position);
  }
  for (const role of ROLES) {
    if (columns[role] !== undefined) continue;
    if (header) roles[role] = columnNamed(names, NAMES[role], taken);
    if (roles[role] < 0) roles[role] = names.findIndex((_, index) => !taken(index));
  }
  if (roles.title < 0) throw position.error("expected at least two columns, an id and a title, but got one");
  return { header, roles };
}
