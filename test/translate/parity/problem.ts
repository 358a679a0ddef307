import { ALS } from "../../../src/als/index.js";
import { Model } from "../../../src/model/index.js";
import { Ratings, Vocabulary } from "../../../src/ratings/index.js";
import { type Library, optionsFrom } from "../../../src/translate/index.js";
import { randomParts } from "../../model/fixtures.js";

/** Rows of factors: users' and items'. */
export interface Sides {
  readonly users: readonly (readonly number[])[];
  readonly items: readonly (readonly number[])[];
}

/** What make.py prints: a problem, where both sides start, and what a library makes of it with each set of parameters. */
export interface Parity {
  readonly versions: Readonly<Record<string, string>>;
  readonly ratings: readonly (readonly [user: number, item: number, value: number])[];
  readonly initial: Sides;
  readonly runs: readonly (Sides & { readonly params: Readonly<Record<string, unknown>> })[];
}

/** Trains from the same initial factors with the translation of a library's parameters; rows in the order of ids. */
export async function train(library: Library, params: object, { ratings, initial }: Parity): Promise<Sides> {
  const { options } = optionsFrom(library, params as Readonly<Record<string, unknown>>);
  const model = await new ALS(options).fit(Ratings.from(ratings), { initial: modelOf(initial) });
  return { users: rows(model, "users"), items: rows(model, "items") };
}

function modelOf({ users, items }: Sides): Model<number, number> {
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
  const all = ({ users, items }: Sides): number[] => [...users.flat(), ...items.flat()];
  const expected = all(b);
  const norm = (numbers: readonly number[]): number => Math.hypot(...numbers);
  return norm(all(a).map((x, i) => x - expected[i]!)) / norm(expected);
}
