import { afterAll, beforeAll, expect, it } from "vitest";
import { Engine } from "../../src/kernel/index.js";
import type { Csr, RatingsSide, RatingsSource, Values } from "../../src/ratings/index.js";
import { SVD } from "../../src/svd/index.js";
import { spreadRatings } from "../als/fixtures.js";

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ threads: 1 });
});
afterAll(() => engine.dispose());

/** Ratings times a factor that takes them beyond what `Ratings` allows, and float32 can square. */
function scaled(users: number, items: number, count: number, factor: number): RatingsSource<number, number> {
  const base = spreadRatings(users, items, count);
  const side = (given: Csr): RatingsSide => ({
    rowCount: given.rowCount,
    columnCount: given.columnCount,
    count: given.count,
    starts: given.starts,
    valueBytes: 8,
    share: () => undefined,
    read: (from: number, to: number, columns: Int32Array, values: Values) => {
      columns.set(given.columns.subarray(from, to));
      for (let p = from; p < to; p++) values[p - from] = given.values[p]! * factor;
    },
  });
  return {
    users: base.users,
    items: base.items,
    userCount: base.userCount,
    itemCount: base.itemCount,
    count: base.count,
    mean: base.mean * factor,
    min: base.min * factor,
    max: base.max * factor,
    byUser: side(base.byUser),
    byItem: side(base.byItem),
  } as RatingsSource<number, number>;
}

it.each(["float64", "float32"] as const)(
  "values of 1e±30 change nothing but the scale, in %s",
  async (precision) => {
    for (const [users, items, count] of [
      [300, 200, 6000],
      [40, 30, 500],
    ] as const)
      for (const center of ["none", "mean", "biases"] as const) {
        const valuesAt = async (factor: number): Promise<Float64Array> => {
          const svd = new SVD({ factors: 4, center, precision, strict: true });
          const model = await svd.fit(scaled(users, items, count, factor), { engine });
          return (await model.svd({ engine })).values.map((value) => value / factor);
        };
        const expected = await valuesAt(1);
        for (const factor of [1e30, 1e-30])
          for (const [k, value] of (await valuesAt(factor)).entries())
            expect(
              Math.abs(value / expected[k]! - 1),
              `${center}, ${factor}, axis ${k + 1}`,
            ).toBeLessThanOrEqual(precision === "float64" ? 1e-12 : 1e-6);
      }
  },
);
