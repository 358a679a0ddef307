import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Model, type UserOrItem } from "../../src/model/index.js";
import { handMade, randomModel } from "./fixtures.js";

/** Users ann (3, 4) and bob (−4, 3); items Alien (6, 8), Brazil (0, 0), Casablanca (5, 0). */
function model(scaleUsers = 1, scaleItems = 1) {
  return new Model(
    handMade({
      userFactors: Float64Array.of(3, 4, -4, 3).map((value) => value * scaleUsers),
      itemFactors: Float64Array.of(6, 8, 0, 0, 5, 0).map((value) => value * scaleItems),
    }),
  );
}

/** The definition, summed in plain order; exact enough for values near 1. */
function plain(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const product = (x: ArrayLike<number>, y: ArrayLike<number>) =>
    Array.from(x).reduce((sum, value, k) => sum + value * y[k]!, 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

describe("cosine", () => {
  test("is what can be worked out by hand", () => {
    const known = model();
    const cosines = [
      known.cosine({ user: "ann" }, { user: "bob" }),
      known.cosine({ user: "ann" }, { item: "Alien" }),
      known.cosine({ item: "Casablanca" }, { user: "ann" }),
      known.cosine({ item: "Casablanca" }, { user: "bob" }),
      known.cosine({ item: "Alien" }, { item: "Casablanca" }),
      known.cosine({ item: "Casablanca" }, { item: "Casablanca" }),
    ];
    for (const [at, expected] of [0, 1, 0.6, -0.8, 0.6, 1].entries())
      expect(cosines[at]).toBeCloseTo(expected, 15);
  });

  test("is the definition's, symmetric, and what similarItems and similarUsers say", () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom("float32" as const, "float64" as const),
        (seed, factors, precision) => {
          const random = randomModel({ seed, factors, precision });
          const all: [UserOrItem, ArrayLike<number>][] = [
            ...[...random.users].map(
              (user) => [{ user }, random.userVector(user)] as [UserOrItem, ArrayLike<number>],
            ),
            ...[...random.items].map(
              (item) => [{ item }, random.itemVector(item)] as [UserOrItem, ArrayLike<number>],
            ),
          ];
          for (const [a, left] of all)
            for (const [b, right] of all) {
              const cosine = random.cosine(a, b);
              const expected = plain(left, right);
              expect(Number.isNaN(cosine)).toBe(Number.isNaN(expected));
              if (Number.isNaN(cosine)) continue;
              expect(Math.abs(cosine - expected)).toBeLessThan(1e-14);
              expect(Math.abs(cosine)).toBeLessThanOrEqual(1);
              expect(random.cosine(b, a)).toBe(cosine);
            }
          for (const item of random.items)
            for (const { item: other, score } of random.similarItems(item, { count: 99 }))
              expect(random.cosine({ item }, { item: other })).toBeCloseTo(score, 14);
          for (const user of random.users)
            for (const { user: other, score } of random.similarUsers(user, { count: 99 }))
              expect(random.cosine({ user }, { user: other })).toBeCloseTo(score, 14);
        },
      ),
      { seed: 6, numRuns: 50 },
    );
  });

  test("is NaN where there is no direction", () => {
    const known = model();
    expect(known.cosine({ user: "ann" }, { item: "Brazil" })).toBeNaN();
    expect(known.cosine({ item: "Brazil" }, { item: "Brazil" })).toBeNaN();
  });

  test("does not depend on lengths, however large or small", () => {
    for (const [users, items] of [
      [1e300, 1e300],
      [1e-300, 1e-300],
      [1e-300, 1e300],
      [1e308 / 4, 1e-308],
    ] as const)
      expect(model(users, items).cosine({ user: "bob" }, { item: "Casablanca" })).toBeCloseTo(-0.8, 14);
  });

  test("refuses unknown ids, naming the side", () => {
    expect(() => model().cosine({ user: "ann" }, { item: "Dune" })).toThrow(
      expect.objectContaining({
        code: "unknown-id",
        message: 'This model does not know item "Dune". The ids it knows are in model.items.',
      }),
    );
    expect(() => model().cosine({ user: "Alien" }, { item: "Alien" })).toThrow(
      expect.objectContaining({ code: "unknown-id" }),
    );
  });

  test.each([
    [{}, TypeError, "cosine: b must be { user: id } or { item: id }, not empty"],
    [
      { user: "ann", item: "Alien" },
      TypeError,
      "cosine: b must be { user: id } or { item: id }, not both in one",
    ],
    [
      { users: "ann" },
      RangeError,
      'cosine: b: unknown key "users"; did you mean "user"? Known keys: user, item.',
    ],
    [{ user: "ann", name: "Ann" }, RangeError, 'unknown key "name"'],
    [{ user: undefined }, TypeError, "not empty"],
    [{ item: null }, TypeError, "item must be an id"],
    ["ann", TypeError, "cosine: b: keys must be an object"],
    [undefined, TypeError, "cosine: b: keys must be an object"],
    [["ann"], TypeError, "cosine: b: keys must be an object"],
  ])("refuses %j", (wrong, type, message) => {
    const ask = () => model().cosine({ user: "ann" }, wrong as never);
    expect(ask).toThrow(type);
    expect(ask).toThrow(message);
  });

  test("says which of the two is wrong, and that a model was disposed of", () => {
    const known = model();
    expect(() => known.cosine({} as never, { user: "ann" })).toThrow("cosine: a must be");
    known.dispose();
    expect(() => known.cosine({ user: "ann" }, { user: "bob" })).toThrow(
      expect.objectContaining({ code: "disposed" }),
    );
  });
});
