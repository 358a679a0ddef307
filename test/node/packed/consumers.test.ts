import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ALS, type AlsOptions, estimateMemory } from "../../../src/als/index.js";
import { Engine } from "../../../src/kernel/index.js";
import { baselines, mae, popularity, rankingMetrics, rmse } from "../../../src/metrics/index.js";
import { historyFor } from "../../../src/model/index.js";
import { loadModel, openRatings, type PackedRatings, packRatings } from "../../../src/node/index.js";
import { Ratings } from "../../../src/ratings/index.js";
import { SVD } from "../../../src/svd/index.js";
import { syntheticWorld } from "../../../src/synthetic/index.js";
import { bitsOf } from "../../als/fixtures.js";
import { temporaryFolder } from "../temporary.js";

const folder = temporaryFolder();
/** More ratings than are read at a time, so that every pass goes through several reads. */
let ratings: Ratings<string, string>;
let packed: PackedRatings<string, string>;
let engine: Engine;

beforeAll(async () => {
  ({ ratings } = await syntheticWorld({ users: 900, items: 300, ratings: 70_000, seed: 5 }));
  const file = join(folder, "ratings.safetensors");
  await packRatings(ratings, file);
  packed = await openRatings<string, string>(file);
  engine = await Engine.create({ threads: 2 });
});
afterAll(async () => {
  await packed.close();
  await engine.dispose();
});

describe("packed ratings take the place of those in memory", () => {
  it("in SVD, with the same bits", async () => {
    const svd = new SVD({ factors: 4, center: "biases" });
    expect(bitsOf(await svd.fit(packed, { engine }))).toBe(bitsOf(await svd.fit(ratings, { engine })));
  });

  it("in baselines and errors", async () => {
    const [own, theirs] = [await baselines(ratings), await baselines(packed)];
    for (let user = -1; user < 20; user++)
      for (let item = -1; item < 20; item++)
        expect(theirs.biases.score(user, item)).toBe(own.biases.score(user, item));
    const model = await new ALS({ factors: 4, epochs: 2 }).fit(ratings, { engine });
    expect(await rmse(model, packed)).toEqual(await rmse(model, ratings));
    expect(await mae(own.mean, packed)).toEqual(await mae(own.mean, ratings));
  });

  it("in popularity, which knows by them how often items are rated, and not by whom", async () => {
    const [, test] = ratings.split({ test: 0.1, seed: 1 });
    const all = { exclude: "none" } as const;
    expect(await rankingMetrics(popularity(packed), test, all)).toEqual(
      await rankingMetrics(popularity(ratings), test, all),
    );
    await expect(rankingMetrics(popularity(packed), test)).rejects.toMatchObject({ code: "no-history" });
  });

  it.each(["none", "items", "ratings"] as const)("in the history of a model: %s", async (history) => {
    const als = new ALS({ factors: 2, epochs: 1, history });
    const [own, theirs] = [await als.fit(ratings, { engine }), await als.fit(packed, { engine })];
    expect(theirs.history).toBe(history);
    if (history === "none") return;
    const [user] = ratings.users;
    expect(theirs.ratedItems(user!)).toEqual(own.ratedItems(user!));
    expect(theirs.recommend(user!, { count: 5 })).toEqual(own.recommend(user!, { count: 5 }));
    expect(theirs.toBytes().length).toBeGreaterThan(4 * ratings.count);
  });

  it("in training that is judged by validation ratings, and that begins with a model", async () => {
    const [train, held] = ratings.split({ test: 0.1, seed: 1 });
    const file = join(folder, "train.safetensors");
    await packRatings(train, file);
    const some = await openRatings<string, string>(file);
    const als = new ALS({ factors: 3, epochs: 4 });
    const initial = await als.fit(train, { engine });
    const options = { engine, initial, validation: { ratings: held, metric: "ndcg" } } as const;
    expect(bitsOf(await als.fit(some, options))).toBe(bitsOf(await als.fit(train, options)));
    await some.close();
  });

  it("in estimateMemory, which counts no copies of confidences, for they are worked out when they are read", () => {
    const log = { feedback: "implicit", confidence: { form: "log" }, start: "random", threads: 2 } as const;
    expect(estimateMemory(packed, log).ratings).toBe(0);
    expect(estimateMemory(ratings, log).ratings).toBe(2 * 8 * ratings.count);
  });

  it("in estimateMemory, which counts the history that is theirs", () => {
    const kept = (history: "none" | "items") => estimateMemory(packed, { history, threads: 2 }).model;
    expect(kept("items") - kept("none")).toBe(4 * ratings.count);
    expect(kept("none")).toBe(estimateMemory(ratings, { threads: 2 }).model);
  });

  it("but keeps no history unasked of more than 2^27", () => {
    const [few, many] = [
      { file: "f", count: 2 ** 27 },
      { file: "f", count: 2 ** 27 + 1 },
    ];
    expect(historyFor(undefined, "items", few)).toBe("items");
    expect(historyFor(undefined, "items", many)).toBe("none");
    expect(historyFor("items", "items", many)).toBe("items");
    expect(historyFor(undefined, "items", { count: 2 ** 28 })).toBe("items");
  });
});

