import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import type { Command } from "commander";
import { throwIfAborted } from "../../errors.js";
import { ratingsToCsv } from "../../io/index.js";
import { writeFileAtomically } from "../../node/index.js";
import { packWorld } from "../../node/pack-world.js";
import { syntheticWorld } from "../../synthetic/index.js";
import { asUsage, type Context, example, thousands, UsageError } from "../context.js";
import { number } from "../flags.js";
import { checkWritable } from "../output.js";
import { startProgress } from "../progress.js";
import { withMemoryFlag } from "./pack.js";

interface SynthesizeFlags {
  readonly users: number;
  readonly items: number;
  readonly ratings: number;
  readonly seed: number;
  readonly out?: string;
  readonly packed?: boolean;
  readonly memory: number;
}

export function addSynthesize(program: Command, context: Context): void {
  example(
    withMemoryFlag(
      program
        .command("synthesize")
        .description("generate ratings with MovieLens's shape and 12 hidden genres, as CSV or packed"),
    )
      .option("--users <n>", "users", number, 6040)
      .option("--items <n>", "items", number, 3706)
      .option("--ratings <n>", "ratings", number, 1_000_000)
      .option("--seed <n>", "the same seed gives the same world anywhere", number, 1)
      .option("--packed", "write the file that alternant pack would make of them")
      .option("--out <file>", "where to write; standard output unless given")
      .action((flags: SynthesizeFlags) => synthesize(flags, context)),
    "alternant synthesize --users 2000 --items 500 --ratings 50000 --out world.csv",
    "alternant synthesize --ratings 1000000 --packed --out world.safetensors",
  );
}

async function synthesize(flags: SynthesizeFlags, context: Context): Promise<void> {
  const { users, items, ratings: count, seed } = flags;
  if (flags.packed && flags.out === undefined)
    throw new UsageError("--packed needs --out, the name of a file");
  if (flags.out !== undefined) await checkWritable(flags.out);
  const progress = startProgress("generating", 100);
  const shape = {
    ...{ users, items, ratings: count, seed, signal: context.signal },
    onProgress: ({ fraction }: { fraction: number }) => progress.update(fraction * 100),
  };
  const checked = <T>(making: Promise<T>): Promise<T> =>
    making
      .catch((error: unknown) =>
        asUsage(() => {
          throw error;
        }),
      )
      .finally(() => progress.stop());
  if (flags.packed) {
    const facts = await checked(packWorld(shape, flags.out!, flags.memory));
    context.print(`Wrote ${thousands(facts.ratings)} ratings to ${flags.out}.`);
    return;
  }
  const { ratings } = await checked(syntheticWorld(shape));
  if (flags.out !== undefined) {
    await writeFileAtomically(flags.out, ratingsToCsv(ratings), { signal: context.signal });
    context.print(`Wrote ${thousands(ratings.count)} ratings to ${flags.out}.`);
    return;
  }
  await writeOut(ratingsToCsv(ratings), context.signal);
}

/** Writes to standard output as fast as it is read, until somebody interrupts or nobody reads any more. */
async function writeOut(texts: Iterable<string>, signal: AbortSignal): Promise<void> {
  const { stdout } = process;
  for (const text of texts) {
    if (!stdout.writable) return;
    if (!stdout.write(text)) await once(stdout, "drain", { signal });
    // A pipe that is read at once never makes it wait, and no signal is heard unless the event loop turns.
    await turn();
    throwIfAborted(signal, "writing ratings");
  }
}
