import { describe, expect, it } from "vitest";
import { checkInteger, checkNumber, checkOneOf, checkOptions } from "../src/options.js";

const KNOWN = ["factors", "regularization", "scaling", "onEpoch"];

describe("checkOptions", () => {
  it("lets known names pass, and none at all", () => {
    expect(() => checkOptions("ALS", { factors: 3, onEpoch: undefined }, KNOWN)).not.toThrow();
    expect(() => checkOptions("ALS", {}, [])).not.toThrow();
  });

  it("names the unknown option, the nearest known one and all known ones", () => {
    expect(() => checkOptions("ALS", { factors: 3, factor: 4 }, KNOWN)).toThrow(
      new RangeError(
        'ALS: unknown option "factor"; did you mean "factors"? ' +
          "Known options: factors, regularization, scaling, onEpoch.",
      ),
    );
  });

  it.each([
    ["regularisation", "regularization"],
    ["reg", "regularization"],
    ["onepoch", "onEpoch"],
    ["scalign", "scaling"],
  ])("finds the option nearest to %s", (name, near) => {
    expect(() => checkOptions("ALS", { [name]: 1 }, KNOWN)).toThrow(`did you mean ${JSON.stringify(near)}?`);
  });

  it("suggests nothing where nothing is near", () => {
    expect(() => checkOptions("ALS", { colour: 1 }, KNOWN)).toThrow(
      'ALS: unknown option "colour". Known options: factors',
    );
    expect(() => checkOptions("prepare", { a: 1 }, [])).toThrow(
      'prepare: unknown option "a". It takes no options.',
    );
  });

  it("says what the names are names of", () => {
    expect(() => checkOptions("row 3", { rating: 5 }, ["user", "value"], "key")).toThrow(
      'row 3: unknown key "rating". Known keys: user, value.',
    );
  });

  it("is quick for a very long name", () => {
    expect(() => checkOptions("ALS", { ["x".repeat(1e6)]: 1 }, KNOWN)).toThrow(RangeError);
  });

  it.each([
    [null, "null"],
    ["full", '"full"'],
    [[1], "an array of 1"],
  ])("refuses %j in place of options", (options, shown) => {
    expect(() => checkOptions("ALS", options as object, KNOWN)).toThrow(
      new TypeError(`ALS: options must be an object, not ${shown}`),
    );
  });
});

describe("checkInteger", () => {
  it("returns integers within bounds, the bounds included", () => {
    expect(checkInteger("factors", 1, 1, 2048)).toBe(1);
    expect(checkInteger("factors", 2048, 1, 2048)).toBe(2048);
    expect(checkInteger("seed", Number.MAX_SAFE_INTEGER, 0)).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each([0, 2049, 1.5, Number.NaN, Infinity])("refuses %d by value", (value) => {
    expect(() => checkInteger("factors", value, 1, 2048)).toThrow(
      new RangeError(`factors must be an integer from 1 to 2048, not ${value}`),
    );
  });

  it("refuses other types, and says so of a string of digits", () => {
    expect(() => checkInteger("factors", "32", 1, 2048)).toThrow(
      new TypeError('factors must be an integer from 1 to 2048, not the string "32"'),
    );
    expect(() => checkInteger("seed", undefined, 0)).toThrow(
      new TypeError("seed must be an integer of at least 0, not undefined"),
    );
    expect(() => checkInteger("seed", 2 ** 53, 0)).toThrow(RangeError);
  });
});

describe("checkNumber", () => {
  it("returns finite numbers within bounds", () => {
    expect(checkNumber("λ", 0, { min: 0 })).toBe(0);
    expect(checkNumber("λ", 1, { max: 1 })).toBe(1);
    expect(checkNumber("test", 0.5, { above: 0, below: 1 })).toBe(0.5);
    expect(checkNumber("x", -1e300)).toBe(-1e300);
  });

  it.each([
    [-1, { min: 0 }, "a finite number of at least 0"],
    [3, { max: 2 }, "a finite number of at most 2"],
    [0, { above: 0, below: 1 }, "a finite number above 0 and below 1"],
    [1, { above: 0, below: 1 }, "a finite number above 0 and below 1"],
    [Number.NaN, {}, "a finite number"],
    [Infinity, { min: 0 }, "a finite number of at least 0"],
    [-Infinity, {}, "a finite number"],
  ])("refuses %d within %j", (value, bounds, wanted) => {
    expect(() => checkNumber("λ", value, bounds)).toThrow(
      new RangeError(`λ must be ${wanted}, not ${value}`),
    );
  });

  it("refuses other types", () => {
    expect(() => checkNumber("λ", "0.1", { min: 0 })).toThrow(
      new TypeError('λ must be a finite number of at least 0, not the string "0.1"'),
    );
    expect(() => checkNumber("λ", 1n)).toThrow(new TypeError("λ must be a finite number, not 1n"));
  });
});

describe("checkOneOf", () => {
  it("returns the choice", () => {
    expect(checkOneOf("biases", "mean", ["full", "mean", "none"])).toBe("mean");
    expect(checkOneOf("precision", 32, [32, 64])).toBe(32);
  });

  it("refuses another value of the type with the nearest choice", () => {
    expect(() => checkOneOf("biases", "ful", ["full", "mean", "none"])).toThrow(
      new RangeError('biases must be "full", "mean" or "none", not the string "ful"; did you mean "full"?'),
    );
    expect(() => checkOneOf("precision", 16, [32, 64])).toThrow(
      new RangeError("precision must be 32 or 64, not 16"),
    );
    expect(() => checkOneOf("biases", "__proto__", ["full"])).toThrow(
      new RangeError('biases must be "full", not the string "__proto__"'),
    );
  });

  it("refuses another type", () => {
    expect(() => checkOneOf("biases", true, ["full", "mean"])).toThrow(
      new TypeError('biases must be "full" or "mean", not true'),
    );
  });
});