describe("packed ratings are refused where all would be copied into memory", () => {
  it("by what works on ratings in memory, with the way to bring them there", async () => {
    const model = await new ALS({ factors: 2, epochs: 1 }).fit(packed, { engine });
    const advice = "those of a file can be brought into memory, where they fit, by await packed.load().";
    const own = packed as never;
    await expect(model.live(packed)).rejects.toThrow(
      `Model.live needs Ratings, not an object (PackedRatings): ${advice}`,
    );
    await expect(rankingMetrics(model, own)).rejects.toThrow(`rankingMetrics needs Ratings, not an object`);
    await expect(
      new ALS({ factors: 2 }).fit(ratings, { engine, validation: { ratings: own } }),
    ).rejects.toThrow(advice);
    expect(() => ratings.concat(own)).toThrow("expected Ratings");
    await expect(model.live(await packed.load())).resolves.toBeDefined();
  });

  it.each<[what: string, rows: [number, number, number][], options: AlsOptions, advice: string]>([
    [
      "zeros to drop",
      [
        [1, 2, 0],
        [2, 1, 1],
      ],
      { zeros: "drop" },
      "pack them without zeros",
    ],
  ])("by implicit feedback with %s, as estimateMemory says too", async (_, rows, options, advice) => {
    const file = join(folder, "few.safetensors");
    await packRatings(Ratings.from(rows), file);
    const few = await openRatings(file);
    const all = { feedback: "implicit", factors: 1, ...options } as const;
    const refusal = { code: "not-supported", message: expect.stringContaining(advice) };
    await expect(new ALS(all).fit(few, { engine })).rejects.toMatchObject(refusal);
    expect(() => estimateMemory(few, all)).toThrow(expect.objectContaining(refusal));
    await few.close();
    await new ALS(all).fit(Ratings.from(rows), { engine });
  });

  it("where a zero is an error, naming its pair", async () => {
    const file = join(folder, "few.safetensors");
    await packRatings(
      Ratings.from([
        ["ann", "Alien", 1],
        ["bob", "Brazil", 0],
      ]),
      file,
    );
    const few = await openRatings(file);
    await expect(new ALS({ feedback: "implicit", factors: 1 }).fit(few, { engine })).rejects.toThrow(
      'the rating of user "bob" for item "Brazil" is 0',
    );
    await few.close();
  });

  it("by loadModel, which says what they are", async () => {
    await expect(loadModel(packed.file)).rejects.toThrow("holds packed ratings, not a model");
    writeFileSync(join(folder, "short"), "x");
    await expect(loadModel(join(folder, "short"))).rejects.toThrow("not an Alternant model");
  });
});
