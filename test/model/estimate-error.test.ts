import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ALS, Ratings, rmse } from "../../src/index.js";

const { ALTERNANT_DATA: folder } = process.env;

/** MovieLens ml-latest-small (GroupLens): 100,836 ratings. */
function movieLens(path: string): Ratings<string, string> {
  const lines = readFileSync(join(path, "ml-latest-small/ratings.csv"), "utf8").trim().split(/\r?\n/);
  return Ratings.from(
    lines.slice(1).map((line): [string, string, number] => {
      const [user, item, value] = line.split(",");
      return [user!, item!, Number(value)];
    }),
  );
}

if (folder === undefined)
  console.log(
    "ALTERNANT_DATA is not set: the estimated error is not held to MovieLens. Point it to a folder with ml-latest-small.",
  );

describe.skipIf(folder === undefined)("the estimated error on MovieLens", () => {
  it("is within 4 % of the test RMSE at the defaults, and tells λ that is too small by more", async () => {
    const told: string[] = [];
    const ratios = new Map<number, number>();
    for (const seed of [1, 2]) {
      const [train, test] = movieLens(folder!).split({ test: 0.1, seed });
      for (const regularization of [0.2, 0.55, 1.5]) {
        const model = await new ALS({ history: "ratings", regularization }).fit(train);
        const { rmse: real } = await rmse(model, test);
        const { rmse: estimated, trainingRmse } = await model.estimateError();
        const ratio = estimated / real;
        ratios.set(regularization, Math.max(ratios.get(regularization) ?? 0, Math.abs(ratio - 1)));
        told.push(
          `split ${seed}, λ ${regularization}: estimated ${estimated.toFixed(4)}, test ${real.toFixed(4)} (${ratio.toFixed(3)}), training ${trainingRmse.toFixed(4)}`,
        );
        if (regularization === 0.2) expect(ratio).toBeGreaterThan(1.04);
      }
    }
    console.log(told.join("\n"));
    expect(ratios.get(0.55)).toBeLessThan(0.04);
    expect(ratios.get(1.5)).toBeLessThan(0.04);
  });
});
