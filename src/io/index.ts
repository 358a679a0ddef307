/**
 * Ratings and titles from text, and ratings as text, wherever it comes from.
 *
 * @module alternant/io
 */

export type { Column, RatingColumnOptions } from "./columns.js";
export { type CsvOptions, ratingsToCsv } from "./csv.js";
export type { DialectOptions } from "./dialect.js";
export type { ReadProgress, TextInput } from "./input.js";
export { parseRatings, type ReadRatingsOptions } from "./parse-ratings.js";
export { type PreviewOptions, previewRatings, type RatingsPreview } from "./preview-ratings.js";
export { parseTitles, type ReadTitlesOptions, type Title, type TitleColumnOptions } from "./titles.js";
