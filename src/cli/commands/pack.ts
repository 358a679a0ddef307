import { type Command, InvalidArgumentError, Option } from "commander";
import { packRatings } from "../../node/index.js";
import { DEFAULT_MEMORY, LEAST_MEMORY } from "../../node/packed/pack-into.js";
import { MOST_MEMORY } from "../../node/packed/row-room.js";
import type { IdKind } from "../../ratings/index.js";
import { asUsage, type Context, example, printJson, thousands } from "../context.js";
import { type ReadingFlags, readingOptions, withReadingFlags } from "../flags.js";
import { checkWritable } from "../output.js";
import { openPacked } from "../packed.js";
import { startProgress } from "../progress.js";
import { choice } from "../run-flags.js";

interface PackFlags extends ReadingFlags {
  readonly ids?: IdKind;
  readonly append?: boolean;
  readonly memory: number;
  readonly out: string;
  readonly json?: boolean;
}

const UNITS = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 } as const;

/** Adds the flag that says how much memory sorting takes. */
export function withMemoryFlag(command: Command): Command {
  const told = `what sorting takes beside ids, like 512M or 2G, at least ${LEAST_MEMORY / UNITS.m}M; more than ${MOST_MEMORY / UNITS.g}G is not used`;
  const option = new Option("--memory <bytes>", told).argParser(memory);
  return command.addOption(option.default(DEFAULT_MEMORY, `${DEFAULT_MEMORY / UNITS.m}M`));
}

export function addPack(program: Command, context: Context): void {
  const command = program
    .command("pack")
    .description(
      "sort ratings on disk, in bounded memory, into a file that every command takes in place of text: for data larger than memory",
    )
    .argument(
      "<file>",
      'ratings: CSV, TSV, "::" and the like, plain or gzip, or packed already; "-" is standard input',
    );
  withMemoryFlag(withReadingFlags(command))
    .addOption(
      choice("--ids <kind>", "ids are kept as strings, or read as integers (default: string)", [
        "string",
        "number",
      ]),
    )
    .option("--timestamp-column <name|number>", "column of timestamps (guessed)")
    .option("--no-timestamps", "leave timestamps out: they take 8 bytes a rating")
    .option("--append", "add to the ratings that --out has")
    .option("--out <file>", "where the packed ratings go", "ratings.safetensors")
    .option("--json", "print one JSON object")
    .action((file: string, flags: PackFlags) => pack(file, flags, context));
  example(
    command,
    "alternant pack ratings.csv --out ratings.safetensors && alternant train ratings.safetensors",
    "alternant pack --append more.csv --out ratings.safetensors --duplicates last",
  );
}

async function pack(file: string, flags: PackFlags, context: Context): Promise<void> {
  const began = performance.now();
  await checkWritable(flags.out);
  const packed = await openPacked(file, flags);
  const progress = startProgress("packing", 100);
  try {
    const facts = await packRatings(packed ?? file, flags.out, {
      ...readingOptions(flags),
      // Ids that are packed have their kind.
      ...(flags.ids !== undefined && packed === undefined && { ids: flags.ids }),
      memory: flags.memory,
      append: flags.append ?? false,
      signal: context.signal,
      onProgress: ({ stage, share, rows }) =>
        progress.update(
          (stage === "reading" ? 0 : 50) + (Number.isNaN(share) ? 0 : 50 * share),
          `${stage}, ${thousands(rows)} ratings`,
        ),
    }).finally(async () => {
      progress.stop();
      await packed?.close();
    });
    const seconds = (performance.now() - began) / 1000;
    if (flags.json) printJson(context, { ...facts, seconds, out: flags.out });
    else
      context.print(
        `Wrote ${thousands(facts.ratings)} ratings of ${thousands(facts.users)} users and ${thousands(facts.items)} items to ${flags.out} (${(facts.bytes / 1e6).toFixed(1)} MB) in ${seconds.toFixed(1)} s.`,
      );
  } catch (error) {
    asUsage(() => {
      throw error;
    });
  }
}

/** "512M" in bytes. */
function memory(text: string): number {
  const found = /^(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?$/i.exec(text.trim());
  if (found === null) throw new InvalidArgumentError("It must be a number of bytes, like 512M or 2G.");
  const bytes = Math.floor(Number(found[1]) * UNITS[found[2]!.toLowerCase() as keyof typeof UNITS]);
  if (bytes < LEAST_MEMORY)
    throw new InvalidArgumentError(`The least that sorting takes is ${LEAST_MEMORY / UNITS.m}M.`);
  return bytes;
}
