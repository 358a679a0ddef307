import { describe, expect, it } from "vitest";
import { baselines, rmse } from "../../src/metrics/index.js";
import { seededRandom } from "../../src/random.js";
import { Ratings } from "../../src/ratings/index.js";
import { randomTriples, spreadRatings } from "../als/fixtures.js";
import { eliminate } from "../reference/als.js";
import { soon } from "../support/turns.js";

/** Biases b, c by the normal equations of all of them at once: min Σw(r − μ − b − c)² + λ(Σb² + Σc²). */
function solveAtOnce(ratings: Ratings<number, number>, lambda: number): number[] {
  const n = ratings.userCount;
  const size = n + ratings.itemCount;
  const a = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => (i === j ? lambda : 0)),
  );
  const y = new Array<number>(size).fill(0);
  for (const { user, item, value, weight = 1 } of ratings) {
    const i = ratings.users.index(user)!;
    const j = n + ratings.items.index(item)!;
    a[i]![i]! += weight;
    a[j]![j]! += weight;
    a[i]![j]! += weight;
    a[j]![i]! += weight;
    y[i]! += weight * (value - ratings.mean);
    y[j]! += weight * (value - ratings.mean);
  }
  return eliminate(a, y);
}

describe("baselines", () => {
  const ratings = Ratings.from(randomTriples(seededRandom(4, "test"), 25, 18, 0.3, "half-stars"));

  /** The same ratings with weights from 1/8 to 2. */
  function weighted(): Ratings<number, number> {
    const random = seededRandom(5, "test");
    return Ratings.from(
      Array.from(ratings, (rating) => ({ ...rating, weight: (1 + random.integer(16)) / 8 })),
    );
  }

  it.each([
    ["", ratings],
    [", weighted by what ratings count", weighted()],
  ])("solves the biases to the minimum of their loss%s", async (_, given) => {
    for (const regularization of [0.5, 3, 20]) {
      const { biases, mean } = await baselines(given, { regularization });
      const exact = solveAtOnce(given, regularization);
      expect(mean.score(0, 0)).toBe(given.mean);
      for (let user = 0; user < given.userCount; user++)
        for (let item = 0; item < given.itemCount; item++)
          expect(biases.score(user, item)).toBeCloseTo(
            given.mean + exact[user]! + exact[given.userCount + item]!,
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
