import { describe, expect, it } from "vitest";
import { Model, type PageOptions } from "../../src/model/index.js";
import { handMade, randomModel } from "./fixtures.js";

/** Coarse factors: most entries share their score with others, so that pages would show any instability. */
const model = randomModel({ users: 40, items: 40, factors: 2, coarse: true });
const rankings: Record<string, (options: PageOptions) => { score: number }[]> = {
  recommend: (options) => model.recommend("user 3", options),
  audience: (options) => model.audience("item 5", options),
  recommendFor: (options) => model.recommendFor(["item 1", "item 2"], options),
  similarItems: (options) => model.similarItems("item 1", options),
  "similarItems by dot": (options) => model.similarItems("item 1", { ...options, measure: "dot" }),
  similarUsers: (options) => model.similarUsers("user 1", options),
};

describe.each(Object.keys(rankings))("pages of %s", (name) => {
  const ask = rankings[name]!;
  const all = ask({ count: 1000 });

  it("join to the whole ranking, whatever their size", () => {
    expect(all.length).toBeGreaterThan(15);
    for (const count of [1, 7, 10]) {
      const pages: { score: number }[] = [];
      for (let offset = 0; offset < all.length; offset += count) pages.push(...ask({ count, offset }));
      expect(pages).toEqual(all);
    }
  });

  it("are empty behind the end, and short where it is near", () => {
    for (const offset of [all.length, 1000, Number.MAX_SAFE_INTEGER - 10])
      expect(ask({ offset })).toEqual([]);
    expect(ask({ offset: all.length - 3 })).toEqual(all.slice(-3));
    expect(ask({ count: 1e9, offset: 2 })).toEqual(all.slice(2));
  });

  it("end where scores fall below a least one, which is in", () => {
    const minScore = all[6]!.score;
    const expected = all.filter(({ score }) => score >= minScore);
    expect(expected.length).toBeGreaterThanOrEqual(7);
    expect(ask({ minScore, count: 1000 })).toEqual(expected);
    expect(ask({ minScore, count: 1000, offset: 3 })).toEqual(expected.slice(3));
    expect(ask({ minScore: 1e9 })).toEqual([]);
  });

  it("refuse wrong options", () => {
    for (const count of [0, -1, 1.5, Number.NaN, Infinity]) expect(() => ask({ count })).toThrow(RangeError);
    for (const offset of [-1, 0.5, Infinity]) expect(() => ask({ offset })).toThrow(RangeError);
    expect(() => ask({ minScore: Number.NaN })).toThrow(RangeError);
    expect(() => ask({ minScore: "3" as never })).toThrow(TypeError);
    expect(() => ask({ ofset: 3 } as never)).toThrow('did you mean "offset"?');
  });
});

describe("audience", () => {
  const small = new Model(handMade());

  it("lists users by their predictions, those who rated the item left out or not", () => {
    expect(small.audience("Brazil")).toEqual([{ user: "ann", score: 5.5 }]);
    expect(small.audience("Brazil", { exclude: "none" })).toEqual([
      { user: "ann", score: small.predict("ann", "Brazil") },
      { user: "bob", score: small.predict("bob", "Brazil") },
    ]);
  });

  it("refuses unknown items, and a model without history", () => {
    expect(() => small.audience("Dune")).toThrow(expect.objectContaining({ code: "unknown-id" }));
    const bare = new Model(handMade({ history: { kind: "none" } }));
    expect(() => bare.audience("Brazil")).toThrow(
      expect.objectContaining({ code: "no-history", message: expect.stringMatching(/^audience leaves out/) }),
    );
    expect(bare.audience("Brazil", { exclude: "none" })).toHaveLength(2);
  });
});

describe("recommendFor", () => {
  const items = ["item 1", "item 2", "item 7"];

  it("scores by the mean of cosines with the basket, or of dot products", () => {
    const cosines = new Map(
      model.recommendFor(items, { count: 100 }).map(({ item, score }) => [item, score]),
    );
    const dots = new Map(
      model.recommendFor(items, { count: 100, measure: "dot" }).map(({ item, score }) => [item, score]),
    );
    const mean = (numbers: number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
    const product = (a: ArrayLike<number>, b: ArrayLike<number>) => a[0]! * b[0]! + a[1]! * b[1]!;
    let compared = 0;
    for (const item of model.items) {
      if (items.includes(String(item))) {
        expect(cosines.has(item) || dots.has(item)).toBe(false);
        continue;
      }
      const expected = mean(items.map((other) => product(model.itemVector(item), model.itemVector(other))));
      expect(dots.get(item)).toBeCloseTo(expected, 12);
      const one = cosines.get(item);
      if (one === undefined) expect(Array.from(model.itemVector(item))).toEqual([0, 0]);
      else expect(one).toBeCloseTo(mean(items.map((other) => model.cosine({ item }, { item: other }))), 12);
      compared++;
    }
    expect(compared).toBe(37);
  });

  it("is what similarItems says for a basket of one, to rounding", () => {
    const one = model.recommendFor(["item 2"], { count: 100 });
    const other = new Map(
      model.similarItems("item 2", { count: 100 }).map(({ item, score }) => [item, score]),
    );
    expect(one).toHaveLength(other.size);
    for (const { item, score } of one) expect(score).toBeCloseTo(other.get(item)!, 12);
  });

  it("counts an item that comes twice twice, and none without a direction", () => {
    const basket = new Model(handMade({ itemFactors: Float64Array.of(1, 0, 0, 1, 1, 1) }));
    expect(basket.recommendFor(["Alien", "Alien", "Brazil"], { measure: "dot" })).toEqual([
      { item: "Casablanca", score: 1 },
    ]);
    const zero = new Model(handMade({ itemFactors: Float64Array.of(0, 0, 0, 2, 3, 0) }));
    expect(zero.recommendFor(["Alien", "Brazil"])).toEqual([{ item: "Casablanca", score: 0 }]);
    expect(zero.recommendFor(["Alien"])).toEqual([]);
  });

  it("refuses an empty basket, and names all unknown items", () => {
    expect(() => model.recommendFor([])).toThrow("recommendFor needs at least one item");
    expect(() => model.recommendFor(["item 1", "x", "y"])).toThrow(
      expect.objectContaining({
        code: "unknown-id",
        message:
          'recommendFor: this model does not know items "x", "y". The ids it knows are in model.items.',
      }),
    );
    expect(() => model.recommendFor("item 1" as never)).toThrow("basket must be an array of item ids");
    expect(() => model.recommendFor(["item 1", null] as never)).toThrow(
      "recommendFor: basket[1] must be an id",
    );
    expect(() => model.recommendFor([3 as never])).toThrow(
      /item 3: its item ids are strings, and this is a number/,
    );
    expect(() => model.recommendFor(["item 1"], { measure: "sine" as never })).toThrow(
      'measure must be "cosine" or "dot"',
    );
  });
});
