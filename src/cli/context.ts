import Table from "cli-table3";
import type { Command } from "commander";
import type { Title } from "../io/index.js";
import type { Model } from "../model/index.js";
import { loadModel, readTitles } from "../node/index.js";
import type { Id } from "../ratings/index.js";

/** What every command has: where results go, and the signal that Ctrl-C gives. */
export interface Context {
  readonly signal: AbortSignal;
  /**
   * Takes the next Ctrl-C over from `signal`, for work that first brings something to its end; a second one aborts. Returns what
   * takes that back.
   */
  onInterrupt(handler: () => void): () => void;
  /** Writes a line to standard output. */
  print(text: string): void;
}

/** A mistake in how a command was called: exit code 2, and its usage line is shown. */
export class UsageError extends Error {}

/** The end that was asked for by Ctrl-C, where there is something to say of it. */
export class Interrupted extends Error {}

/** An argument as a shell takes it. */
export function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

/** Runs what checks options: their errors are mistakes of usage. */
export function asUsage<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}

/** An example as --help shows it. */
export function example(command: Command, ...lines: string[]): Command {
  return command.addHelpText(
    "after",
    `\nExample${lines.length > 1 ? "s" : ""}:\n${lines.map((line) => `  $ ${line}`).join("\n")}`,
  );
}

/** One JSON object on standard output, for programs. */
export function printJson(context: Context, value: unknown): void {
  context.print(JSON.stringify(value));
}

/** A table for people; columns of numbers stand to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const numeric = head.map((_, c) => rows.every((row) => /^[-+–]?[\d.,]*( %)?$/.test(row[c] ?? "")));
  const result = new Table({
    head: [...head],
    colAligns: numeric.map((right) => (right ? "right" : "left")),
    style: { head: [], border: [], compact: true },
  });
  result.push(...rows.map((row) => [...row]));
  return result.toString();
}

/** A prediction as a person should read it: nobody can rate beyond the range of the training ratings. */
export function clip(score: number, [min, max]: readonly [number, number]): number {
  return Math.min(Math.max(score, min), max);
}

export function thousands(count: number): string {
  return count.toLocaleString("en-US");
}

/** "2 threads". */
export function threadsOf({ threads }: { readonly threads: number }): string {
  return `${threads} thread${threads === 1 ? "" : "s"}`;
}

export function openModel(file: string): Promise<Model<Id, Id>> {
  return loadModel<Id, Id>(file);
}

/** An id as it stands on the command line, in the kind that the model has. */
export function idOf(text: string, kind: "string" | "number"): Id {
  if (kind === "string") return text;
  const id = Number(text);
  // What is no number is an id that the model does not know: left as it is, it is refused as such.
  return text.trim() !== "" && Number.isSafeInteger(id) ? id : text;
}

/** How items are shown: by title where a file of titles was given, else by id. */
export interface Names {
  readonly given: boolean;
  title(item: Id): string;
  genres(item: Id): string;
}

export async function readNames(file: string | undefined, signal: AbortSignal): Promise<Names> {
  const titles: Map<string, Title> = file === undefined ? new Map() : await readTitles(file, { signal });
  return {
    given: file !== undefined,
    title: (item) => titles.get(String(item))?.title ?? String(item),
    genres: (item) => titles.get(String(item))?.genres?.join(", ") ?? "",
  };
}
