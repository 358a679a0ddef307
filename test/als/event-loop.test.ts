import { beforeAll, describe, expect, it } from "vitest";
import { ALS } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import { longestGap } from "../support/longest-gap.js";
import { spreadRatings } from "./fixtures.js";

/** A fit yields at least every 8 ms; five times that is what a test may ask of a machine that has other things to do. */
const FIVEFOLD = 40;

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ threads: 1 });
});

describe("the event loop", () => {
  it("has its turns during a fit of a million ratings with K = 64", async () => {
    const ratings = spreadRatings(6040, 3706, 1_000_000);
    for (const precision of ["float64", "float32"] as const) {
      const als = new ALS({ factors: 64, epochs: 2, precision });
      const { gap, turns } = await longestGap(() => als.fit(ratings, { engine }));
      console.log(
        `${precision}, ${ratings.count} ratings: longest gap ${gap.toFixed(1)} ms in ${turns} turns`,
      );
      expect(gap).toBeLessThan(FIVEFOLD);
      expect(turns).toBeGreaterThan(50);
    }
  });

  it("has its turns while half a million users are set up and handed over", async () => {
    const ratings = spreadRatings(500_000, 30, 500_000);
    const als = new ALS({ factors: 8, epochs: 1 });
    const { gap } = await longestGap(() => als.fit(ratings, { engine }));
    console.log(`half a million users: longest gap ${gap.toFixed(1)} ms`);
    expect(gap).toBeLessThan(FIVEFOLD);
  });

  it("has its turns while one row has all the ratings", async () => {
    const ratings = spreadRatings(50_000, 1, 50_000);
    const als = new ALS({ factors: 64, epochs: 1 });
    const { gap } = await longestGap(() => als.fit(ratings, { engine }));
    console.log(`one item: longest gap ${gap.toFixed(1)} ms`);
    expect(gap).toBeLessThan(FIVEFOLD);
  });
});
