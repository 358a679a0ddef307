import type { Command } from "commander";
import { readTitles } from "../../node/index.js";
import type { Ratings } from "../../ratings/index.js";
import { type Context, example } from "../context.js";
import { type ReadingFlags, readFlagged, withReadingFlags } from "../flags.js";
import { checkWritable } from "../output.js";
import { runTour } from "../tour/tour.js";

interface TourFlags extends ReadingFlags {
  readonly names?: string;
  readonly out: string;
}

export function addTour(program: Command, context: Context): void {
  const command = program
    .command("tour")
    .description("train on a generated world, or on a file of ratings, and show what the model found")
    .argument("[file]", "ratings; a world of 1,000,000 is generated unless given");
  withReadingFlags(command)
    .option("--names <file>", "show titles from this file (id, title, genres) instead of ids")
    .option("--out <file>", "where the model goes", "model.safetensors")
    .action((file: string | undefined, flags: TourFlags) => tour(file, flags, context));
  example(command, "alternant tour", "alternant tour ratings.csv --names movies.csv");
}

async function tour(file: string | undefined, flags: TourFlags, context: Context): Promise<void> {
  const { names, out } = flags;
  const { signal, print } = context;
  await checkWritable(out);
  const titles = names === undefined ? undefined : await readTitles(names, { signal });
  const ratings =
    file === undefined
      ? undefined
      : ((await readFlagged(file, flags, "string", context)) as Ratings<string, string>);
  await runTour({
    file,
    ratings,
    titles: titles && new Map([...titles].map(([id, { title }]) => [id, title])),
    out,
    signal,
    print,
  });
}
