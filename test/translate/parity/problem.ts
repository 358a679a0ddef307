import { ALS, type AlsOptions } from "../../../src/als/index.js";
import { Model } from "../../../src/model/index.js";
import { Ratings, Vocabulary } from "../../../src/ratings/index.js";
import { type Library, optionsFrom } from "../../../src/translate/index.js";
import { randomParts } from "../../model/fixtures.js";

/** Rows of factors, users' and items', and biases where there are some. */
export interface Sides {
  readonly users: readonly (readonly number[])[];
  readonly items: readonly (readonly number[])[];
  readonly biases?: { readonly users: readonly number[]; readonly items: readonly number[] };
}

/** Where a library begins, and what it makes of that with these parameters. */
export interface Run extends Sides {
  readonly params: Readonly<Record<string, unknown>>;
  readonly initial: Sides;
}

/** What a script beside this file prints. */
export interface Parity {
  readonly versions: Readonly<Record<string, string>>;
  readonly ratings: readonly (readonly [user: number, item: number, value: number])[];
  readonly runs: readonly Run[];
}

/** Trains from the same initial factors with the translation of the library's parameters; rows in the order of ids. */
export async function train(
  library: Library,
  { ratings }: Parity,
  { params, initial }: Pick<Run, "params" | "initial">,
  override: AlsOptions = {},
): Promise<Sides> {
  const options = { ...optionsFrom(library, params).options, ...override };
  const model = await new ALS(options).fit(Ratings.from(ratings), { initial: modelOf(initial) });
  const sides = { users: rows(model, "users"), items: rows(model, "items") };
  if (initial.biases === undefined) return sides;
  const biases = {
    users: sides.users.map((_, id) => model.userBias(id)),
    items: sides.items.map((_, id) => model.itemBias(id)),
  };
  return { ...sides, biases };
}

function modelOf({ users, items, biases }: Sides): Model<number, number> {
  const ids = (count: number): Vocabulary<number> =>
    new Vocabulary(
      "number",
      Array.from({ length: count }, (_, id) => id),
    );
  const factors = users[0]!.length;
  const parts = randomParts({ users: users.length, items: items.length, factors, biases: false });
  return new Model({
    ...parts,
    users: ids(users.length),
    items: ids(items.length),
    userFactors: Float64Array.from(users.flat()),
    itemFactors: Float64Array.from(items.flat()),
    userBiases: biases && Float64Array.from(biases.users),
    itemBiases: biases && Float64Array.from(biases.items),
  });
}

function rows(model: Model<number, number>, side: "users" | "items"): number[][] {
  const { factors, values } = model.copyFactors(side);
  const vocabulary = model[side];
  return Array.from({ length: vocabulary.size }, (_, id) => {
    const row = vocabulary.index(id)!;
    return [...values.slice(row * factors, (row + 1) * factors)];
  });
}

/** ‖a − b‖ / ‖b‖ by Frobenius' norm, all of both sides' numbers together. */
export function relativeDistance(a: Sides, b: Sides): number {
  const all = ({ users, items, biases }: Sides): number[] => [
    ...users.flat(),
    ...items.flat(),
    ...(biases?.users ?? []),
    ...(biases?.items ?? []),
  ];
  const expected = all(b);
  const norm = (numbers: readonly number[]): number => Math.hypot(...numbers);
  return norm(all(a).map((x, i) => x - expected[i]!)) / norm(expected);
}
