import type { ModelSvd } from "alternant";
import { type BlockFacts, type Calls, type Features, type ItemMap, NO_GENRE } from "../protocol.js";
import type { Context } from "./handler.js";
import { itemLabel, scoredLabels, userLabel } from "./labels.js";
import { drawing } from "./points.js";
import { type Trained, theEngine, theModel } from "./session.js";

/** More genres than this could not be told apart by colour. */
const MOST_GENRES = 12;
/** Axes that the map offers. */
const MOST_AXES = 8;

let axes: { readonly of: Trained; readonly svd: Promise<ModelSvd> } | undefined;

/** The axes of the model, worked out once. */
function axesOf(trained: Trained): Promise<ModelSvd> {
  if (axes?.of !== trained) {
    const svd = theEngine().then((engine) => trained.model.svd({ engine }));
    axes = { of: trained, svd };
  }
  return axes.svd;
}

/** Items by their loadings q√σ on two axes. */
export async function map({ x, y }: Calls["map"]["params"]): Promise<ItemMap> {
  const trained = theModel();
  const { items, values, energy } = await axesOf(trained);
  const column = (axis: number): Float32Array => {
    const root = Math.sqrt(values[axis] ?? 0);
    return Float32Array.from(
      { length: items.rows },
      (_, item) => (items.values[item * items.factors + axis] ?? 0) * root,
    );
  };
  const genres = genresOf(trained);
  return {
    x: column(x),
    y: column(y),
    counts: trained.counts.slice(),
    ...drawing(trained.counts, genres.genre),
    ...genres,
    energy: [...energy.subarray(0, MOST_AXES)],
  };
}

/** The genre that each item is coloured by: the first of its genres that is among the commonest, which have colours. */
function genresOf({ model, catalogue }: Trained): Pick<ItemMap, "genre" | "genres"> {
  const counts = new Map<string, number>();
  for (const id of model.items)
    for (const genre of catalogue.genres(id)) counts.set(genre, (counts.get(genre) ?? 0) + 1);
  const genres = [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_GENRES)
    .map(([genre]) => genre);
  const genre = new Uint8Array(model.itemCount).fill(NO_GENRE);
  let item = 0;
  for (const id of model.items) {
    for (const name of catalogue.genres(id)) {
      const at = genres.indexOf(name);
      if (at < 0) continue;
      genre[item] = at;
      break;
    }
    item++;
  }
  return { genre, genres };
}

export async function features(
  { axes: wanted, count, minRatings }: Calls["features"]["params"],
  { signal }: Context<never>,
): Promise<Features> {
  const trained = theModel();
  const { model } = trained;
  const told = await model.inspect({
    axes: Math.min(wanted, model.factors),
    count,
    minRatings,
    engine: await theEngine(),
    signal,
  });
  const ends = (list: readonly { item: string | number; value: number }[]): ReturnType<typeof scoredLabels> =>
    scoredLabels(
      trained,
      list.map(({ item, value }) => ({ item, score: value })),
    );
  return {
    rank: told.rank,
    effectiveRank: told.effectiveRank,
    factors: told.factors,
    energy: told.energy,
    axes: told.axes.map(({ axis, energy, highest, lowest }) => ({
      axis,
      energy,
      highest: ends(highest),
      lowest: ends(lowest),
    })),
  };
}

export function block({ users, items }: Calls["block"]["params"]): BlockFacts {
  const trained = theModel();
  const { model } = trained;
  const ids = items.map((item) => model.items.id(item));
  const userIds = users.map((user) => model.users.id(user));
  const predicted = model.predictBlock(userIds, ids).values;
  const rated = new Uint8Array(predicted.length);
  const known = new Float64Array(predicted.length).fill(Number.NaN);
  const columns = new Map(ids.map((id, column) => [id, column]));
  if (model.history !== "none")
    userIds.forEach((id, row) => {
      for (const { item, value } of model.ratedItems(id)) {
        const column = columns.get(item);
        if (column === undefined) continue;
        rated[row * ids.length + column] = 1;
        if (value !== undefined) known[row * ids.length + column] = value;
      }
    });
  return {
    users: users.map((user) => userLabel(model, user)),
    items: items.map((item) => itemLabel(trained, item)),
    predicted,
    rated,
    known,
  };
}
