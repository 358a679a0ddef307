import { parseTitles, type ReadTitlesOptions, type Title } from "alternant/io";
import { Refusal } from "./refusal.js";

export type Titles = Map<string, Title>;
/** All bytes of a file. */
export type ReadBytes = (signal: AbortSignal) => Promise<ArrayBuffer>;

/** Where titles come from. */
export interface TitlesSource {
  readonly name: string;
  read(signal: AbortSignal): Promise<Titles>;
}

/** What MovieLens 100K says of a film without a genre. */
const NO_GENRE = "unknown";
/** Columns of `u.item` before its flags: id, title, two dates and an address. */
const BEFORE_FLAGS = 5;

/**
 * Titles as the archives of MovieLens have them: `movies.csv`; `movies.dat` with `::` between, without quoting; `u.item` with `|`
 * between and a flag for each genre, whose names are in `u.genre`.
 */
export function titlesOf(name: string, bytes: ReadBytes, genreNames: ReadBytes | undefined): TitlesSource {
  return {
    name,
    read: async (signal) => {
      const text = decoded(await bytes(signal));
      if (!/u\.item$/i.test(name)) return parseTitles(text, { name, signal, ...dialectOf(text) });
      return flagged(name, text, genreNames === undefined ? [] : genresOf(decoded(await genreNames(signal))));
    },
  };
}

/** With `::` between columns a quotation mark is a part of the title: `"Great Performances" Cats (1998)`. */
function dialectOf(text: string): ReadTitlesOptions {
  return /^[^\n]*?::/.test(text) ? { header: false, delimiter: "::", quotes: false } : {};
}

/** `u.genre`: a name and the number of its flag on each line. */
function genresOf(text: string): string[] {
  const names: string[] = [];
  for (const line of linesOf(text)) {
    const [name, at] = line.split("|");
    if (name !== undefined && at !== undefined && name !== NO_GENRE) names[Number(at)] = name;
  }
  return names;
}

/** `u.item`. */
function flagged(name: string, text: string, genres: readonly string[]): Titles {
  const titles: Titles = new Map();
  for (const [at, line] of linesOf(text).entries()) {
    const fields = line.split("|");
    const [id, title] = fields;
    if (id === undefined || title === undefined)
      throw new Refusal(
        "invalid-file",
        `${name}, line ${at + 1}: expected an id, a title, two dates, an address and a flag for each genre with “|” between, but got “${line.slice(0, 60)}”. Fetch it again, or open the ratings without it.`,
      );
    const flags = fields.slice(BEFORE_FLAGS);
    titles.set(id, { title, genres: genres.filter((_, genre) => flags[genre] === "1") });
  }
  return titles;
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== "");
}

/** Older archives of MovieLens have titles in Latin-1. */
function decoded(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
