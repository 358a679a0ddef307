import type { Command } from "commander";
import { AlternantError } from "../../errors.js";
import type { Model } from "../../model/index.js";
import { checkInteger } from "../../options.js";
import type { Id } from "../../ratings/index.js";
import {
  asUsage,
  type Context,
  clip,
  example,
  idOf,
  type Names,
  openModel,
  printJson,
  readNames,
  table,
  UsageError,
} from "../context.js";
import { number } from "../flags.js";
import { formatOf, recommendToAll, similarToAll } from "./all-lists.js";
import { explainAll, explainedList } from "./reasons.js";

/** What asks for everybody's lists at once. */
interface AllFlags {
  readonly all?: boolean;
  readonly out?: string;
}

interface RecommendFlags extends AskFlags, AllFlags {
  readonly popular?: boolean;
  readonly includeRated?: boolean;
  readonly explain?: boolean;
}

interface SimilarFlags extends AskFlags, AllFlags {
  readonly users?: boolean;
}

export interface AskFlags {
  readonly names?: string;
  readonly json?: boolean;
  readonly count: number;
}

/** What --json says of predictions. */
const PREDICTIONS = ", predictions in it not clipped to the ratings' range";

/** @param json what --json says besides */
export function withAskFlags(command: Command, json: string = PREDICTIONS): Command {
  return command
    .option("--names <file>", "show titles from this file (id, title, genres) instead of ids")
    .option("--json", `print one JSON object instead of a table${json}`);
}

export function withCount(command: Command): Command {
  return command.option("--count <n>", "how many at most", number, 10);
}

function withAllFlags(command: Command, everybody: string): Command {
  return command
    .option("--all", `write the lists of ${everybody} to a file`)
    .option(
      "--out <file>",
      "where --all goes: a .csv file, a line an entry, or a .ndjson file, a line a list",
    );
}

/** predict, recommend, similar: questions to a model. */
export function addQuestions(program: Command, context: Context): void {
  example(
    withAskFlags(program.command("predict"))
      .description("predict what a user would rate some items")
      .argument("<model>", "a model file")
      .argument("<user>", "a user's id")
      .argument("<items...>", "items' ids")
      .action((model: string, user: string, items: string[], flags: AskFlags) =>
        predict(model, user, items, flags, context),
      ),
    "alternant predict model.safetensors 42 318 296 --names movies.csv",
  );
  example(
    withAllFlags(withCount(withAskFlags(program.command("recommend"))), "all users, scores not clipped,")
      .description("the items with the highest predictions for a user, rated ones left out")
      .argument("<model>", "a model file")
      .argument("[user]", "a user's id")
      .option("--popular", "for somebody unknown: the items that are liked most by all")
      .option("--include-rated", "do not leave out what the user rated in training")
      .option("--explain", "say which of the user's ratings speak for each item (--history ratings)")
      .action((model: string, user: string | undefined, flags: RecommendFlags) =>
        recommend(model, user, flags, context),
      ),
    "alternant recommend model.safetensors 42 --count 5 --names movies.csv",
    "alternant recommend model.safetensors 42 --explain --names movies.csv",
    "alternant recommend model.safetensors --popular",
    "alternant recommend model.safetensors --all --out lists.csv",
  );
  example(
    withAllFlags(withCount(withAskFlags(program.command("similar"), "")), "all items (or users)")
      .description("the items (or users) most like one, by the cosine of their factors")
      .argument("<model>", "a model file")
      .argument("[id]", "an item's id, or a user's with --users")
      .option("--users", "look among users")
      .action((model: string, id: string | undefined, flags: SimilarFlags) =>
        similar(model, id, flags, context),
      ),
    "alternant similar model.safetensors 318 --names movies.csv",
    "alternant similar model.safetensors --all --out neighbours.ndjson",
  );
}

