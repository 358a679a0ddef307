import { READ_OPTIONS, type ReadRatingsOptions, readPartsFrom } from "../io/parse-ratings.js";
import { type ReadTitlesOptions, readTitlesFrom, TITLE_OPTIONS, type Title } from "../io/titles.js";
import { checkOptions } from "../options.js";
import type { RatingsParts } from "../ratings/finish.js";
import { type IdsOption, Ratings } from "../ratings/index.js";
import type { ItemId, UserId } from "../ratings/rating.js";
import { type FileName, nameOf, openFile } from "./open-file.js";

/**
 * Ratings from a file as `parseRatings` reads them; the file is never in memory as a whole.
 *
 * @param file a path, a `file:` URL, or "-" for standard input
 * @throws (rejects) as `parseRatings`, and AlternantError "invalid-file" for a file that cannot be read
 */
export async function readRatings<const J extends IdsOption = "string">(
  file: FileName,
  options: ReadRatingsOptions<J> = {},
): Promise<Ratings<UserId<string, J>, ItemId<string, J>>> {
  return new Ratings(await readParts<J>(file, options));
}

/** The same, before a Ratings makes it immutable: what is not shared yet can be split in its own memory. */
export async function readParts<J extends IdsOption>(
  file: FileName,
  options: ReadRatingsOptions<J>,
): Promise<RatingsParts<UserId<string, J>, ItemId<string, J>>> {
  checkOptions("readRatings", options, READ_OPTIONS);
  const input = openFile(file, options.signal);
  return readPartsFrom("readRatings", input, options.name ?? nameOf(file), options);
}

/**
 * Titles of items from a file as `parseTitles` reads them, by id.
 *
 * @param file a path, a `file:` URL, or "-" for standard input
 * @throws (rejects) as `parseTitles`, and AlternantError "invalid-file" for a file that cannot be read
 */
export async function readTitles(
  file: FileName,
  options: ReadTitlesOptions = {},
): Promise<Map<string, Title>> {
  checkOptions("readTitles", options, TITLE_OPTIONS);
  const input = openFile(file, options.signal);
  return readTitlesFrom("readTitles", input, options.name ?? nameOf(file), options);
}
