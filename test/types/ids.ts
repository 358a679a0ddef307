import { expectTypeOf } from "vitest";
import {
  ALS,
  type AlsOptions,
  type Baselines,
  type Block,
  baselines,
  Model,
  type Rating,
  Ratings,
  rmse,
  type ScoredItem,
  type ScoredUser,
  type TrainingEpoch,
  type Vocabulary,
} from "../../src/index.js";

// Nothing here runs: ids.test.ts asks the compiler for complaints about this file.

/** Ids keep their types from rows to recommendations. */
export async function flow(): Promise<void> {
  const ratings = Ratings.from([
    ["ann", 7, 5],
    ["bob", 9, 1],
  ]);
  expectTypeOf(ratings).toEqualTypeOf<Ratings<string, number>>();
  expectTypeOf(ratings.users).toEqualTypeOf<Vocabulary<string>>();
  expectTypeOf(ratings.items.id(0)).toEqualTypeOf<number>();
  expectTypeOf([...ratings]).toEqualTypeOf<Rating<string, number>[]>();
  const [train, test] = ratings.split({ test: 0.5, seed: 1 });
  expectTypeOf(train).toEqualTypeOf<Ratings<string, number>>();
  expectTypeOf(ratings.filter({ minPerUser: 1 })).toEqualTypeOf<Ratings<string, number>>();

  const als = new ALS({ factors: 2 });
  const model = await als.fit(train);
  expectTypeOf(model).toEqualTypeOf<Model<string, number>>();
  expectTypeOf(model.predict("ann", 7)).toEqualTypeOf<number | undefined>();
  expectTypeOf(model.recommend("ann")).toEqualTypeOf<ScoredItem<number>[]>();
  expectTypeOf(model.popular()[0]!.item).toEqualTypeOf<number>();
  expectTypeOf(model.similarItems(7)).toEqualTypeOf<ScoredItem<number>[]>();
  expectTypeOf(model.similarUsers("ann")).toEqualTypeOf<ScoredUser<string>[]>();
  expectTypeOf(model.predictBlock(["ann"], [7])).toEqualTypeOf<Block<string, number>>();
  expectTypeOf(await baselines(train)).toEqualTypeOf<Baselines<string, number>>();
  expectTypeOf(await rmse(model, test))
    .toHaveProperty("rmse")
    .toEqualTypeOf<number>();
  for await (const epoch of als.train(train)) {
    expectTypeOf(epoch).toEqualTypeOf<TrainingEpoch<string, number>>();
    expectTypeOf(epoch.snapshot()).toEqualTypeOf<Model<string, number>>();
  }
  // Only the caller knows what a file holds.
  expectTypeOf(await Model.fromBytes<string, number>(model.toBytes())).toEqualTypeOf<Model<string, number>>();

  // @ts-expect-error users are strings
  model.recommend(7);
  // @ts-expect-error items are numbers
  model.predict("ann", "Alien");
  // @ts-expect-error items are numbers
  model.predictBlock(["ann"], ["Alien"]);
  // @ts-expect-error there is no user to recommend to: popular() is for that
  model.recommend(undefined);
  // @ts-expect-error a model of other ids is another type
  const other: Model<number, number> = model;
  // @ts-expect-error the test ratings must have the model's ids
  await rmse(model, Ratings.from([[1, 1, 1]]));
  return void other;
}

/** Every way to make ratings. */
export async function sources(): Promise<void> {
  const rows = [
    { user: "ann", item: "Alien", value: 5 },
    { user: "bob", item: "Brazil" },
  ];
  expectTypeOf(Ratings.from(rows)).toEqualTypeOf<Ratings<string, string>>();
  expectTypeOf(await Ratings.fromAsync(rows)).toEqualTypeOf<Ratings<string, string>>();
  const columns = { users: new Int32Array(1), items: ["Alien"], values: new Float32Array(1) };
  expectTypeOf(Ratings.fromColumns(columns)).toEqualTypeOf<Ratings<number, string>>();
  expectTypeOf(Ratings.from(rows, { ids: "number" })).toEqualTypeOf<Ratings<number, number>>();
  expectTypeOf(Ratings.from(rows, { ids: { items: "number" } })).toEqualTypeOf<Ratings<string, number>>();

  // @ts-expect-error an id is a string or a number
  Ratings.from([[true, "Alien", 5]]);
  // @ts-expect-error a value is a number
  Ratings.from([["ann", "Alien", "5"]]);
}

/** Options say what they take. */
export function options(): void {
  expectTypeOf<AlsOptions["scaling"]>().toEqualTypeOf<number | "none" | "count" | undefined>();
  expectTypeOf<AlsOptions["biases"]>().toEqualTypeOf<"full" | "mean" | "none" | undefined>();
  expectTypeOf<AlsOptions["precision"]>().toEqualTypeOf<"float32" | "float64" | undefined>();
  // @ts-expect-error options are fixed once an estimator has them
  new ALS().options.factors = 3;
  // @ts-expect-error factors is a number
  new ALS({ factors: "32" });
  // @ts-expect-error it is called regularization
  new ALS({ lambda: 1 });
  // undefined stands for the default, so that an option may be passed on.
  new ALS({ regularization: undefined });
}
