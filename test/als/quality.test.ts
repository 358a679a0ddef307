import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ALS } from "../../src/als/index.js";
import { baselines, rmse } from "../../src/metrics/index.js";
import { Ratings } from "../../src/ratings/index.js";

const { ALTERNANT_DATA: folder } = process.env;
const SEEDS = [1, 2, 3, 4, 5];
const BIAS_LAMBDAS = [1, 2, 3, 4, 6];

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

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

if (folder === undefined)
  console.log(
    "ALTERNANT_DATA is not set: the quality on MovieLens is not tested. Point it to a folder with ml-latest-small.",
  );

describe.skipIf(folder === undefined)("ALS with its defaults on MovieLens, splits 1 to 5", () => {
  it("has a mean test RMSE of at most 0.845, and 2 % less than the best biases alone", async () => {
    const ratings = movieLens(folder!);
    const errors: number[] = [];
    const biasErrors = BIAS_LAMBDAS.map((): number[] => []);
    for (const seed of SEEDS) {
      const [train, test] = ratings.split({ test: 0.1, seed });
      const model = await new ALS({ seed }).fit(train);
      errors.push((await rmse(model, test)).rmse);
      for (const [i, regularization] of BIAS_LAMBDAS.entries())
        biasErrors[i]!.push((await rmse((await baselines(train, { regularization })).biases, test)).rmse);
    }
    const reached = average(errors);
    const best = Math.min(...biasErrors.map(average));
    console.log(`test RMSE ${reached.toFixed(4)}, biases alone ${best.toFixed(4)}`);
    expect(reached).toBeLessThanOrEqual(0.845);
    expect(best).toBeLessThanOrEqual(0.87);
    expect(reached).toBeLessThanOrEqual(0.98 * best);
  });
});
