import { describe, expectTypeOf, it } from "vitest";
import {
  type Id,
  type Rating,
  type RatingRow,
  Ratings,
  type RatingsOptions,
  type RatingsSource,
  type Vocabulary,
} from "../../src/ratings/index.js";

declare const brand: unique symbol;
type FilmId = number & { readonly [brand]: "film" };

describe("types of ids", () => {
  it("flow from rows", () => {
    const tuples = Ratings.from([
      ["ann", 1, 5],
      ["bob", 2],
    ]);
    expectTypeOf(tuples).toEqualTypeOf<Ratings<string, number>>();
    const objects = Ratings.from([{ user: 7, item: "Alien", value: 5 }]);
    expectTypeOf(objects).toEqualTypeOf<Ratings<number, string>>();
    const mixed = Ratings.from([["ann", "Alien", 5], { user: "bob", item: "Brazil", value: 3.5 }]);
    expectTypeOf(mixed).toEqualTypeOf<Ratings<string, string>>();
    const rows: RatingRow<string, number>[] = [["ann", 1]];
    expectTypeOf(Ratings.from(new Set(rows))).toEqualTypeOf<Ratings<string, number>>();
    expectTypeOf(Ratings.from([["ann", 1]], { duplicates: "last" })).toEqualTypeOf<Ratings<string, number>>();
  });

  it("flow from columns and asynchronous rows", () => {
    const columns = Ratings.fromColumns({ users: new Int32Array([1]), items: ["Alien"] });
    expectTypeOf(columns).toEqualTypeOf<Ratings<number, string>>();
    async function* rows(): AsyncGenerator<[string, number, number]> {
      yield ["ann", 1, 5];
    }
    expectTypeOf(Ratings.fromAsync(rows())).toEqualTypeOf<Promise<Ratings<string, number>>>();
    expectTypeOf(Ratings.fromAsync([["ann", 1]])).toEqualTypeOf<Promise<Ratings<string, number>>>();
  });

  it("are what the option says", () => {
    const rows: [Id, Id][] = [[1, 2]];
    expectTypeOf(Ratings.from(rows)).toEqualTypeOf<Ratings<Id, Id>>();
    expectTypeOf(Ratings.from(rows, { ids: "string" })).toEqualTypeOf<Ratings<string, string>>();
    expectTypeOf(Ratings.from(rows, { ids: "number" })).toEqualTypeOf<Ratings<number, number>>();
    const items = Ratings.from([["1", 1]], { ids: { items: "string" } });
    expectTypeOf(items).toEqualTypeOf<Ratings<string, string>>();
    const sides = Ratings.from([["1", 1]], { ids: { users: "number", items: "string" } });
    expectTypeOf(sides).toEqualTypeOf<Ratings<number, string>>();
    const options: RatingsOptions = {};
    expectTypeOf(Ratings.from([["ann", "Alien"]], options)).toEqualTypeOf<Ratings<Id, Id>>();
    const columns = Ratings.fromColumns({ users: ["1"], items: ["2"] }, { ids: "number" });
    expectTypeOf(columns).toEqualTypeOf<Ratings<number, number>>();
  });

  it("keep their brand", () => {
    const rows: [string, FilmId, number][] = [["ann", 7 as FilmId, 5]];
    expectTypeOf(Ratings.from(rows)).toEqualTypeOf<Ratings<string, FilmId>>();
  });

  it("flow on", () => {
    const ratings = Ratings.from([
      ["ann", 1, 5],
      ["bob", 2, 3],
    ]);
    expectTypeOf(ratings.users).toEqualTypeOf<Vocabulary<string>>();
    expectTypeOf(ratings.items.id).returns.toEqualTypeOf<number>();
    expectTypeOf(ratings.get).parameters.toEqualTypeOf<[user: string, item: number]>();
    expectTypeOf(ratings.get("ann", 1)).toEqualTypeOf<number | undefined>();
    expectTypeOf([...ratings]).toEqualTypeOf<Rating<string, number>[]>();
    expectTypeOf(ratings.split({ test: 0.5, seed: 1 })).toEqualTypeOf<
      [train: Ratings<string, number>, test: Ratings<string, number>]
    >();
    expectTypeOf(ratings.filter({})).toEqualTypeOf<Ratings<string, number>>();
    expectTypeOf(ratings).toExtend<RatingsSource>();
    expectTypeOf(Ratings.from(ratings)).toEqualTypeOf<Ratings<string, number>>();
  });

  it("refuse what would fail", () => {
    const ratings = Ratings.from([["ann", 1, 5]]);
    // @ts-expect-error: user ids are strings
    ratings.get(1, 1);
    // @ts-expect-error: a Set is no id
    (): unknown => Ratings.from([[new Set(), 1]]);
    // @ts-expect-error: no such option
    (): unknown => Ratings.from([["ann", 1]], { duplicate: "last" });
    // @ts-expect-error: no such key
    (): unknown => Ratings.from([{ user: 1, item: 2, rating: 3 }]);
    // @ts-expect-error: a value that may be undefined
    (): unknown => Ratings.from([{ user: 1, item: 2, value: undefined }]);
    // @ts-expect-error: other ids
    (): unknown => ratings.concat(Ratings.from([["ann", "Alien"]], { duplicates: "last" }));
  });
});