async function predict(
  file: string,
  userText: string,
  itemTexts: string[],
  flags: AskFlags,
  context: Context,
): Promise<void> {
  const names = await readNames(flags.names, context.signal);
  const model = await openModel(file);
  const user = idOf(userText, model.users.kind);
  const predictions = itemTexts.map((text) => {
    const item = idOf(text, model.items.kind);
    const value = model.predict(user, item);
    if (value === undefined) {
      const unknown =
        model.users.index(user) === undefined
          ? `user ${JSON.stringify(user)}`
          : `item ${JSON.stringify(item)}`;
      throw new AlternantError(
        "unknown-id",
        `The model does not know ${unknown}. alternant inspect tells the kind of its ids; for an unknown user there is recommend --popular.`,
      );
    }
    return { item, value };
  });
  if (flags.json) printJson(context, { user, predictions });
  else
    context.print(
      list(
        "prediction",
        clipped(
          model,
          predictions.map(({ item, value }) => ({ item, score: value })),
        ),
        names,
      ),
    );
}

async function recommend(
  file: string,
  userText: string | undefined,
  flags: RecommendFlags,
  context: Context,
): Promise<void> {
  const count = checkedCount(flags);
  const exclude = flags.includeRated ? "none" : "rated";
  if ([userText !== undefined, flags.popular, flags.all].filter(Boolean).length !== 1)
    throw new UsageError(
      "recommend takes a user, or --popular for somebody unknown, or --all: one of the three",
    );
  if (flags.explain && userText === undefined)
    throw new UsageError(
      "--explain says which of one user's ratings speak for an item, and goes with a user alone",
    );
  if (flags.all) {
    const place = await placeOfAll(flags);
    await recommendToAll(await openModel(file), { count, exclude }, place, context);
    return;
  }
  refuseOut(flags);
  const names = await readNames(flags.names, context.signal);
  const model = await openModel(file);
  const user = userText === undefined ? undefined : idOf(userText, model.users.kind);
  const items = user === undefined ? model.popular({ count }) : model.recommend(user, { count, exclude });
  if (flags.explain && user !== undefined) {
    const explained = await explainAll(model, user, items, context);
    if (flags.json) printJson(context, { user, items: explained });
    else context.print(explainedList(explained, model, names));
  } else if (flags.json) printJson(context, { ...(user !== undefined && { user }), items });
  else if (user === undefined) context.print(list("score", items, names));
  else context.print(list("prediction", clipped(model, items), names));
}

async function similar(
  file: string,
  text: string | undefined,
  flags: SimilarFlags,
  context: Context,
): Promise<void> {
  const count = checkedCount(flags);
  if (flags.all) {
    if (text !== undefined) throw new UsageError("similar takes an id or --all, not both");
    const place = await placeOfAll(flags);
    await similarToAll(await openModel(file), flags.users ? "users" : "items", count, place, context);
    return;
  }
  if (text === undefined) throw new UsageError("similar takes an id, or --all");
  refuseOut(flags);
  const names = await readNames(flags.names, context.signal);
  const model = await openModel(file);
  if (flags.users) {
    const user = idOf(text, model.users.kind);
    const users = model.similarUsers(user, { count });
    if (flags.json) printJson(context, { user, users });
    else
      context.print(
        table(
          ["user", "cosine"],
          users.map(({ user: other, score }) => [String(other), score.toFixed(3)]),
        ),
      );
    return;
  }
  const item = idOf(text, model.items.kind);
  const items = model.similarItems(item, { count });
  if (flags.json) printJson(context, { item, items });
  else context.print(list("cosine", items, names));
}

/** Where --all goes: a file that programs read, in which there are no titles. @throws UsageError */
async function placeOfAll({ out, names, json }: AskFlags & AllFlags): ReturnType<typeof formatOf> {
  if (names !== undefined || json) throw new UsageError("--all goes without --names and --json");
  return formatOf(out);
}

function refuseOut({ out }: AllFlags): void {
  if (out !== undefined) throw new UsageError("--out belongs to --all");
}

export function checkedCount({ count }: AskFlags): number {
  return asUsage(() => checkInteger("--count", count, 1));
}

export function clipped(
  { range }: Model<Id, Id>,
  items: readonly { item: Id; score: number }[],
): { item: Id; score: number }[] {
  return items.map(({ item, score }) => ({ item, score: clip(score, range) }));
}

export function list(what: string, items: readonly { item: Id; score: number }[], names: Names): string {
  if (items.length === 0) return "None.";
  return names.given
    ? table(
        ["item", "title", what, "genres"],
        items.map(({ item, score }) => [
          String(item),
          names.title(item),
          score.toFixed(3),
          names.genres(item),
        ]),
      )
    : table(
        ["item", what],
        items.map(({ item, score }) => [String(item), score.toFixed(3)]),
      );
}
