import type { Command } from "commander";
import { type Context, example, idOf, openModel, printJson, readNames } from "../context.js";
import { type AskFlags, checkedCount, withAskFlags, withCount } from "./ask.js";
import { explanationText } from "./reasons.js";

export function addExplain(program: Command, context: Context): void {
  example(
    withCount(withAskFlags(program.command("explain")))
      .description(
        "what a prediction is made of: what each of the user's ratings adds, and what it would be without that one; for models trained with --history ratings",
      )
      .argument("<model>", "a model file")
      .argument("<user>", "a user's id")
      .argument("<item>", "an item's id")
      .action((model: string, user: string, item: string, flags: AskFlags) =>
        explain(model, user, item, flags, context),
      ),
    "alternant explain model.safetensors 42 318 --names movies.csv",
  );
}

async function explain(
  file: string,
  userText: string,
  itemText: string,
  flags: AskFlags,
  context: Context,
): Promise<void> {
  const count = checkedCount(flags);
  const names = await readNames(flags.names, context.signal);
  const model = await openModel(file);
  const user = idOf(userText, model.users.kind);
  const explanation = await model.explain(user, idOf(itemText, model.items.kind), { signal: context.signal });
  if (flags.json) printJson(context, { user, ...explanation });
  else context.print(explanationText(explanation, model, count, names));
}
