import { beforeAll, describe, expect, it } from "vitest";
import { ALS } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import { Ratings } from "../../src/ratings/index.js";
import { bitsOf, spreadRatings } from "./fixtures.js";

let engine: Engine;
let ratings: Ratings<number, number>;
beforeAll(async () => {
  engine = await Engine.create({ threads: 1 });
  ratings = spreadRatings(300, 180, 9_000);
});

describe("the model of a fit", () => {
  it("tells the facts of the data and of the run", async () => {
    const [train] = Ratings.from([
      ["ann", "Alien", 5],
      ["ann", "Brazil", 1],
      ["bob", "Alien", 4],
      ["cid", "Casablanca", 2],
    ]).split({ test: 0.25, seed: 3 });
    const als = new ALS({ factors: 2, epochs: 3, seed: 9, regularization: { items: 0.1 }, scaling: "count" });
    const model = await als.fit(train, { engine });
    const rated = [...train];
    expect(model.info).toEqual({
      data: {
        users: 3,
        items: 3,
        ratings: 3,
        density: 1 / 3,
        mean: train.mean,
        usersWithoutRatings: 3 - new Set(rated.map(({ user }) => user)).size,
        itemsWithoutRatings: 3 - new Set(rated.map(({ item }) => item)).size,
      },
      parameters: { model: 6 * 2 + 6, full: 9 },
      run: {
        build: "simd",
        why: "default arithmetic: the same bits in every engine",
        precision: "float64",
        arithmetic: "default",
        threads: 1,
        threadsWhy: "one thread was asked for",
        solver: {
          name: "cholesky",
          why: expect.stringContaining("at K = 2 and so many ratings, not below 0.33"),
        },
        start: { name: "random", why: "samples need 80000 ratings and 32 users at least" },
        epochs: 3,
        loss: expect.any(Number),
        rmse: expect.any(Number),
        seconds: expect.any(Number),
      },
    });
    expect(model.options).toEqual({
      algorithm: "als",
      factors: 2,
      feedback: "explicit",
      regularization: { users: als.options.regularization.users, items: 0.1, biases: 3 },
      scaling: 1,
      biases: "full",
      epochs: 3,
      start: "samples",
      solver: "auto",
      cgSteps: 3,
      preconditioner: "none",
      blockSize: 2,
      finish: "exact",
      seed: 9,
      precision: "float64",
      history: "items",
    });
    expect(model.range).toEqual([train.min, train.max]);
  });

  it("counts no biases among the parameters where none are solved", async () => {
    const model = await new ALS({ factors: 7, epochs: 1, biases: "mean" }).fit(ratings, { engine });
    expect(model.info.parameters).toEqual({ model: (300 + 180) * 7, full: 300 * 180 });
    expect(model.userBias(0)).toBe(0);
  });

  it("predicts what is known of users and items without training ratings", async () => {
    const all = Ratings.from([
      ["ann", "Alien", 5],
      ["ann", "Brazil", 1],
      ["bob", "Alien", 4],
      ["bob", "Brazil", 2],
      ["cold", "Alien", 3],
      ["ann", "unseen", 3],
    ]);
    // The split that holds out exactly what is cold.
    const seeds = Array.from({ length: 400 }, (_, seed) => seed);
    const train = seeds
      .map((seed) => all.split({ test: 2 / 6, seed })[0])
      .find((half) => half.get("cold", "Alien") === undefined && half.get("ann", "unseen") === undefined)!;
    for (const biases of ["full", "mean", "none"] as const) {
      const model = await new ALS({ factors: 3, epochs: 5, biases }).fit(train, { engine });
      expect(model.info.data).toMatchObject({ usersWithoutRatings: 1, itemsWithoutRatings: 1 });
      expect([...model.userVector("cold")]).toEqual([0, 0, 0]);
      expect([...model.itemVector("unseen")]).toEqual([0, 0, 0]);
      const mean = biases === "none" ? 0 : train.mean;
      expect(model.predict("cold", "unseen")).toBe(mean);
      expect(model.predict("cold", "Alien")).toBe(mean + model.itemBias("Alien"));
      expect(model.predict("ann", "unseen")).toBe(mean + model.userBias("ann"));
      if (biases === "full") expect(model.itemBias("Alien")).not.toBe(0);
    }
  });

  it("keeps of the training rows what history says", async () => {
    const rated = Array.from(ratings)
      .filter(({ user }) => user === 7)
      .map(({ item, value }) => ({ item, value }));
    const trained = (history: "none" | "items" | "ratings") =>
      new ALS({ factors: 2, epochs: 1, history }).fit(ratings, { engine });
    expect((await trained("ratings")).ratedItems(7)).toEqual(rated);
    expect((await trained("items")).ratedItems(7)).toEqual(rated.map(({ item }) => ({ item })));
    const none = await trained("none");
    expect(() => none.ratedItems(7)).toThrow(expect.objectContaining({ code: "no-history" }));
  });

  it("stays as it is when more is trained", async () => {
    const als = new ALS({ factors: 10, epochs: 2 });
    const model = await als.fit(ratings, { engine });
    const bits = bitsOf(model);
    for (let i = 0; i < 3; i++)
      await new ALS({ factors: 10, seed: 50 + i, epochs: 1 }).fit(ratings, { engine });
    expect(bitsOf(model)).toBe(bits);
  });
});

describe("the smallest data", () => {
  it("trains: one user, one item, all values equal", async () => {
    const line = Array.from({ length: 9 }, (_, i) => i);
    const cases = {
      "one rating": Ratings.from([["ann", "Alien", 4]]),
      "one user": Ratings.from(line.map((item) => ["ann", `item ${item}`, item / 2])),
      "one item": Ratings.from(line.map((user) => [`user ${user}`, "Alien", user / 2])),
      "equal values": Ratings.from(line.map((i) => [`user ${i % 3}`, `item ${Math.floor(i / 3)}`, 0.1])),
      "all zero": Ratings.from(line.map((i) => [`user ${i % 3}`, `item ${Math.floor(i / 3)}`, 0])),
    };
    for (const [name, ratings] of Object.entries(cases))
      for (const biases of ["full", "mean", "none"] as const)
        for (const precision of ["float64", "float32"] as const) {
          const als = new ALS({
            factors: 4,
            regularization: 0.01,
            scaling: 0,
            epochs: 20,
            biases,
            precision,
          });
          const model = await als.fit(ratings, { engine });
          expect(model.info.run.rmse, name).toBeLessThan(0.2);
          expect(model.info.run.loss, name).toBeGreaterThanOrEqual(0);
          for (const { user, item } of ratings)
            expect(Math.abs(model.predict(user, item)! - ratings.get(user, item)!), name).toBeLessThan(0.5);
        }
  });
});
