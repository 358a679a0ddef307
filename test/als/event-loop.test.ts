import { beforeAll, describe, expect, it } from "vitest";
import { ALS, type AlsOptions, type EndedEpoch } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import { Ratings } from "../../src/ratings/index.js";
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

  it.each<[string, AlsOptions]>([
    ["exact", { solver: "cholesky" }],
    ["cg", { solver: "cg", precision: "float32" }],
    ["blocks", { solver: "ials++", factors: 128, precision: "float32" }],
    ["non-negative", { solver: "nonnegative", factors: 32 }],
    ["log", { confidence: { form: "log" } }],
    ["with biases", { biases: "full" }],
  ])("has its turns during a fit of a million implicit ratings, %s", async (name, options) => {
    const ratings = spreadRatings(6040, 3706, 1_000_000);
    const als = new ALS({ feedback: "implicit", factors: 64, epochs: 1, ...options });
    const { gap, turns } = await longestGap(() => als.fit(ratings, { engine, onEpoch: () => {} }));
    console.log(`implicit, ${name}: longest gap ${gap.toFixed(1)} ms in ${turns} turns`);
    expect(gap).toBeLessThan(FIVEFOLD);
    expect(turns).toBeGreaterThan(20);
  });

  it("has its turns while epochs are judged, and the best one is put back", async () => {
    const [train, held] = spreadRatings(60_000, 300, 600_000).split({ test: 0.1, seed: 1 });
    for (const metric of ["rmse", "ndcg"] as const) {
      const als = new ALS({ factors: 32, epochs: 4, regularization: 1e-3 });
      const validation = { ratings: held, metric, patience: 1 };
      const { gap } = await longestGap(() => als.fit(train, { engine, validation }));
      console.log(`judged by ${metric}: longest gap ${gap.toFixed(1)} ms`);
      expect(gap).toBeLessThan(FIVEFOLD);
    }
  });

  it("has its turns while checkpoints are made, and gone on from", async () => {
    const ratings = spreadRatings(100_000, 30, 200_000);
    const options: AlsOptions = { factors: 32, epochs: 2, regularization: 1 };
    const als = new ALS(options);
    let resume: Uint8Array | undefined;
    const onEpoch = async ({ checkpoint }: EndedEpoch): Promise<void> => {
      resume = await checkpoint();
    };
    const made = await longestGap(() => als.fit(ratings, { engine, onEpoch }));
    const longer = new ALS({ ...options, epochs: 3 });
    const went = await longestGap(() => longer.fit(ratings, { engine, resume }));
    console.log(`making: longest gap ${made.gap.toFixed(1)} ms; going on: ${went.gap.toFixed(1)} ms`);
    expect(Math.max(made.gap, went.gap)).toBeLessThan(FIVEFOLD);
  });

  it("has its turns while a model is started from, and zeros are dropped", async () => {
    const ratings = spreadRatings(300_000, 30, 600_000);
    const zero = Ratings.fromColumns({
      users: Int32Array.from({ length: 600_000 }, (_, p) => p >> 1),
      items: Int32Array.from({ length: 600_000 }, (_, p) => p & 1),
      values: Float32Array.from({ length: 600_000 }, (_, p) => p % 3),
    });
    const initial = await new ALS({ factors: 16, epochs: 1 }).fit(ratings, { engine });
    for (const [given, options, more] of [
      [ratings, {}, { initial }],
      [zero, { feedback: "implicit", zeros: "drop" }, {}],
    ] as const) {
      const als = new ALS({ factors: 16, epochs: 1, ...options });
      const { gap } = await longestGap(() => als.fit(given, { engine, ...more }));
      console.log(`${JSON.stringify(options)}: longest gap ${gap.toFixed(1)} ms`);
      expect(gap).toBeLessThan(FIVEFOLD);
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
