import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Engine } from "../../src/kernel/index.js";
import { Answers } from "../../src/model/answers.js";
import { Model, type ModelParts } from "../../src/model/index.js";
import { type Random, seededRandom } from "../../src/random.js";
import type { Id } from "../../src/ratings/index.js";
import { CAN_SHARE } from "../support/sharing.js";
import { type Asked, cosine, product, sorted } from "./brute-force.js";
import { type FixtureOptions, randomParts } from "./fixtures.js";

const THREADS = CAN_SHARE ? [1, 2, 3] : [1];
const RUNS = 300;
let engines: Engine[];
beforeAll(async () => {
  engines = await Promise.all(THREADS.map((threads) => Engine.create({ threads })));
});
afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.dispose()));
});

interface Change {
  readonly scale: number;
  readonly bias: number;
  readonly copies: number;
  readonly decay: number;
}

/** The model with larger or smaller numbers, so many equal items in a row, and features of falling weight. */
function changed(parts: ModelParts, { scale, bias, copies, decay }: Change): ModelParts {
  const { factors, itemFactors, userFactors, itemBiases } = parts;
  const original = (item: number): number => item - (item % copies);
  const weight = Float64Array.from({ length: factors }, (_, k) => decay ** k);
  return {
    ...parts,
    userFactors: userFactors.map((value, at) => value * Math.sqrt(scale) * weight[at % factors]!),
    itemFactors: itemFactors.map(
      (_, at) =>
        itemFactors[original(Math.floor(at / factors)) * factors + (at % factors)]! *
        scale *
        weight[at % factors]!,
    ),
    itemBiases: itemBiases?.map((_, item) => itemBiases[original(item)]! * bias),
  };
}

const shapes: fc.Arbitrary<FixtureOptions> = fc.record({
  seed: fc.integer({ min: 0, max: 1e6 }),
  users: fc.constantFrom(1, 5, 14, 40),
  items: fc.constantFrom(1, 9, 70, 520, 700),
  factors: fc.constantFrom(1, 2, 3, 5, 8, 17, 32),
  precision: fc.constantFrom("float32", "float64"),
  biases: fc.boolean(),
  coarse: fc.boolean(),
});
const changes: fc.Arbitrary<Change> = fc.record({
  scale: fc.constantFrom(0, 1e-30, 1e-20, 1e-3, 1, 1, 1, 1, 1e6, 1e18, 3e37),
  bias: fc.constantFrom(0, 1e-40, 1, 1, 1, 1e8),
  copies: fc.integer({ min: 1, max: 5 }),
  decay: fc.constantFrom(1, 0.8, 0.5),
});
const asked = fc.record({
  count: fc.constantFrom(1, 2, 10, 30, 1e9),
  offset: fc.constantFrom(0, 0, 0, 3, 25, 1e6),
  exclude: fc.constantFrom("rated", "none"),
  /** The share of items that a filter lets through. */
  share: fc.constantFrom(undefined, undefined, 0, 0.02, 0.5, 1),
  /** Where a least score stands among all scores of somebody. */
  least: fc.constantFrom(undefined, undefined, 0.5, 0.95),
});

