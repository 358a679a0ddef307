import type { Command } from "commander";
import { readTitles } from "../../node/index.js";
import { type Context, example } from "../context.js";
import { checkWritable } from "../output.js";
import { runTour } from "../tour/tour.js";

interface TourFlags {
  readonly names?: string;
  readonly out: string;
}

export function addTour(program: Command, context: Context): void {
  example(
    program
      .command("tour")
      .description("train on a generated world, or on a file of ratings, and show what the model found")
      .argument("[file]", "ratings; a world of 1,000,000 is generated unless given")
      .option("--names <file>", "show titles from this file (id, title, genres) instead of ids")
      .option("--out <file>", "where the model goes", "model.safetensors")
      .action((file: string | undefined, flags: TourFlags) => tour(file, flags, context)),
    "alternant tour",
    "alternant tour ratings.csv --names movies.csv",
  );
}

async function tour(
  file: string | undefined,
  { names, out }: TourFlags,
  { signal, print }: Context,
): Promise<void> {
  await checkWritable(out);
  const titles = names === undefined ? undefined : await readTitles(names, { signal });
  await runTour({
    file,
    titles: titles && new Map([...titles].map(([id, { title }]) => [id, title])),
    out,
    signal,
    print,
  });
}
