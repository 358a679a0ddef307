import type { TextInput } from "alternant/io";
import { checkSize } from "./limits.js";
import { Refusal } from "./refusal.js";
import { type ReadBytes, type TitlesSource, titlesOf } from "./titles.js";
import { entriesOf, entryBytes } from "./zip.js";

/** Where ratings come from. */
export interface RatingsSource {
  readonly kind: "ratings";
  readonly name: string;
  readonly bytes: number;
  /** The input from its beginning, as often as it is asked for. */
  open(signal: AbortSignal): TextInput;
  readonly titles: TitlesSource | undefined;
}

export interface ModelSource {
  readonly kind: "model";
  readonly name: string;
  readonly file: File;
  readonly titles: TitlesSource | undefined;
}

const RATINGS_FILE = /(^|\/)(ratings?(\.(csv|tsv|dat|txt))(\.gz)?|u\.data)$/i;
const TITLES_FILE = /(^|\/)((movies|titles|items|books)\.(csv|tsv|dat)|u\.item)$/i;
/** The names of the genres that u.item has flags for. */
const GENRES_FILE = /(^|\/)u\.genre$/i;
const TEXT_FILE = /\.(csv|tsv|dat|data|txt)(\.gz)?$/i;
/** macOS puts a shadow of each file into archives. */
const SHADOW = /(^|\/)(__MACOSX\/|\._)/;

