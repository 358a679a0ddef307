import { type Command, Option } from "commander";
import { type ArithmeticOption, Engine } from "../kernel/index.js";
import type { HistoryKind } from "../model/index.js";
import type { IdKind } from "../ratings/index.js";
import { asUsage } from "./context.js";
import { number } from "./flags.js";

/** What commands that make models take. */
export interface RunFlags {
  readonly ids: IdKind;
  readonly precision?: "float64" | "float32";
  readonly history?: HistoryKind;
  readonly threads?: number;
  readonly arithmetic: ArithmeticOption;
  readonly seed?: number;
  readonly out: string;
  readonly json?: boolean;
}

interface RunDefaults {
  readonly precision: string;
  readonly history: string;
  readonly seed: number;
}

/** An option with a choice of words. */
export function choice(flags: string, description: string, choices: readonly string[]): Option {
  return new Option(flags, description).choices(choices);
}

/** Adds the flags of {@link RunFlags}, but for those of the result. @param seeded what beside splits the seed decides */
export function withRunFlags(command: Command, defaults: RunDefaults, seeded: string): Command {
  return command
    .addOption(
      choice("--precision <type>", `of factors (default: ${defaults.precision})`, ["float64", "float32"]),
    )
    .addOption(
      choice("--history <kind>", `what the model keeps of the ratings (default: ${defaults.history})`, [
        "none",
        "items",
        "ratings",
      ]),
    )
    .option("--threads <n>", "threads that work, 1–256 (default: one for each core)", number)
    .addOption(
      choice("--arithmetic <kind>", "default gives the same bits on every machine; relaxed is faster", [
        "default",
        "relaxed",
        "relaxed-if-available",
      ]).default("default"),
    )
    .option("--seed <n>", `of the splits and of the first ${seeded} (default: ${defaults.seed})`, number);
}

export function withIdsFlag(command: Command): Command {
  return command.addOption(
    choice("--ids <kind>", "ids are kept as strings, or read as integers", ["string", "number"]).default(
      "string",
    ),
  );
}

/** Adds where the model goes, and how the result is printed. */
export function withResultFlags(command: Command): Command {
  return command
    .option("--out <file>", "where the model goes", "model.safetensors")
    .option("--json", "print one JSON object instead of tables");
}

/** The engine that flags ask for. @throws UsageError */
export async function engineOf({ threads, arithmetic }: RunFlags): Promise<Engine> {
  try {
    return await Engine.create({ ...(threads !== undefined && { threads }), arithmetic });
  } catch (error) {
    return asUsage(() => {
      throw error;
    });
  }
}
