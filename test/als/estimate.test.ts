import { beforeAll, describe, expect, it, vi } from "vitest";
import { ALS, type AlsOptions, estimateMemory } from "../../src/als/index.js";
import { trainingSource } from "../../src/als/training-source.js";
import { Engine } from "../../src/kernel/index.js";
import { type Csr, Ratings, type RatingsSource } from "../../src/ratings/index.js";
import { createYielder } from "../../src/yield.js";
import { CAN_SHARE } from "../support/sharing.js";
import { spreadRatings } from "./fixtures.js";

let ratings: Ratings<number, number>;
beforeAll(() => {
  ratings = spreadRatings(20_000, 3_000, 100_000);
});

describe("estimateMemory", () => {
  it.each([
    [{ factors: 64, precision: "float32" }, 1],
    [{ factors: 64, precision: "float32" }, CAN_SHARE ? 3 : 1],
    [{ factors: 10, precision: "float64", biases: "none" }, CAN_SHARE ? 2 : 1],
    [{}, CAN_SHARE ? 2 : 1],
  ] as [AlsOptions, number][])(
    "%o on %i threads: what a fit borrows and a model holds",
    async (options, threads) => {
      const estimate = estimateMemory(ratings, { ...options, threads });
      const engine = await Engine.create({ threads });
      const lend = engine.lend.bind(engine);
      const borrowed: number[] = [];
      engine.lend = (bytes, ...rest) => {
        borrowed.push(bytes);
        return lend(bytes, ...rest);
      };
      const model = await new ALS({ ...options, epochs: 1 }).fit(ratings, { engine });
      await engine.dispose();
      expect(borrowed).toEqual([estimate.webAssembly]);
      const { factors, precision, biases } = new ALS(options).options;
      const rows = ratings.userCount + ratings.itemCount;
      const copied = (["users", "items"] as const).map((side) => model.copyFactors(side).values.byteLength);
      expect(copied[0]! + copied[1]!).toBe(rows * factors * (precision === "float32" ? 4 : 8));
      expect(estimate.model).toBe(copied[0]! + copied[1]! + rows * (biases === "full" ? 12 : 4));
      expect(estimate.bytes).toBe(
        estimate.webAssembly + estimate.ratings + estimate.samples + estimate.model,
      );
    },
  );

  describe("of implicit feedback", () => {
    const rated = (
      values: (p: number) => number,
      weights?: (p: number) => number,
    ): Ratings<number, number> => {
      const count = 30_000;
      return Ratings.fromColumns<number, number>({
        users: Int32Array.from({ length: count }, (_, p) => p % 3000),
        items: Int32Array.from({ length: count }, (_, p) => (p % 3000) + Math.floor(p / 3000)),
        values: Float64Array.from({ length: count }, (_, p) => values(p)),
        ...(weights && { weights: Float64Array.from({ length: count }, (_, p) => weights(p)) }),
      });
    };
    const plain = rated((p) => 1 + (p % 5));
    const zeros = rated((p) => p % 5);
    const weighted = rated(
      (p) => (p % 5) / 3,
      (p) => 1 + (p % 4),
    );

    /** Bytes of the arrays of a training source that the ratings given do not have. */
    async function copiedBytes(given: Ratings<number, number>, options: AlsOptions): Promise<number> {
      const { options: resolved } = new ALS({ feedback: "implicit", ...options });
      const { ratings: used, kept } = await trainingSource(given, resolved, createYielder());
      const arraysOf = ({ byUser, byItem }: RatingsSource) =>
        [byUser, byItem].flatMap((side) => {
          const { starts, columns, values, weights } = side as Csr;
          return [starts, columns, values, ...(weights ? [weights] : [])];
        });
      const own = new Set<unknown>(arraysOf(given));
      const made = new Set([...arraysOf(used), ...arraysOf(kept)].filter((array) => !own.has(array)));
      return [...made].reduce((sum, array) => sum + array.byteLength, 0);
    }

    it.each<[string, Ratings<number, number>, AlsOptions]>([
      ["plain", plain, {}],
      ["all pairs", plain, { unobservedWeight: 0.1 }],
      ["log", plain, { confidence: { form: "log" } }],
      ["log in float32", plain, { confidence: { form: "log" }, precision: "float32" }],
      [
        "weights",
        rated(
          (p) => 1 + (p % 5),
          (p) => 1 + (p % 3),
        ),
        { precision: "float32" },
      ],
      ["dislikes", zeros, { zeros: "dislike" }],
      ["cg", plain, { solver: "cg" }],
      ["blocks", plain, { solver: "ials++", blockSize: 4, precision: "float32" }],
      ["non-negative", plain, { solver: "nonnegative" }],
      ["with biases", plain, { biases: "full", precision: "float32" }],
    ])("%s: what a fit borrows, and what it makes of ratings", async (_, given, options) => {
      const threads = CAN_SHARE ? 2 : 1;
      const estimate = estimateMemory(given, { feedback: "implicit", ...options, threads });
      const engine = await Engine.create({ threads });
      const lend = vi.spyOn(engine, "lend");
      await new ALS({ feedback: "implicit", ...options, epochs: 1 }).fit(given, { engine });
      expect(lend.mock.calls.map(([bytes]) => bytes)).toEqual([estimate.webAssembly]);
      await engine.dispose();
      expect(estimate.ratings).toBe(await copiedBytes(given, options));
      expect(estimate.bytes).toBe(estimate.webAssembly + estimate.ratings + estimate.model);
    });

    it("counts zeros that are dropped as if they were kept", async () => {
      for (const given of [zeros, weighted])
        for (const confidence of [{}, { form: "log" }] as const) {
          const estimate = estimateMemory(given, { feedback: "implicit", zeros: "drop", confidence });
          const copied = await copiedBytes(given, { zeros: "drop", confidence });
          // A fifth of the ratings is 0.
          expect(copied).toBeLessThan(estimate.ratings);
          expect(copied).toBeGreaterThan(0.8 * estimate.ratings);
        }
    });
  });

  it("grows with the threads that there will be by their scratch alone", () => {
    const [one, two, three] = [1, 2, 3].map((threads) => estimateMemory(ratings, { threads }).webAssembly);
    if (CAN_SHARE) expect(two! - one!).toBeGreaterThan(0);
    else expect(two).toBe(one);
    expect(three! - two!).toBe(two! - one!);
  });

  it("refuses what a fit would refuse, with what fits", () => {
    const many = Ratings.fromColumns({
      users: Int32Array.from({ length: 300_000 }, (_, user) => user),
      items: new Int32Array(300_000),
    });
    expect(() => estimateMemory(many, { factors: 2048, threads: 1 })).toThrow(
      "2048 factors in float64 for 300000 users and 1 items on 1 thread need 4.6 GiB, more than the 4 GiB that WebAssembly can address. What fits: factors up to 1768 in float64, up to 2048 in float32.",
    );
    const crowded = (): unknown => estimateMemory(many, { factors: 2048, threads: 256 });
    if (!CAN_SHARE) expect(crowded).toThrow("on 1 thread need 4.6 GiB");
    else
      expect(crowded).toThrow(
        /on 256 threads need 14\.\d GiB.*factors up to \d+ in float64, up to \d+ in float32; with one thread up to 1768 in float64\.$/,
      );
    expect(() => estimateMemory(ratings, { factors: 0 })).toThrow(
      "factors must be an integer from 1 to 2048, not 0",
    );
    expect(() => estimateMemory(ratings, { threads: 257 })).toThrow(
      "threads must be an integer from 1 to 256, not 257",
    );
    expect(() => estimateMemory([] as unknown as Ratings)).toThrow(
      "estimateMemory needs Ratings, not an array of 0",
    );
    expect(() => estimateMemory(ratings, { factor: 3 } as AlsOptions)).toThrow('did you mean "factors"?');
  });

  it("names factors that fit, and no more would", () => {
    const many = Ratings.fromColumns({
      users: Int32Array.from({ length: 300_000 }, (_, user) => user),
      items: new Int32Array(300_000),
    });
    for (const threads of [1, 8]) {
      let told = "";
      try {
        estimateMemory(many, { factors: 2048, threads });
      } catch (error) {
        told = (error as Error).message;
      }
      const factors = Number(/up to (\d+) in float64/.exec(told)![1]);
      expect(estimateMemory(many, { factors, threads }).webAssembly).toBeLessThan(2 ** 32);
      expect(() => estimateMemory(many, { factors: factors + 1, threads })).toThrow("GiB");
    }
  });
});
