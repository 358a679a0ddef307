import fc from "fast-check";
import type { AlsOptions, BiasMode } from "../../src/als/index.js";
import type { Model } from "../../src/model/index.js";
import { type Random, seededRandom } from "../../src/random.js";
import { type Id, Ratings } from "../../src/ratings/index.js";
import { meanOf, type Problem, type State, sideOf, type Triple } from "../reference/als.js";
import { fingerprint } from "../support/bytes.js";

export type Precision = "float32" | "float64";

/** A small problem, drawn by fast-check as a few numbers and made by seed: shrinking makes it smaller, not stranger. */
export interface Drawn {
  readonly problem: Problem;
  readonly precision: Precision;
  readonly seed: number;
}

export const biasModes: readonly BiasMode[] = ["full", "mean", "none"];
export const scalings: readonly number[] = [0, 0.5, 0.7, 1];

/** Problems of up to 14 × 14 with K up to 9, some rows without any rating. */
export function problems(
  lambdas: fc.Arbitrary<number>,
  precisions: readonly Precision[],
  kinds: readonly ValueKind[] = ["half-stars", "reals", "low-rank", "large"],
): fc.Arbitrary<Drawn> {
  return fc
    .record({
      seed: fc.integer({ min: 0, max: 1e6 }),
      users: fc.integer({ min: 1, max: 14 }),
      items: fc.integer({ min: 1, max: 14 }),
      density: fc.constantFrom(0.1, 0.3, 0.6, 1),
      factors: fc.integer({ min: 1, max: 9 }),
      lambda: fc.record({ users: lambdas, items: lambdas, biases: lambdas }),
      scaling: fc.constantFrom(...scalings),
      biases: fc.constantFrom(...biasModes),
      values: fc.constantFrom(...kinds),
      precision: fc.constantFrom(...precisions),
    })
    .map(({ seed, density, values, precision, ...shape }) => {
      const random = seededRandom(seed, "test");
      const ratings = randomTriples(random, shape.users, shape.items, density, values);
      return { problem: { ...shape, ratings }, precision, seed };
    });
}

/** "large" is in the thousands, beside which a λ that is small for others is next to none. */
export type ValueKind = "half-stars" | "reals" | "low-rank" | "large";

/** A random set of pairs with a value each; at least one, in a random order. */
export function randomTriples(
  random: Random,
  users: number,
  items: number,
  density: number,
  values: ValueKind,
): Triple[] {
  const w = Array.from({ length: users }, () => random.unit() * 2 - 1);
  const u = Array.from({ length: items }, () => random.unit() * 2 - 1);
  const value = (user: number, item: number): number => {
    if (values === "half-stars") return (1 + random.integer(10)) / 2;
    if (values === "reals") return random.unit() * 2 - 1;
    return values === "large" ? 1e3 * (random.unit() + 1) : 3 + w[user]! * u[item]!;
  };
  const triples: Triple[] = [];
  for (let user = 0; user < users; user++)
    for (let item = 0; item < items; item++)
      if (random.unit() < density) triples.push([user, item, value(user, item)]);
  if (triples.length === 0) triples.push([0, 0, value(0, 0)]);
  return shuffled(triples, random);
}

export function shuffled<T>(list: readonly T[], random: Random): T[] {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [copy[i], copy[j]] = [copy[j]!, copy[i]!];
  }
  return copy;
}

export function optionsOf(problem: Problem, precision: Precision, more: AlsOptions = {}): AlsOptions {
  const { factors, lambda, scaling, biases } = problem;
  return { factors, regularization: lambda, scaling, biases, precision, ...more };
}

/** User factors in ±1, such as a fit may start from. */
export function initialFactors(problem: Problem, seed: number): Float64Array {
  const random = seededRandom(seed, "factors");
  // Rounded to float32, so that both precisions start from the same.
  return Float64Array.from({ length: problem.users * problem.factors }, () =>
    Math.fround(random.unit() * 2 - 1),
  );
}

/** Factors and biases of a model whose ids are indices. */
export function stateOfModel<U extends Id, I extends Id>(model: Model<U, I>): State {
  const { factors, userCount, itemCount } = model;
  return {
    users: sideOf(
      userCount,
      factors,
      model.copyFactors("users").values,
      Array.from(model.users, (id) => model.userBias(id)),
    ),
    items: sideOf(
      itemCount,
      factors,
      model.copyFactors("items").values,
      Array.from(model.items, (id) => model.itemBias(id)),
    ),
  };
}

/** Σt² of a half-step that solved `which`: t = r − μ − bias of the other side. */
export function sumOfTargets(problem: Problem, state: State, which: "users" | "items"): number {
  const mean = meanOf(problem);
  const other = state[which === "users" ? "items" : "users"].biases;
  let sum = 0;
  for (const triple of problem.ratings) {
    const t = triple[2] - mean - other[triple[which === "users" ? 1 : 0]]!;
    sum += t * t;
  }
  return sum;
}

/** A fingerprint of all that a fit computes: factors and biases of both sides. */
export function bitsOf<U extends Id, I extends Id>(model: Model<U, I>): string {
  const { users, items } = stateOfModel(model);
  return fingerprint(
    model.copyFactors("users").values,
    model.copyFactors("items").values,
    Float64Array.from([...users.biases, ...items.biases]),
  );
}

/** Ratings of about `count` pairs, spread evenly: as many a user, items at random. */
export function spreadRatings(
  users: number,
  items: number,
  count: number,
  seed: number = 1,
): Ratings<number, number> {
  const random = seededRandom(seed, "test");
  const each = Math.floor(count / users);
  const stride = Math.floor(items / each);
  const length = users * each;
  return Ratings.fromColumns({
    users: Int32Array.from({ length }, (_, p) => Math.floor(p / each)),
    items: Int32Array.from({ length }, (_, p) => (p % each) * stride + random.integer(stride)),
    values: Float32Array.from({ length }, () => (1 + random.integer(10)) / 2),
  });
}
