import { beforeAll, describe, expect, it } from "vitest";
import { ALS, estimateMemory } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import type { Ratings, RatingsSide, RatingsSource } from "../../src/ratings/index.js";
import { CAN_SHARE } from "../support/sharing.js";
import { bitsOf, spreadRatings } from "./fixtures.js";

const als = new ALS({ factors: 3, epochs: 2 });
let ratings: Ratings<number, number>;
let engine: Engine;
beforeAll(async () => {
  ratings = spreadRatings(40, 30, 400);
  engine = await Engine.create({ threads: 1 });
});

type Changes = { [Key in keyof RatingsSide]?: unknown };

/** A side that hands out copies alone, as a file would; `changes` make it wrong. */
function sideOf(side: RatingsSide, changes: Changes = {}): RatingsSide {
  const { rowCount, columnCount, count, starts, valueBytes } = side;
  return {
    ...{ rowCount, columnCount, count, starts, valueBytes },
    read: (from, to, columns, values) => side.read(from, to, columns, values),
    share: () => undefined,
    ...(changes as Partial<RatingsSide>),
  };
}

function sourceOf(
  changes: object = {},
  byUser: Changes = {},
  byItem: Changes = {},
): RatingsSource<number, number> {
  const { users, items, userCount, itemCount, count, mean, min, max } = ratings;
  const sides = { byUser: sideOf(ratings.byUser, byUser), byItem: sideOf(ratings.byItem, byItem) };
  return { users, items, userCount, itemCount, count, mean, min, max, ...sides, ...changes };
}

describe("a source of ratings", () => {
  it("that is sound gives the model of the same Ratings", async () => {
    expect(bitsOf(await als.fit(sourceOf(), { engine }))).toBe(bitsOf(await als.fit(ratings, { engine })));
    const own = estimateMemory(ratings, { threads: 1 });
    expect(estimateMemory(sourceOf(), { threads: 1 }).model - own.model).toBe(4 * ratings.count);
  });

  it.each<[what: string, source: () => RatingsSource, message: string]>([
    [
      "counts users otherwise than its vocabulary",
      () => sourceOf({ userCount: 41 }),
      "userCount must be 40, not 41",
    ],
    ["counts no items", () => sourceOf({ itemCount: -5 }), "itemCount must be 30, not -5"],
    ["has no least value", () => sourceOf({ min: undefined }), "min must be a finite number, not undefined"],
    ["has no mean", () => sourceOf({ mean: Number.NaN }), "mean must be a finite number, not NaN"],
    [
      "counts ratings otherwise than its sides",
      () => sourceOf({ count: 5 }),
      "byUser.count must be 5, not 400",
    ],
    [
      "has its sides the wrong way round",
      () => sourceOf({ byUser: sideOf(ratings.byItem), byItem: sideOf(ratings.byUser) }),
      "byUser.rowCount must be 40, not 30",
    ],
    [
      "has starts of another length",
      () => sourceOf({}, { starts: new Float64Array(10) }),
      "byUser.starts.length must be 41, not 10",
    ],
    [
      "has starts that end elsewhere",
      () => sourceOf({}, {}, { starts: new Float64Array(31) }),
      "byItem.starts[30] must be 400, not 0",
    ],
    [
      "has values of no known size",
      () => sourceOf({}, { valueBytes: 2 }),
      "byUser.valueBytes must be 4 or 8, not 2",
    ],
    [
      "shares nothing that is known",
      () => sourceOf({}, { share: () => ({}) }),
      "byUser.share() must return undefined, or {",
    ],
    ["shares null", () => sourceOf({}, { share: () => null }), "byUser.share() must return undefined, or {"],
    [
      "shares arrays that are not shared",
      () =>
        sourceOf(
          {},
          {
            share: () => {
              const { columnCount, starts, columns, values } = ratings.byUser;
              return {
                kind: "csr",
                columnCount,
                starts: starts.slice(),
                columns: columns.slice(),
                values: values.slice(),
              };
            },
          },
        ),
      "byUser.share() must return undefined, or {",
    ],
  ])("that %s is refused", async (_, source, message) => {
    await expect(als.fit(source(), { engine })).rejects.toThrow(message);
  });

  it.each<[what: string, source: () => RatingsSource, message: RegExp]>([
    [
      "reads a column that is not there",
      () =>
        sourceOf(
          {},
          {},
          {
            read: (from: number, to: number, columns: Int32Array, values: Float32Array) => {
              ratings.byItem.read(from, to, columns, values);
              columns[7] = 2 ** 31 - 1;
            },
          },
        ),
      /rating 7 of byItem has column 2147483647 of 40/,
    ],
    [
      "reads a value that is not finite",
      () =>
        sourceOf(
          {},
          {
            read: (from: number, to: number, columns: Int32Array, values: Float32Array) => {
              ratings.byUser.read(from, to, columns, values);
              values[3] = Number.NaN;
            },
          },
        ),
      /rating 3 of byUser has column \d+ of 30 and value NaN/,
    ],
    ["reads later", () => sourceOf({}, { read: async () => {} }), /rating 0 of byUser has column -1/],
    [
      "has starts that descend",
      () => sourceOf({}, { starts: ratings.byUser.starts.map((start, row) => (row === 5 ? 390 : start)) }),
      /byUser.starts descends at row 5/,
    ],
  ])("that %s is refused before it is trained on", async (_, source, message) => {
    const fit = als.fit(source(), { engine });
    await expect(fit).rejects.toMatchObject({
      code: "invalid-rating",
      message: expect.stringMatching(message),
    });
  });

  it.runIf(CAN_SHARE)(
    "whose shared part cannot be posted is refused, and nothing is left that works",
    async () => {
      const lanes = await Engine.create({ threads: 2 });
      const share = (): unknown => ({ ...ratings.byItem.share(), extra: () => {} });
      const fit = als.fit(sourceOf({ byUser: ratings.byUser }, {}, { share }), { engine: lanes });
      await expect(fit).rejects.toMatchObject({
        code: "not-supported",
        message: expect.stringContaining("cannot be sent to other threads"),
      });
      expect(bitsOf(await als.fit(ratings, { engine: lanes }))).toBe(
        bitsOf(await als.fit(ratings, { engine })),
      );
      await lanes.dispose();
    },
  );
});
