import { beforeAll, describe, expect, it } from "vitest";
import { ALS, type AlsOptions, estimateMemory } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import { Ratings } from "../../src/ratings/index.js";
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
      expect(estimate.bytes).toBe(estimate.webAssembly + estimate.model);
    },
  );

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
