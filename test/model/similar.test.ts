import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Model } from "../../src/model/index.js";
import { Vocabulary } from "../../src/ratings/vocabulary.js";
import { handMade, randomModel } from "./fixtures.js";

/** The definition, summed in plain order. */
function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let product = 0;
  let aa = 0;
  let bb = 0;
  for (let k = 0; k < a.length; k++) {
    product += a[k]! * b[k]!;
    aa += a[k]! * a[k]!;
    bb += b[k]! * b[k]!;
  }
  return product / (Math.sqrt(aa) * Math.sqrt(bb));
}

describe("similarItems and similarUsers", () => {
  test("equal the cosines of all others, sorted", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom("float32" as const, "float64" as const),
        fc.integer({ min: 1, max: 20 }),
        (seed, factors, precision, count) => {
          const model = randomModel({ seed, factors, precision, users: 12, items: 15 });
          check(
            [...model.items],
            (id) => model.itemVector(id),
            (id) => model.similarItems(id, { count }).map(({ item, score }) => ({ id: item, score })),
          );
          check(
            [...model.users],
            (id) => model.userVector(id),
            (id) => model.similarUsers(id, { count }).map(({ user, score }) => ({ id: user, score })),
          );

          function check<T>(
            ids: T[],
            vector: (id: T) => ArrayLike<number>,
            similar: (id: T) => { id: T; score: number }[],
          ) {
            for (const id of ids) {
              const expected = new Map(
                ids
                  .filter((other) => other !== id)
                  .map((other) => [other, cosine(vector(id), vector(other))] as const)
                  .filter(([, score]) => !Number.isNaN(score)),
              );
              const found = similar(id);
              expect(found).toHaveLength(Math.min(count, expected.size));
              // Compared by rank and by id: rounding may swap neighbours whose cosines agree to 1e-12.
              const ranked = [...expected.values()].sort((a, b) => b - a);
              for (const [rank, { id: other, score }] of found.entries()) {
                expect(Math.abs(score - ranked[rank]!)).toBeLessThan(1e-12);
                expect(Math.abs(score - expected.get(other)!)).toBeLessThan(1e-12);
              }
            }
          }
        },
      ),
      { seed: 4, numRuns: 100 },
    );
  });

  test("stay within [−1, 1] and put equal ones in vocabulary order", () => {
    // Multiples of (0.1, 0.2, 0.3) round to lengths whose quotient would be 1.0000000000000002.
    const rows = [1, 3, 7, -1, 1.7].flatMap((scale) => [0.1 * scale, 0.2 * scale, 0.3 * scale]);
    const ids = ["a", "b", "c", "opposite", "d"];
    const parallel = new Model({
      ...handMade(),
      factors: 3,
      userFactors: new Float64Array(6),
      itemFactors: Float64Array.from(rows),
      items: new Vocabulary("string", ids),
      itemCounts: Int32Array.of(1, 1, 1, 1, 1),
      itemBiases: new Float64Array(5),
    });
    for (const id of ids)
      for (const { score } of parallel.similarItems(id)) {
        expect(Math.abs(score)).toBeLessThanOrEqual(1);
        expect(Math.abs(score)).toBeGreaterThan(1 - 1e-15);
      }
    expect(parallel.similarItems("a").at(-1)).toMatchObject({ item: "opposite" });
  });

  test("never find zero factors, which have no neighbours either", () => {
    const model = new Model(handMade({ itemFactors: Float64Array.of(1, 1, 0, 0, 1, 0) }));
    expect(model.similarItems("Brazil")).toEqual([]);
    expect(model.similarItems("Alien").map(({ item }) => item)).toEqual(["Casablanca"]);
  });

  test("are the same after prepare", async () => {
    const one = randomModel({ users: 700, items: 600 });
    const other = randomModel({ users: 700, items: 600 });
    await other.prepare();
    await other.prepare();
    const all = { count: 700 };
    expect(other.similarItems("item 5", all)).toEqual(one.similarItems("item 5", all));
    expect(other.similarUsers("user 699", all)).toEqual(one.similarUsers("user 699", all));
    expect(one.similarUsers("user 699")).toHaveLength(10);
  });

  test("refuse unknown ids and wrong options", () => {
    const model = new Model(handMade());
    expect(() => model.similarItems("Dune")).toThrow(
      expect.objectContaining({
        code: "unknown-id",
        message: 'This model does not know item "Dune". The ids it knows are in model.items.',
      }),
    );
    expect(() => model.similarUsers("eve")).toThrow(expect.objectContaining({ code: "unknown-id" }));
    expect(() => model.similarUsers(undefined as never)).toThrow(TypeError);
    expect(() => model.similarItems("Alien", { count: 0 })).toThrow(RangeError);
    expect(() => model.similarUsers("ann", { exclude: "none" } as never)).toThrow(
      "similarUsers: unknown option",
    );
  });
});