describe("an index", () => {
  const shape: FixtureOptions = { users: 40, items: 5000, factors: 16, precision: "float32" };
  const parts = randomParts(shape);
  const ask = (answers: Answers<Id, Id>) =>
    [...parts.users].map((user) => answers.recommend(user, { exclude: "none", count: 7 }));
  let expected: ReturnType<typeof ask>;

  it("is not there before a call has waited for kernels", () => {
    const answers = new Answers(parts);
    expected = ask(answers);
    expect(answers.items.tally).toBeUndefined();
  });

  it("is built by prepare, once, and answers the same", async () => {
    const answers = new Answers(parts);
    await Promise.all([answers.items.prepare(), answers.items.prepare()]);
    expect(ask(answers)).toEqual(expected);
    const first = answers.items.tally!;
    expect(first.bounded).toBeGreaterThan(0);
    await answers.items.prepare();
    expect(answers.items.tally).toEqual(first);
    expect(answers.users.tally).toBeUndefined();
  });

  it("is then built by another model's first question, where it is worth its while", () => {
    const answers = new Answers(parts);
    expect(ask(answers)).toEqual(expected);
    expect(answers.items.tally!.bounded).toBeGreaterThan(0);
    answers.audience(parts.items.id(3), { exclude: "none" });
    expect(answers.users.tally).toBeUndefined();
  });

  it("knows nothing of the questions before", async () => {
    const answers = new Answers(parts);
    await answers.items.prepare();
    const model = new Model(parts);
    const filter = model.filter({ where: (item) => model.items.index(item)! % 1000 === 1 });
    const [user] = parts.users as Iterable<Id>;
    const first = answers.recommend(user!, { exclude: "none" });
    expect(answers.recommend(user!, { exclude: "none", filter, minScore: 0 }).length).toBeLessThanOrEqual(5);
    answers.similarItems(parts.items.id(2), { measure: "dot", count: 3 });
    answers.similarItems(parts.items.id(2), { count: 5000 });
    expect(answers.recommend(user!, { exclude: "none" })).toEqual(first);
  });

  it("is refused to a disposed model", async () => {
    const model = new Model(parts);
    const preparing = model.prepare();
    model.dispose();
    await preparing;
    expect(() => model.recommend("user 0")).toThrow(expect.objectContaining({ code: "disposed" }));
    await expect(model.prepare()).rejects.toMatchObject({ code: "disposed" });
    await expect(new Model(parts).prepare({ side: "item" as never })).rejects.toThrow(
      'side must be "users" or "items"',
    );
  });
});

describe("the answers of a model", () => {
  it("are what sorting all scores gives, bit for bit, with an index and without", {
    timeout: 300_000,
  }, async () => {
    const looked: Looked = {
      items: { pairs: 0, bounded: 0, exact: 0 },
      users: { pairs: 0, bounded: 0, exact: 0 },
    };
    await fc.assert(
      fc.asyncProperty(shapes, changes, asked, async (shape, change, query) => {
        const parts = changed(randomParts(shape), change);
        const indexed = new Answers(parts);
        await indexed.items.prepare();
        await indexed.users.prepare();
        await check(parts, indexed, query, seededRandom(shape.seed! + 1, "test"), looked);
      }),
      { seed: 7, numRuns: RUNS },
    );
    for (const [side, { pairs, bounded, exact }] of Object.entries(looked)) {
      const share = (count: number): string => `${((100 * count) / pairs).toFixed(1)} %`;
      console.log(
        `${RUNS} configurations, ${pairs} pairs asked of indexes of ${side}: ${share(bounded)} bounded, ${share(exact)} scored exactly`,
      );
      expect(pairs).toBeGreaterThan(RUNS);
    }
  });
});

/** How much of what was asked of indexes they looked at. */
type Looked = Record<"items" | "users", { pairs: number; bounded: number; exact: number }>;

type Query = typeof asked extends fc.Arbitrary<infer T> ? T : never;

