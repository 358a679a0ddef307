import type { Command } from "commander";
import { AlternantError, describe } from "../../errors.js";
import type { FoldedUser, FoldInRow, Model } from "../../model/index.js";
import { saveModel } from "../../node/index.js";
import type { Id, Vocabulary } from "../../ratings/index.js";
import {
  type Context,
  example,
  idOf,
  type Names,
  openModel,
  printJson,
  readNames,
  UsageError,
} from "../context.js";
import { type ReadingFlags, readFlagged, withReadingFlags } from "../flags.js";
import { checkApart, checkWritable } from "../output.js";
import { type AskFlags, checkedCount, clipped, list, withAskFlags, withCount } from "./ask.js";
import { explainedList } from "./reasons.js";

interface FoldInFlags extends AskFlags, ReadingFlags {
  readonly file?: string;
  readonly out?: string;
  readonly explain?: boolean;
  readonly includeRated?: boolean;
}

export function addFoldIn(program: Command, context: Context): void {
  example(
    withReadingFlags(
      withCount(withAskFlags(program.command("fold-in")))
        .description(
          "recommend to somebody whom the model was not trained on, by ratings given here or in a file; nothing is added to the model",
        )
        .argument("<model>", "a model file")
        .argument("[ratings...]", "what they rated, as ITEM:VALUE, or ITEM alone for a value of 1")
        .option(
          "--file <file>",
          "ratings of one or more people from a file (user, item, value; weight where a column is named so)",
        )
        .option("--include-rated", "do not leave out what was rated")
        .option("--explain", "say which of the ratings speak for each item")
        .option("--out <file>", "write the smaller model that is enough for this, without users"),
    ).action((model: string, ratings: string[], flags: FoldInFlags) =>
      foldIn(model, ratings, flags, context),
    ),
    "alternant fold-in model.safetensors 318:5 296:4 50:1.5 --names movies.csv",
    "alternant fold-in model.safetensors --file mine.csv --explain",
    "alternant fold-in model.safetensors --out small.safetensors",
  );
}

async function foldIn(file: string, texts: string[], flags: FoldInFlags, context: Context): Promise<void> {
  checkedCount(flags);
  if (texts.length > 0 && flags.file !== undefined)
    throw new UsageError("fold-in takes ratings or a --file of them, not both");
  if (texts.length === 0 && flags.file === undefined && flags.out === undefined)
    throw new UsageError(
      "fold-in takes ratings as ITEM:VALUE, a --file of them, or --out for the smaller model",
    );
  if (flags.out !== undefined) {
    await checkWritable(flags.out);
    if (flags.file !== undefined) await checkApart(flags.file, flags.out);
  }
  const names = await readNames(flags.names, context.signal);
  const model = await openModel(file);
  if (texts.length > 0) {
    const rows = texts.map((text) => ratingOf(text, model.items));
    const { json, text } = await answer(model, rows, flags, names, context);
    if (flags.json) printJson(context, json);
    else context.print(text);
  }
  if (flags.file !== undefined) {
    const ratings = await readFlagged(
      flags.file,
      flags,
      { users: "string", items: model.items.kind },
      context,
    );
    const people = new Map<Id, FoldInRow[]>(Array.from(ratings.users, (user) => [user, []]));
    for (const { user, item, value, weight } of ratings)
      people.get(user)!.push({ item, value, ...(weight !== undefined && { weight }) });
    // Told when all are known to be sound: half of the answers would look like all of them.
    const answers: { user: Id; json: object; text: string }[] = [];
    for (const [user, rows] of people)
      try {
        answers.push({ user, ...(await answer(model, rows, flags, names, context)) });
      } catch (error) {
        if (!(error instanceof AlternantError) || error.code === "aborted") throw error;
        throw new AlternantError(error.code, `${flags.file}, user ${describe(user)}: ${error.message}`, {
          cause: error,
        });
      }
    if (flags.json) printJson(context, { users: answers.map(({ user, json }) => ({ user, ...json })) });
    else for (const { user, text } of answers) context.print(`${user}:\n${text}`);
  }
  if (flags.out !== undefined) {
    await saveModel(await model.forFoldIn(), flags.out);
    if (!flags.json) context.print(`Wrote the model without users to ${flags.out}.`);
    else if (texts.length === 0 && flags.file === undefined) printJson(context, { out: flags.out });
  }
}

async function answer(
  model: Model<Id, Id>,
  rows: readonly FoldInRow[],
  flags: FoldInFlags,
  names: Names,
  { signal }: Context,
): Promise<{ json: object; text: string }> {
  const folded: FoldedUser = await model.foldIn(rows, { signal });
  const items = folded.recommend({
    count: flags.count,
    exclude: flags.includeRated ? "none" : "rated",
  });
  const facts = { count: folded.count, bias: folded.bias };
  if (!flags.explain)
    return { json: { ...facts, items }, text: list("prediction", clipped(model, items), names) };
  const explained = await Promise.all(items.map(({ item }) => folded.explain(item, { signal })));
  return { json: { ...facts, items: explained }, text: explainedList(explained, model, names) };
}

/**
 * "318:4.5": what stands behind the last colon is the value, unless the model knows an item of the whole name alone.
 *
 * @throws UsageError for a known item with a value that is no number
 */
function ratingOf(text: string, items: Vocabulary<Id>): FoldInRow {
  const colon = text.lastIndexOf(":");
  const whole = idOf(text, items.kind);
  if (colon < 1) return whole;
  const item = idOf(text.slice(0, colon), items.kind);
  if (items.index(whole) !== undefined && items.index(item) === undefined) return whole;
  const written = text.slice(colon + 1).trim();
  const value = Number(written);
  if (written !== "" && !Number.isNaN(value)) return [item, value];
  if (items.index(item) === undefined) return whole;
  throw new UsageError(
    `${JSON.stringify(text)}: the value of item ${describe(item)} must be a number, not ${JSON.stringify(written)}`,
  );
}
