import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exp, log, pow } from "../src/arithmetic.js";

/** Relative error allowed against the engine's own functions, which err by an ulp themselves. */
const TOLERANCE = 1e-14;

function expectClose(actual: number, expected: number): void {
  const difference = Math.abs(actual - expected);
  if (!(difference <= TOLERANCE * Math.abs(expected))) expect(actual).toBe(expected);
}

const positive: fc.Arbitrary<number> = fc.double({ min: 1e-300, max: 1e300, noNaN: true });

describe("pow", () => {
  it("agrees with Math.pow for counts and the exponents that scaling uses", () => {
    for (const exponent of [0.1, 0.5, 0.7, 0.9, -0.9, 1 / 3, 2]) {
      for (let n = 1; n <= 20_000; n += 7) expectClose(pow(n, exponent), n ** exponent);
      for (const n of [1e5, 1e6, 20_000_263, 2 ** 31, 2 ** 53]) expectClose(pow(n, exponent), n ** exponent);
    }
  });

  it("agrees with Math.pow for any base and exponent whose power is a normal number", () => {
    fc.assert(
      fc.property(positive, fc.double({ min: -50, max: 50, noNaN: true }), (base, exponent) => {
        const expected = base ** exponent;
        if (expected > 1e-300 && expected < 1e300) expectClose(pow(base, exponent), expected);
        else if (expected >= 1e300) expect(pow(base, exponent)).toBeGreaterThan(9e299);
        else expect(pow(base, exponent)).toBeLessThan(1.1e-300);
      }),
      { numRuns: 5_000 },
    );
  });

  it("gives exact squares, roots of squares and powers of two", () => {
    for (let n = 1; n <= 500; n++) {
      expect(pow(n, 2)).toBe(n * n);
      expect(pow(n * n, 0.5)).toBe(n);
    }
    for (let k = -1022; k <= 1023; k++) expect(pow(2, k)).toBe(2 ** k);
  });

  it("is exact for the exponents 0 and 1", () => {
    for (const base of [5e-324, 0.1, 1, 3, 1e17, Number.MAX_VALUE]) {
      expect(pow(base, 0)).toBe(1);
      expect(pow(base, 1)).toBe(base);
    }
  });

  it("goes to Infinity and 0 at the ends of the range", () => {
    expect(pow(10, 309)).toBe(Infinity);
    expect(pow(10, -324)).toBe(0);
    expect(pow(2, -1074)).toBe(5e-324);
    expect(pow(5e-324, 0.5)).toBe(Math.sqrt(5e-324));
    expect(pow(Infinity, 0.5)).toBe(Infinity);
    expect(pow(Infinity, -0.5)).toBe(0);
    expect(pow(2, Infinity)).toBe(Infinity);
    expect(pow(0.5, Infinity)).toBe(0);
  });

  it("is NaN for a base that is not positive and for NaN", () => {
    for (const base of [0, -0, -1, -Infinity, Number.NaN]) expect(pow(base, 0.5)).toBeNaN();
    expect(pow(2, Number.NaN)).toBeNaN();
  });
});

describe("log", () => {
  it("agrees with Math.log, near 1 too", () => {
    fc.assert(
      fc.property(positive, (x) => expectClose(log(x), Math.log(x))),
      { numRuns: 5_000 },
    );
    for (let k = 1; k <= 52; k++) {
      expectClose(log(1 + 2 ** -k), Math.log1p(2 ** -k));
      expectClose(log(1 - 2 ** -k), Math.log1p(-(2 ** -k)));
    }
    expect(log(1)).toBe(0);
    expectClose(log(5e-324), Math.log(5e-324));
  });

  it("is Infinity at Infinity and NaN where there is no logarithm", () => {
    expect(log(Infinity)).toBe(Infinity);
    for (const x of [0, -1, Number.NaN]) expect(log(x)).toBeNaN();
  });
});

describe("exp", () => {
  it("agrees with Math.exp", () => {
    fc.assert(
      fc.property(fc.double({ min: -690, max: 709, noNaN: true }), (x) => expectClose(exp(x), Math.exp(x))),
      { numRuns: 5_000 },
    );
    expect(exp(0)).toBe(1);
  });

  it("goes to Infinity and 0 at the ends of the range, through the subnormal numbers", () => {
    expect(exp(709.79)).toBe(Infinity);
    expect(exp(Infinity)).toBe(Infinity);
    expect(exp(-745.1)).toBe(5e-324);
    expect(exp(-746)).toBe(0);
    expect(exp(-Infinity)).toBe(0);
    expect(exp(Number.NaN)).toBeNaN();
  });
});

describe("the same bits in every engine", () => {
  it("hashes a table of values to the committed number", () => {
    let hash = 0x811c9dc5;
    const view = new DataView(new ArrayBuffer(8));
    const add = (value: number): void => {
      view.setFloat64(0, value);
      for (let i = 0; i < 8; i++) hash = Math.imul(hash ^ view.getUint8(i), 0x01000193);
    };
    for (let n = 1; n <= 5_000; n++) {
      add(pow(n, 0.7));
      add(pow(n + 8, -0.9));
      add(log(n / 32));
      add(exp((n - 2_500) / 8));
    }
    expect(hash >>> 0).toBe(596641594);
  });
});
