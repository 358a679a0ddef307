import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Model } from "../../src/model/index.js";
import { handMade, randomModel } from "./fixtures.js";

const model = new Model(handMade());

describe("predict", () => {
  test("is μ + b + c + wᵀu, never clipped", () => {
    expect(model.predict("ann", "Alien")).toBe(3 + 0.5 + 1 + (1 * 0.5 + 2 * 0.25));
    expect(model.predict("bob", "Casablanca")).toBe(3 - 0.25 + 0.125 + (-1 * 4 + 0.5 * 0));
    expect(model.predict("ann", "Casablanca")).toBe(7.625);
    expect(model.range).toEqual([1, 5]);
  });

  test("is undefined for an unknown id, also for one of the other type", () => {
    expect(model.predict("eve", "Alien")).toBeUndefined();
    expect(model.predict("ann", "Dune")).toBeUndefined();
    expect(model.predict("__proto__", "constructor")).toBeUndefined();
    expect((model as Model).predict("ann", 1)).toBeUndefined();
  });

  test("refuses what cannot be an id", () => {
    expect(() => model.predict(undefined as never, "Alien")).toThrow(
      new TypeError("user must be an id (a string or a number), not undefined"),
    );
    expect(() => model.predict("ann", ["Alien"] as never)).toThrow(
      new TypeError("item must be an id (a string or a number), not an array of 1"),
    );
  });

  test("adds in the order ((μ + b) + c) + wᵀu", () => {
    // In float64 1e16 + 1 is 1e16: any other order gives another number.
    const parts = handMade({
      mean: 1e16,
      userBiases: Float64Array.of(1, 1),
      itemBiases: Float64Array.of(1, 1, 1),
      userFactors: Float64Array.of(-1e16, 0, 0, 0),
      itemFactors: Float64Array.of(1, 0, 0, 0, 0, 0),
    });
    expect(new Model(parts).predict("ann", "Alien")).toBe(0);
    const reversed = { ...parts, userFactors: Float64Array.of(2, 0, 0, 0) };
    expect(new Model(reversed).predict("ann", "Alien")).toBe(1e16 + 2);
  });

  test("does without biases", () => {
    const plain = new Model(handMade({ mean: 0, userBiases: undefined, itemBiases: undefined }));
    expect(plain.predict("ann", "Brazil")).toBe(3);
    expect(plain.userBias("ann")).toBe(0);
    expect(plain.itemBias("Alien")).toBe(0);
  });
});

describe("score", () => {
  test("is predict by index", () => {
    for (const [u, user] of [...model.users].entries())
      for (const [i, item] of [...model.items].entries())
        expect(model.score(u, i)).toBe(model.predict(user, item));
  });

  test("answers −1 with the baseline that is known", () => {
    expect(model.score(-1, 2)).toBe(3.125);
    expect(model.score(1, -1)).toBe(2.75);
    expect(model.score(-1, -1)).toBe(3);
  });

  test.each([-2, 2, 0.5, NaN])("refuses the user index %s", (index) => {
    expect(() => model.score(index, 0)).toThrow(RangeError);
    expect(() => model.score(index, 0)).toThrow(
      `user index must be an integer from -1 (unknown) to 1, not ${index}`,
    );
  });

  test.each([-2, 3, 0.5, NaN])("refuses the item index %s", (index) => {
    expect(() => model.score(0, index)).toThrow(
      `item index must be an integer from -1 (unknown) to 2, not ${index}`,
    );
  });
});

describe("predictBlock", () => {
  test("holds predict for each pair in the order given, repetitions and unknown ids included", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom("float32" as const, "float64" as const),
        fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 12 }),
        fc.array(fc.integer({ min: 0, max: 10 }), { maxLength: 12 }),
        (seed, factors, precision, rows, columns) => {
          const random = randomModel({ seed, factors, precision });
          const users = rows.map((row) => `user ${row}`);
          const items = columns.map((column) => `item ${column}`);
          const block = random.predictBlock(users, items);
          expect(block.users).toEqual(users);
          expect(block.items).toEqual(items);
          expect([...block.values]).toEqual(
            users.flatMap((user) => items.map((item) => random.predict(user, item) ?? NaN)),
          );
        },
      ),
      { seed: 2, numRuns: 200 },
    );
  });

  test("returns copies of the ids", () => {
    const users = ["ann"];
    const block = model.predictBlock(users, ["Alien"]);
    users[0] = "eve";
    expect(block.users).toEqual(["ann"]);
  });

  test("refuses what is not an array, and a block beyond memory", () => {
    expect(() => model.predictBlock("ann" as never, ["Alien"])).toThrow(
      new TypeError('users must be an array of user ids, not "ann"'),
    );
    expect(() => model.predictBlock(["ann"], [null as never])).toThrow(TypeError);
    const many = new Array<string>(2 ** 20).fill("ann");
    expect(() => model.predictBlock(many, many)).toThrow(expect.objectContaining({ code: "too-large" }));
  });
});