async function check(
  parts: ModelParts,
  indexed: Answers<Id, Id>,
  { count, offset, exclude, share, least }: Query,
  random: Random,
  looked: Looked,
): Promise<void> {
  const model = new Model(parts);
  const { factors, mean } = model;
  const [users, items] = [[...model.users], [...model.items]];
  const rows = (side: "users" | "items") => {
    const { values } = model.copyFactors(side);
    return (row: number) => values.subarray(row * factors, (row + 1) * factors);
  };
  const [w, u] = [rows("users"), rows("items")];
  const { userBiases, itemBiases } = parts;
  const score = (user: number, item: number): number => {
    let sum = mean;
    if (userBiases !== undefined) sum += userBiases[user]!;
    if (itemBiases !== undefined) sum += itemBiases[item]!;
    return sum + product(w(user), u(item));
  };
  const passing = new Set(share === undefined ? items : items.filter(() => random.unit() < share));
  const filter = share === undefined ? undefined : model.filter({ where: (item) => passing.has(item) });
  const filtered = filter && { filter };
  const passes = (item: number): boolean => passing.has(items[item]!);
  const rated = new Set(
    exclude === "none"
      ? []
      : users.flatMap((user, row) =>
          model.ratedItems(user).map(({ item }) => `${row} ${model.items.index(item)}`),
        ),
  );
  const some = (size: number): number[] =>
    size <= 4
      ? Array.from({ length: size }, (_, n) => n)
      : Array.from({ length: 4 }, () => random.integer(size));
  const page = (scores: readonly number[]): Asked => {
    const inOrder = scores.filter((one) => !Number.isNaN(one)).sort((a, b) => a - b);
    const at = least === undefined ? undefined : inOrder[Math.floor(least * inOrder.length)];
    return { count, offset, minScore: at };
  };
  const given = ({ minScore }: Asked) => ({
    ...{ count, offset },
    ...(minScore !== undefined && { minScore }),
  });
  const asItems = (list: readonly { item: Id; score: number }[]) =>
    list.map((one) => ({ id: one.item, score: one.score }));
  const asUsers = (list: readonly { user: Id; score: number }[]) =>
    list.map((one) => ({ id: one.user, score: one.score }));

  for (const user of some(users.length)) {
    const asking = page(items.map((_, item) => score(user, item)));
    const allowed = (item: number) => passes(item) && !rated.has(`${user} ${item}`);
    const expected = sorted(items, (item) => score(user, item), allowed, asking);
    const options = { ...given(asking), exclude, ...filtered } as const;
    expect(asItems(model.recommend(users[user]!, options))).toEqual(expected);
    expect(asItems(indexed.recommend(users[user]!, options))).toEqual(expected);
  }
  const listing = page(items.map((_, item) => score(0, item)));
  const { offset: _, ...many } = given(listing);
  const lists = users.map((__, user) =>
    sorted(
      items,
      (item) => score(user, item),
      (item) => passes(item) && !rated.has(`${user} ${item}`),
      { ...listing, offset: 0 },
    ),
  );
  const engine = engines[random.integer(engines.length)]!;
  const found = await model.recommendMany(users, { ...many, exclude, ...filtered, engine });
  expect(found.map(asItems), `${engine.threads} threads`).toEqual(lists);
  let next = 0;
  for await (const block of model.recommendAll({ ...many, exclude, ...filtered, engine })) {
    expect(block.from).toBe(next);
    next = block.to;
    for (let user = block.from; user < block.to; user++) {
      const at = (user - block.from) * block.count;
      const row = Array.from({ length: block.count }, (__, n) => ({
        id: block.items[at + n] === -1 ? undefined : items[block.items[at + n]!],
        score: block.scores[at + n],
      }));
      expect(row.slice(0, lists[user]!.length)).toEqual(lists[user]);
      expect(row.slice(lists[user]!.length).every((one) => one.id === undefined)).toBe(true);
    }
  }
  expect(next).toBe(users.length);

  for (const item of some(items.length)) {
    const asking = page(users.map((__, user) => score(user, item)));
    const options = { ...given(asking), exclude } as const;
    const allowed = (user: number) => !rated.has(`${user} ${item}`);
    const expected = sorted(users, (user) => score(user, item), allowed, asking);
    expect(asUsers(model.audience(items[item]!, options))).toEqual(expected);
    expect(asUsers(indexed.audience(items[item]!, options))).toEqual(expected);

    for (const measure of ["cosine", "dot"] as const) {
      const length = Math.sqrt(product(u(item), u(item)));
      const likeness = (other: number): number =>
        measure === "dot"
          ? product(u(item), u(other))
          : length > 0
            ? cosine(u(item), u(other), length)
            : Number.NaN;
      const wanted = page(items.map((__, other) => likeness(other)));
      const alike = sorted(items, likeness, (other) => passes(other) && other !== item, wanted);
      const measured = { ...given(wanted), ...filtered, measure };
      expect(asItems(model.similarItems(items[item]!, measured)), measure).toEqual(alike);
      expect(asItems(indexed.similarItems(items[item]!, measured)), measure).toEqual(alike);

      const basket = [item, random.integer(items.length), random.integer(items.length)];
      const query = basketVector(basket.map(u), measure);
      const likenessTo = (other: number): number =>
        query === undefined
          ? Number.NaN
          : measure === "dot"
            ? product(query, u(other))
            : cosine(query, u(other), 1);
      const wantedFor = page(items.map((__, other) => likenessTo(other)));
      const going = sorted(items, likenessTo, (other) => passes(other) && !basket.includes(other), wantedFor);
      const basketIds = basket.map((index) => items[index]!);
      const goingWith = { ...given(wantedFor), ...filtered, measure };
      expect(asItems(model.recommendFor(basketIds, goingWith)), measure).toEqual(going);
      expect(asItems(indexed.recommendFor(basketIds, goingWith)), measure).toEqual(going);
    }
  }
  for (const user of some(users.length)) {
    const length = Math.sqrt(product(w(user), w(user)));
    const likeness = (other: number): number => (length > 0 ? cosine(w(user), w(other), length) : Number.NaN);
    const wanted = page(users.map((__, other) => likeness(other)));
    const alike = sorted(users, likeness, (other) => other !== user, wanted);
    expect(asUsers(indexed.similarUsers(users[user]!, given(wanted)))).toEqual(alike);
    expect(asUsers(model.similarUsers(users[user]!, given(wanted)))).toEqual(alike);
  }
  const [someUsers, someItems] = [some(users.length).length, some(items.length).length];
  // Lists, and twice two kinds of neighbours; audiences, where looking deeper counts as looking again, and neighbours.
  looked.items.pairs += (someUsers + 4 * someItems) * items.length;
  looked.users.pairs += (someItems + someUsers) * users.length;
  for (const side of ["items", "users"] as const) {
    const tally = indexed[side].tally!;
    looked[side].bounded += tally.bounded;
    looked[side].exact += tally.exact;
  }
}

