import { Command } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { addQuestions } from "./commands/ask.js";
import { addEvaluate } from "./commands/evaluate.js";
import { addExplain } from "./commands/explain.js";
import { addFoldIn } from "./commands/fold-in.js";
import { addInspect } from "./commands/inspect.js";
import { addPack } from "./commands/pack.js";
import { addSvd } from "./commands/svd.js";
import { addSynthesize } from "./commands/synthesize.js";
import { addTour } from "./commands/tour.js";
import { addTrain } from "./commands/train.js";
import type { Context } from "./context.js";

/** The command line with all its commands; a mistake of usage throws commander's error after saying what is wrong. */
export function createProgram(context: Context): Command {
  const program = new Command("alternant")
    .description(manifest.description)
    .version(manifest.version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "alternant: ")) })
    .addHelpText(
      "after",
      "\nExample:\n  $ alternant train ratings.csv --test 0.1 && alternant recommend model.safetensors 42\n\nExit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted. Results go to standard output, the rest to standard error.",
    );
  addTrain(program, context);
  addSvd(program, context);
  addEvaluate(program, context);
  addQuestions(program, context);
  addExplain(program, context);
  addFoldIn(program, context);
  addInspect(program, context);
  addPack(program, context);
  addSynthesize(program, context);
  addTour(program, context);
  for (const command of program.commands)
    command.copyInheritedSettings(program).showHelpAfterError(usageOf(command));
  program.showHelpAfterError(usageOf(program));
  return program;
}

/** The line that tells how a command is called, and where to find more. */
export function usageOf(command: Command): string {
  const name = command.parent ? `${command.parent.name()} ${command.name()}` : command.name();
  return `Usage: ${name} ${command.usage()}\n${name} --help tells more.`;
}
