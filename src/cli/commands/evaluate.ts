import type { Command } from "commander";
import { mae, rmse } from "../../metrics/index.js";
import { type Context, example, openModel, printJson, table, thousands } from "../context.js";
import { type ReadingFlags, readFlagged, withReadingFlags } from "../flags.js";

interface EvaluateFlags extends ReadingFlags {
  readonly clip: boolean;
  readonly json?: boolean;
}

export function addEvaluate(program: Command, context: Context): void {
  const command = program
    .command("evaluate")
    .description("the error of a model on a file of ratings")
    .argument("<model>", "a model file")
    .argument("<file>", 'ratings; "-" is standard input');
  withReadingFlags(command)
    .option("--no-clip", "do not clip predictions to the range of the training ratings")
    .option("--json", "print one JSON object instead of a table")
    .action((model: string, file: string, flags: EvaluateFlags) => evaluate(model, file, flags, context));
  example(command, "alternant evaluate model.safetensors held-out.csv");
}

async function evaluate(
  modelFile: string,
  file: string,
  flags: EvaluateFlags,
  context: Context,
): Promise<void> {
  const model = await openModel(modelFile);
  const ids = { users: model.users.kind, items: model.items.kind };
  const ratings = await readFlagged(file, flags, ids, context);
  const options = { clip: flags.clip, signal: context.signal };
  const { rmse: rootMeanSquare, count, unknownUsers, unknownItems } = await rmse(model, ratings, options);
  const { mae: meanAbsolute } = await mae(model, ratings, options);
  if (flags.json)
    printJson(context, { rmse: rootMeanSquare, mae: meanAbsolute, count, unknownUsers, unknownItems });
  else
    context.print(
      table(
        ["", ""],
        [
          ["RMSE", rootMeanSquare.toFixed(4)],
          ["MAE", meanAbsolute.toFixed(4)],
          ["ratings", thousands(count)],
          ["unknown users, scored by the baseline", thousands(unknownUsers)],
          ["unknown items, scored by the baseline", thousands(unknownItems)],
        ],
      ),
    );
}