/** The mean of directions, or of vectors, in the precision of the model; undefined of none. */
function basketVector(
  vectors: readonly (Float32Array | Float64Array)[],
  measure: "cosine" | "dot",
): Float32Array | Float64Array | undefined {
  const lengths = vectors.map((vector) => (measure === "dot" ? 1 : Math.sqrt(product(vector, vector))));
  const sum = new Float64Array(vectors[0]!.length);
  let counted = 0;
  for (const [n, vector] of vectors.entries()) {
    if (!(lengths[n]! > 0 && lengths[n]! < Infinity)) continue;
    counted++;
    for (let k = 0; k < sum.length; k++) sum[k]! += vector[k]! / lengths[n]!;
  }
  return counted === 0 ? undefined : vectors[0]!.map((_, k) => sum[k]! / counted);
}

describe("bounds on axes", () => {
  /**
   * Strong features that all have, and some users and items that nearly all of their length is common to, on features of
   * their own: bounds on the strong axes have to reach them by what is left of their length alone.
   */
  function withOddOnes(precision: "float32" | "float64"): ModelParts {
    const [users, items, factors, strong] = [60, 6000, 32, 8];
    const parts = randomParts({ users, items, factors, precision, biases: false });
    const weak = (at: number): boolean => at % factors >= strong;
    const userFactors = parts.userFactors.map((value, at) => (weak(at) ? 0 : value / 8));
    const itemFactors = parts.itemFactors.map((value, at) => (weak(at) ? 0 : value));
    // No longer than others, so that length alone rules out nobody, and five on each feature: the other four say how near
    // the best of them a bound has to come.
    for (let odd = 0; odd < 120; odd++) {
      const feature = strong + (odd % (factors - strong));
      if (odd < users / 2) {
        userFactors[odd * factors + feature] = 4;
        // Some have no other factors: to them all other items would be the same.
        userFactors[odd * factors] = 0.1;
      }
      const item = odd * 49 + 7;
      for (let k = 0; k < strong; k++) itemFactors[item * factors + k]! *= 0.3;
      itemFactors[item * factors + feature] = 1.4;
    }
    return { ...parts, userFactors, itemFactors };
  }

  it.each(["float32", "float64"] as const)("reach what lies across them: %s", async (precision) => {
    const parts = withOddOnes(precision);
    const model = new Model(parts);
    const indexed = new Answers(parts);
    await indexed.items.prepare();
    const { values } = model.copyFactors("users");
    for (const [row, user] of [...model.users].entries()) {
      const vector = values.subarray(row * 32, (row + 1) * 32);
      const score = (item: number) => 0 + product(vector, model.itemVector(model.items.id(item)));
      const expected = sorted([...model.items], score, () => true, {
        count: 3,
        offset: 0,
        minScore: undefined,
      });
      const found = indexed.recommend(user, { count: 3, exclude: "none" });
      expect(found).toEqual(expected.map(({ id, score: told }) => ({ item: id, score: told })));
    }
    const { bounded, exact } = indexed.items.tally!;
    expect(bounded).toBeGreaterThan(0);
    // Without axes nearly all that is looked at would be scored.
    expect(exact).toBeLessThan(0.2 * model.userCount * model.itemCount);
  });
});
