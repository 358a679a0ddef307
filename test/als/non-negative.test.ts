import { expect, it } from "vitest";
import { ALS } from "../../src/als/index.js";
import { Ratings } from "../../src/ratings/index.js";
import rows from "./far-weights.json" with { type: "json" };

it("factors are never below 0, also where a step's length rounds to the whole way", async () => {
  // Weights of 1e-30 to 1 and values of 1 to 1e10: found by a search for factors a hair below 0.
  const ratings = Ratings.from(
    rows.map(([user, item, value, weight]) => ({
      ...{ user: user!, item: item!, value: value!, weight: weight! },
    })),
  );
  const model = await new ALS({
    ...{ factors: 33, solver: "nonnegative", feedback: "implicit", confidence: { alpha: 1e-5, offset: 0 } },
    ...{ unobservedWeight: 1e10, regularization: 1e10, scaling: 1, scalingStar: 2, epochs: 1 },
  }).fit(ratings);
  for (const side of ["users", "items"] as const) {
    const { values } = model.copyFactors(side);
    expect(values.every((value) => value >= 0)).toBe(true);
    expect(values.some((value) => value > 0)).toBe(true);
  }
});
