import { type Id, Model, type Ratings } from "alternant";
import type { Calls, ModelFacts } from "../protocol.js";
import { Catalogue } from "./catalogue.js";
import type { Context } from "./handler.js";
import { Refusal } from "./refusal.js";
import { catalogueFor, dataIfAny, setModel, type Trained, theEngine } from "./session.js";
import { sourceOf } from "./source.js";
import { turn } from "./turn.js";

/** Users between two turns for the event loop. */
const STRIDE = 2048;

/**
 * Makes a model the one that answers: ready for single questions, its items counted.
 *
 * @throws (rejects) AbortError where somebody thought better of it; the model before goes on answering then
 */
export async function takeModel<U extends Id, I extends Id>(
  name: string,
  given: Model<U, I>,
  catalogue: Catalogue,
  signal: AbortSignal,
): Promise<Trained> {
  // Where ids come from makes no difference to what is asked here.
  const model = given as unknown as Model<Id, Id>;
  try {
    await model.prepare({ engine: await theEngine(), signal });
    const trained = { name, model, catalogue, counts: await countsOf(model, signal) };
    await turn(signal);
    setModel(trained);
    return trained;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Training ratings of each item. */
async function countsOf(model: Model<Id, Id>, signal: AbortSignal): Promise<Uint32Array> {
  const data = dataIfAny();
  // A model that was trained on part of the data at hand: near enough, and there at once.
  if (data !== undefined && sameItems(data.ratings, model)) {
    const { starts } = data.ratings.byItem;
    return Uint32Array.from({ length: model.itemCount }, (_, item) => starts[item + 1]! - starts[item]!);
  }
  const counts = new Uint32Array(model.itemCount);
  if (model.history === "none") return counts;
  let at = 0;
  for (const user of model.users) {
    for (const { item } of model.ratedItems(user)) counts[model.items.index(item)!]!++;
    if (++at % STRIDE === 0) await turn(signal);
  }
  return counts;
}

function sameItems(ratings: Ratings<string, string>, model: Model<Id, Id>): boolean {
  return (ratings.items as object) === model.items;
}

export async function openModel(
  { files }: Calls["open"]["params"],
  { signal }: Context<never>,
): Promise<ModelFacts> {
  const source = await sourceOf(files, signal);
  if (source.kind !== "model")
    throw new Refusal("stranger", `${source.name} holds ratings, and is no model.`);
  const titles = await source.titles?.read(signal);
  return openBytes(source.name, source.file, signal, titles && new Catalogue(titles));
}

/** Opens a model; one that nobody waits for any more when it is there is given back. */
export async function openBytes(
  name: string,
  file: Blob,
  signal: AbortSignal,
  catalogue?: Catalogue,
): Promise<ModelFacts> {
  const model = await Model.fromBytes<Id, Id>(file);
  return factsOf(await takeModel(name, model, catalogue ?? catalogueFor(model), signal));
}

export function factsOf({ name, model }: Trained): ModelFacts {
  const { info, options, factors, itemCount } = model;
  const { model: parameters, full } = info.parameters;
  const hasUsers = model.userCount > 0;
  return {
    name,
    users: model.userCount,
    items: itemCount,
    factors,
    feedback: options["feedback"] === "implicit" ? "implicit" : "explicit",
    range: [...model.range],
    mean: model.mean,
    history: model.history,
    ratings: info.data.ratings,
    epochs: info.run.epochs,
    seconds: info.run.seconds,
    build: info.run.build,
    threads: info.run.threads,
    parameters,
    full,
    bytes: parameters * (info.run.precision === "float32" ? 4 : 8),
    hasUsers,
  };
}