/** Beginnings of files that are no ratings, and what they are called. */
const STRANGERS: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0x89, 0x50, 0x4e, 0x47], "a PNG picture"],
  [[0xff, 0xd8, 0xff], "a JPEG picture"],
  [[0x47, 0x49, 0x46, 0x38], "a GIF picture"],
  [[0x25, 0x50, 0x44, 0x46], "a PDF document"],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], "an SQLite database"],
  [[0x37, 0x7a, 0xbc, 0xaf], "a 7z archive"],
];
/** Beginnings of files that may well hold ratings, which other programs can write as CSV. */
const CONVERTIBLE: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0xd0, 0xcf, 0x11, 0xe0], "a workbook of Excel"],
  [[0x50, 0x41, 0x52, 0x31], "a Parquet file"],
  [[0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], "an Arrow file"],
];
const ZIP = [0x50, 0x4b, 3, 4];
/** An archive that begins with its end. */
const EMPTY_ZIP = [0x50, 0x4b, 5, 6];
/** What .xlsx is as an archive. */
const WORKBOOK = "xl/workbook.xml";
/** Text that is JSON, a value on each line or one in all: no rating begins like that. */
const JSON_TEXT = /^\s*(\[\s*[[{]|\{\s*")/;
const HTML_TEXT = /^\s*<(!doctype|html)\b/i;
/** Columns that titles have and ratings don't. */
const TITLE_COLUMNS = /\b(title|genres?)\b/i;
/** As much of a file as tells what it is. */
const HEAD = 512;

/**
 * Finds out what was chosen: ratings, alone or in an archive, with titles beside them or not, or a model.
 *
 * @throws Refusal in words for whoever chose it
 */
export async function sourceOf(
  files: readonly File[],
  signal: AbortSignal,
): Promise<RatingsSource | ModelSource> {
  for (const file of files) checkSize(file);
  const titlesFile = files.length > 1 ? files.find(({ name }) => TITLES_FILE.test(name)) : undefined;
  const genresFile = titlesFile && files.find(({ name }) => GENRES_FILE.test(name));
  const [file, another] = files.filter((one) => one !== titlesFile && one !== genresFile);
  if (file === undefined) throw new Refusal("no-file", "No file came with that. Choose a file of ratings.");
  if (another !== undefined)
    throw new Refusal(
      "many-files",
      `Open one file of ratings at a time (a file movies.csv may come with it), not ${files.length}: ${files.map(({ name }) => name).join(", ")}.`,
    );
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  const titles =
    titlesFile &&
    titlesOf(titlesFile.name, () => titlesFile.arrayBuffer(), genresFile && (() => genresFile.arrayBuffer()));
  for (const [bytes, what] of STRANGERS)
    if (begins(head, bytes))
      throw new Refusal(
        "stranger",
        `${file.name} is ${what}. Ratings are text, one a line: user, item, value, as CSV, TSV or with “::” between, plain, in gzip or in a MovieLens zip.`,
      );
  for (const [bytes, what] of CONVERTIBLE) if (begins(head, bytes)) throw convertible(file, what);
  if (isModel(file, head)) return { kind: "model", name: file.name, file, titles };
  if (begins(head, EMPTY_ZIP))
    throw new Refusal("no-ratings", `${file.name} is an archive that holds nothing.`);
  if (begins(head, ZIP)) return fromArchive(file, signal);
  checkText(file, new TextDecoder().decode(head));
  return { kind: "ratings", name: file.name, bytes: file.size, open: () => file, titles };
}

/** @throws Refusal for text that is no table, or one of titles alone */
function checkText(file: File, head: string): void {
  if (JSON_TEXT.test(head)) throw convertible(file, "JSON");
  if (HTML_TEXT.test(head))
    throw new Refusal(
      "stranger",
      `${file.name} is a web page, perhaps one that says why there was nothing to fetch. Fetch the file of ratings itself.`,
    );
  const [first = ""] = head.split("\n");
  if (TITLES_FILE.test(file.name) && (TITLE_COLUMNS.test(first) || /u\.item$/i.test(file.name)))
    throw new Refusal(
      "titles-alone",
      `${file.name} holds titles, and no ratings. Open it together with the file of ratings, or with a model: choose or drop both at once.`,
    );
}

function convertible({ name }: File, what: string): Refusal {
  return new Refusal(
    "convertible",
    `${name} is ${what}, which this page does not read. Save it as CSV, with a user, an item and a value on each line, and open that.`,
  );
}

/** safetensors begins with the length of its header in 8 bytes, then JSON. */
function isModel({ name }: File, head: Uint8Array): boolean {
  return /\.safetensors$/i.test(name) || (head[8] === 0x7b && head[6] === 0 && head[7] === 0);
}

function begins(head: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, at) => head[at] === byte);
}

async function fromArchive(file: File, signal: AbortSignal): Promise<RatingsSource> {
  const entries = (await entriesOf(file, signal)).filter((name) => !SHADOW.test(name));
  if (entries.includes(WORKBOOK)) throw convertible(file, "a workbook of Excel");
  const texts = entries.filter(
    (name) => TEXT_FILE.test(name) && !TITLES_FILE.test(name) && !/readme/i.test(name),
  );
  const ratings =
    entries.find((name) => RATINGS_FILE.test(name)) ?? (texts.length === 1 ? texts[0] : undefined);
  if (ratings === undefined) {
    const held =
      entries.length === 0 ? "nothing" : `${entries.slice(0, 5).join(", ")}${entries.length > 5 ? " …" : ""}`;
    throw new Refusal(
      "no-ratings",
      `${file.name} holds no file of ratings: expected ratings.csv, ratings.dat or u.data, and it holds ${held}.`,
    );
  }
  const titles = entries.find((name) => TITLES_FILE.test(name));
  const genresEntry = entries.find((name) => GENRES_FILE.test(name));
  const genres = genresEntry === undefined ? undefined : wholeEntry(file, genresEntry);
  return {
    kind: "ratings",
    name: `${file.name} › ${baseName(ratings)}`,
    bytes: file.size,
    open: (open) => entryBytes(file, ratings, open),
    titles: titles === undefined ? undefined : titlesOf(baseName(titles), wholeEntry(file, titles), genres),
  };
}

/** All bytes of one file inside an archive. */
function wholeEntry(archive: Blob, entry: string): ReadBytes {
  return async (signal) => {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    for await (const chunk of entryBytes(archive, entry, signal)) chunks.push(new Uint8Array(chunk));
    return new Blob(chunks).arrayBuffer();
  };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
