import { describe, expect, it } from "vitest";
import { baselines } from "../../src/als/index.js";
import { rmse } from "../../src/metrics/index.js";
import { seededRandom } from "../../src/random.js";
import { Ratings } from "../../src/ratings/index.js";
import { eliminate } from "../reference/als.js";
import { soon } from "../support/turns.js";
import { randomTriples, spreadRatings } from "./fixtures.js";

/** Biases b, c by the normal equations of all of them at once: min Σ(r − μ − b − c)² + λ(Σb² + Σc²). */
function solveAtOnce(ratings: Ratings<number, number>, lambda: number): number[] {
  const n = ratings.userCount;
  const size = n + ratings.itemCount;
  const a = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => (i === j ? lambda : 0)),
  );
  const y = new Array<number>(size).fill(0);
  for (const { user, item, value } of ratings) {
    const i = ratings.users.index(user)!;
    const j = n + ratings.items.index(item)!;
    a[i]![i]! += 1;
    a[j]![j]! += 1;
    a[i]![j]! += 1;
    a[j]![i]! += 1;
    y[i]! += value - ratings.mean;
    y[j]! += value - ratings.mean;
  }
  return eliminate(a, y);
}

describe("baselines", () => {
  const ratings = Ratings.from(randomTriples(seededRandom(4, "test"), 25, 18, 0.3, "half-stars"));

  it("solves the biases to the minimum of their loss", async () => {
    for (const regularization of [0.5, 3, 20]) {
      const { biases } = await baselines(ratings, { regularization });
      const exact = solveAtOnce(ratings, regularization);
      for (let user = 0; user < ratings.userCount; user++)
        for (let item = 0; item < ratings.itemCount; item++)
          expect(biases.score(user, item)).toBeCloseTo(
            ratings.mean + exact[user]! + exact[ratings.userCount + item]!,
            4,
          );
    }
  });

  it("scores what is unknown by what is known", async () => {
    const { mean, biases } = await baselines(ratings);
    expect(mean.score(3, 4)).toBe(ratings.mean);
    expect(mean.score(-1, -1)).toBe(ratings.mean);
    expect(biases.score(-1, -1)).toBe(ratings.mean);
    const b = biases.score(3, -1) - ratings.mean;
    const c = biases.score(-1, 4) - ratings.mean;
    expect(b).not.toBe(0);
    expect(c).not.toBe(0);
    expect(biases.score(3, 4)).toBeCloseTo(ratings.mean + b + c, 12);
    expect(biases.range).toEqual([ratings.min, ratings.max]);
  });

  it("has the deviation of the ratings as the RMSE of the mean", async () => {
    let squares = 0;
    for (const { value } of ratings) squares += (value - ratings.mean) ** 2;
    const { mean } = await baselines(ratings);
    expect((await rmse(mean, ratings)).rmse).toBeCloseTo(Math.sqrt(squares / ratings.count), 12);
  });

  it("takes equal values, and λ = 0", async () => {
    const equal = Ratings.from([
      ["ann", "Alien", 3],
      ["bob", "Brazil", 3],
    ]);
    expect((await baselines(equal, { regularization: 0 })).biases.score(0, 1)).toBe(3);
  });

  it("refuses what it cannot use", async () => {
    await expect(baselines([] as unknown as Ratings)).rejects.toThrow(
      /^baselines needs Ratings, not an array of 0/,
    );
    await expect(baselines(ratings, { regularization: -1 })).rejects.toThrow(RangeError);
    await expect(baselines(ratings, { lambda: 1 } as object)).rejects.toThrow(
      /^baselines: unknown option "lambda"/,
    );
    const weighted = Ratings.from([{ user: "ann", item: "Alien", value: 5, weight: 2 }]);
    await expect(baselines(weighted)).rejects.toThrow(expect.objectContaining({ code: "not-supported" }));
  });

  it("is aborted before it begins, and on its way", async () => {
    const aborted = { code: "aborted", name: "AbortError" };
    await expect(baselines(ratings, { signal: AbortSignal.abort() })).rejects.toThrow(
      expect.objectContaining(aborted),
    );
    const controller = new AbortController();
    soon(() => controller.abort("enough"));
    await expect(
      baselines(spreadRatings(2000, 1500, 1_500_000), { signal: controller.signal }),
    ).rejects.toThrow(expect.objectContaining({ ...aborted, cause: "enough" }));
  });
});
