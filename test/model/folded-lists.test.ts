import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ALS, type AlsOptions, type Factors, Model } from "../../src/index.js";
import { stateOf } from "../../src/model/stored-model.js";
import { seededRandom } from "../../src/random.js";
import { product, sorted } from "./brute-force.js";
import { drawRatings } from "./fold-in-problems.js";

interface Pair {
  /** With indexes of both sides. */
  readonly indexed: Model<string, string>;
  /** Too small for an index unless one is asked for. */
  readonly scanned: Model<string, string>;
}

const KINDS: Record<string, AlsOptions> = {
  "biases, float64": {},
  "no biases, float32": { biases: "none", precision: "float32" },
  implicit: { feedback: "implicit", precision: "float32" },
};
const pairs: Record<string, Pair> = {};

beforeAll(async () => {
  for (const [name, options] of Object.entries(KINDS)) {
    const values = options.feedback === "implicit" ? "plays" : "stars";
    const ratings = drawRatings({ seed: 3, users: 130, items: 150, density: 0.08, values });
    const scanned = await new ALS({ factors: 6, epochs: 2, ...options }).fit(ratings);
    const indexed = await Model.fromBytes<string, string>(scanned.toBytes());
    await indexed.prepare();
    pairs[name] = { indexed, scanned };
  }
});

const asked = fc.record({
  seed: fc.integer({ min: 0, max: 1e6 }),
  ratings: fc.integer({ min: 1, max: 30 }),
  count: fc.constantFrom(1, 3, 10, 1e9),
  offset: fc.constantFrom(0, 0, 2, 40, 1e6),
  exclude: fc.constantFrom(undefined, "rated", "none"),
  /** The share of items that a filter lets through. */
  share: fc.constantFrom(undefined, 0, 0.1, 0.6),
  /** Where a least score stands among all scores. */
  least: fc.constantFrom(undefined, 0.3, 0.9),
});
type Query = typeof asked extends fc.Arbitrary<infer T> ? T : never;

/** Scores of all rows of a side with a vector, in the order of operations that predictions have. */
function scoresOf(
  model: Model<string, string>,
  side: "users" | "items",
  { vector, bias }: { readonly vector: Factors; readonly bias: number },
): number[] {
  const { values, factors } = model.copyFactors(side);
  const rows = (row: number): Factors => values.subarray(row * factors, (row + 1) * factors);
  const biased = model.options["biases"] === "full";
  return Array.from(model[side], (id, row) => {
    let sum = model.mean;
    if (biased) sum = side === "items" ? sum + bias + model.itemBias(id) : sum + model.userBias(id) + bias;
    return sum + product(vector, rows(row));
  });
}

function pageOf({ count, offset, exclude, least }: Query, scores: readonly number[]) {
  const inOrder = [...scores].sort((a, b) => a - b);
  const minScore = least === undefined ? undefined : inOrder[Math.floor(least * inOrder.length)];
  return {
    asking: { count, offset, minScore },
    options: {
      ...{ count, offset },
      ...(exclude !== undefined && { exclude }),
      ...(minScore !== undefined && { minScore }),
    },
  };
}

/** Some ids with values, in a random order, each once. */
function given(ids: readonly string[], { seed, ratings }: Query): [string, number][] {
  const random = seededRandom(seed, "test");
  const chosen = new Set(Array.from({ length: ratings }, () => ids[random.integer(ids.length)]!));
  return Array.from(chosen, (id) => [id, 1 + random.integer(5)]);
}

const list = (found: readonly { score: number; item?: string; user?: string }[]) =>
  found.map((one) => ({ id: one.item ?? one.user, score: one.score }));

describe.each(Object.keys(KINDS))("who is folded into a model (%s)", (name) => {
  it("has the lists that sorting all scores gives, whatever is asked, with an index and without", async () => {
    const { indexed, scanned } = pairs[name]!;
    const before = stateOf(indexed).answers.items.tally!.exact;
    let found = 0;
    await fc.assert(
      fc.asyncProperty(asked, async (query) => {
        const ids = [...scanned.items];
        const rows = given(ids, query);
        const random = seededRandom(query.seed + 1, "test");
        const { share } = query;
        const passing = new Set(share === undefined ? ids : ids.filter(() => random.unit() < share));
        const rated = new Set(rows.map(([id]) => id));
        for (const model of [indexed, scanned]) {
          const folded = await model.foldIn(rows);
          const scores = scoresOf(model, "items", folded);
          const { asking, options } = pageOf(query, scores);
          const allowed = (at: number): boolean =>
            passing.has(ids[at]!) && (query.exclude === "none" || !rated.has(ids[at]!));
          const filter = model.filter({ where: (item) => passing.has(item) });
          const told = folded.recommend({ ...options, ...(share !== undefined && { filter }) });
          expect(list(told)).toEqual(sorted(ids, (at) => scores[at]!, allowed, asking));
          for (const { item, score } of told) expect(score).toBe(folded.predict(item));
          found += told.length;
        }
      }),
      { seed: 5, numRuns: 60 },
    );
    expect(found).toBeGreaterThan(1000);
    expect(stateOf(indexed).answers.items.tally!.exact).toBeGreaterThan(before);
    expect(stateOf(scanned).answers.items.tally).toBeUndefined();
  });

  it("and an item, its audience", async () => {
    const { indexed, scanned } = pairs[name]!;
    const before = stateOf(indexed).answers.users.tally!.exact;
    let found = 0;
    await fc.assert(
      fc.asyncProperty(asked, async (query) => {
        const ids = [...scanned.users];
        const rows = given(ids, query);
        const rated = new Set(rows.map(([id]) => id));
        for (const model of [indexed, scanned]) {
          const folded = await model.foldInItem(rows);
          const scores = scoresOf(model, "users", folded);
          const { asking, options } = pageOf(query, scores);
          const allowed = (at: number): boolean => query.exclude === "none" || !rated.has(ids[at]!);
          const told = folded.audience(options);
          expect(list(told)).toEqual(sorted(ids, (at) => scores[at]!, allowed, asking));
          for (const { user, score } of told) expect(score).toBe(folded.predict(user));
          found += told.length;
        }
      }),
      { seed: 6, numRuns: 60 },
    );
    expect(found).toBeGreaterThan(1000);
    expect(stateOf(indexed).answers.users.tally!.exact).toBeGreaterThan(before);
    expect(stateOf(scanned).answers.users.tally).toBeUndefined();
  });
});

describe("lists of who was folded in", () => {
  it("refuse what the model's refuse", async () => {
    const { scanned } = pairs["biases, float64"]!;
    const folded = await scanned.foldIn(["item 1"]);
    const other = await new ALS({ factors: 2, epochs: 1 }).fit(drawRatings({ seed: 4 }));
    expect(() => folded.recommend({ filter: other.filter({}) })).toThrow(
      /^filter was made by a model of other/,
    );
    for (const offset of [-1, 0.5]) expect(() => folded.recommend({ offset })).toThrow(RangeError);
    expect(() => folded.recommend({ minScore: Number.NaN })).toThrow(RangeError);
    const item = await scanned.foldInItem(["user 1"]);
    expect(() => item.audience({ filter: scanned.filter({}) } as never)).toThrow('unknown option "filter"');
    for (const offset of [-1, 0.5]) expect(() => item.audience({ offset })).toThrow(RangeError);
    expect(() => item.audience({ exclude: "given" as never })).toThrow(RangeError);
  });
});
