import { type Command, InvalidArgumentError, Option } from "commander";
import type { Column, RatingColumnOptions, ReadRatingsOptions } from "../io/index.js";
import { readRatings } from "../node/index.js";
import { readParts } from "../node/read.js";
import { type Id, type IdsOption, Ratings, type SplitOptions } from "../ratings/index.js";
import { runWithPauses } from "../ratings/slices.js";
import { splitParts } from "../ratings/split.js";
import { createYielder } from "../yield.js";
import { asUsage, type Context } from "./context.js";
import { loadPacked, openPacked } from "./packed.js";
import { startProgress } from "./progress.js";

/** A number as an option's value. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value)) throw new InvalidArgumentError("It must be a number.");
  return value;
}

/** What commands that read ratings take. */
export interface ReadingFlags {
  readonly delimiter?: string;
  readonly header?: boolean;
  readonly userColumn?: string;
  readonly itemColumn?: string;
  readonly valueColumn?: string;
  /** The column of timestamps, for commands that read them; guessed where it is not given. */
  readonly timestampColumn?: string;
  /** Whether to read timestamps: they take 8 bytes a rating, 24 while they are sorted. */
  readonly timestamps?: boolean;
  readonly duplicates: "error" | "last" | "mean" | "sum";
}

/** Adds the flags of {@link ReadingFlags}, but those about timestamps. */
export function withReadingFlags(command: Command): Command {
  return command
    .option("--delimiter <text>", "what separates fields (guessed: comma, tab, ::, semicolon, |, space)")
    .option("--header", "the first line names the columns (guessed)")
    .option("--no-header", "the first line is a rating")
    .option("--user-column <name|number>", "column of users, by name or from 0 (guessed)")
    .option("--item-column <name|number>", "column of items (guessed)")
    .option("--value-column <name|number>", "column of ratings (guessed; 1 everywhere where there is none)")
    .addOption(
      new Option("--duplicates <how>", "what to do with a pair that is rated more than once")
        .choices(["error", "last", "mean", "sum"])
        .default("error"),
    );
}

/** Reads ratings into memory as the flags say, with a progress bar; `ids` is the kind of ids on both sides or on each. */
export async function readFlagged(
  file: string,
  flags: ReadingFlags,
  ids: IdsOption,
  context: Context,
): Promise<Ratings<Id, Id>> {
  const packed = await openPacked(file, flags);
  if (packed !== undefined) return loadPacked(packed, ids, context);
  return reading(
    flags,
    ids,
    context,
    (options) => readRatings<IdsOption>(file, options) as Promise<Ratings<Id, Id>>,
  );
}

/** The same, split in the memory of the whole. */
export async function readHalvesFlagged(
  file: string,
  flags: ReadingFlags,
  ids: IdsOption,
  split: SplitOptions,
  context: Context,
): Promise<[train: Ratings<Id, Id>, test: Ratings<Id, Id>]> {
  const packed = await openPacked(file, flags);
  if (packed !== undefined) return (await loadPacked(packed, ids, context)).split(split);
  const parts = await reading(flags, ids, context, (options) => readParts(file, options));
  const halves = splitParts<Id, Id>(parts, split, true);
  const [train, test] = await runWithPauses(halves, createYielder(), context.signal, "splitting the ratings");
  return [new Ratings(train), new Ratings(test)];
}

async function reading<T>(
  flags: ReadingFlags,
  ids: IdsOption,
  context: Context,
  read: (options: ReadRatingsOptions<IdsOption>) => Promise<T>,
): Promise<T> {
  const progress = startProgress("reading", 100);
  try {
    return await read({
      ids,
      ...readingOptions(flags),
      signal: context.signal,
      onProgress: ({ bytes, totalBytes, rows }) =>
        progress.update(
          totalBytes ? (100 * bytes) / totalBytes : 0,
          `${rows.toLocaleString("en-US")} ratings`,
        ),
    });
  } catch (error) {
    // What the file does wrong is an AlternantError: the rest is about flags, a column that is not there among them.
    return asUsage(() => {
      throw error;
    });
  } finally {
    progress.stop();
  }
}

/** What flags say of how a file is read. */
export function readingOptions(
  flags: ReadingFlags,
): Pick<ReadRatingsOptions, "columns" | "delimiter" | "duplicates" | "header"> {
  return {
    duplicates: flags.duplicates,
    columns: columnsOf(flags),
    ...(flags.delimiter !== undefined && { delimiter: flags.delimiter.replaceAll("\\t", "\t") }),
    ...(flags.header !== undefined && { header: flags.header }),
  };
}

function columnsOf(flags: ReadingFlags): RatingColumnOptions {
  const { userColumn, itemColumn, valueColumn, timestampColumn } = flags;
  const column = (text: string): Column => (/^\d+$/.test(text) ? Number(text) : text);
  return {
    ...(userColumn !== undefined && { user: column(userColumn) }),
    ...(itemColumn !== undefined && { item: column(itemColumn) }),
    ...(valueColumn !== undefined && { value: column(valueColumn) }),
    ...(flags.timestamps
      ? timestampColumn !== undefined && { timestamp: column(timestampColumn) }
      : { timestamp: null }),
  };
}
