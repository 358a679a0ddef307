// A consumer in strict TypeScript. tsc checks it by both module resolutions; Node ≥ 22.18 runs it as it stands.
import { ALS, type AlsOptions, Engine, type EpochEvent, Model, Ratings, syntheticWorld } from "alternant";
import { parseRatings } from "alternant/io";
import type { FileName } from "alternant/node";
import { optionsFrom, type Translation } from "alternant/translate";
import { type Told, train } from "../train.js";

const ratings: Ratings<string, number> = Ratings.from([
  ["ann", 1, 5],
  ["bob", 2, 3.5],
  ["cay", 1, 4],
]);
const options: AlsOptions = { factors: 2, regularization: { users: 0.1, biases: 1 }, scaling: "count" };
const errors: number[] = [];
const model: Model<string, number> = await new ALS(options).fit(ratings, {
  onEpoch: ({ rmse }: EpochEvent) => {
    errors.push(rmse);
  },
});
const best: number | undefined = model.recommend("ann", { count: 1 })[0]?.item;
// @ts-expect-error: items are numbers here.
const unknown: number | undefined = model.predict("ann", "Alien");
const translated: Translation = optionsFrom("implicit", { factors: 8 });
const file: FileName = "model.safetensors";
if (best !== 2 || unknown !== undefined || errors.length === 0 || translated.options.factors !== 8)
  throw new Error(`what is to be saved as ${file} is wrong`);

const told: Told = await train({ ALS, Engine, Model, parseRatings, syntheticWorld });
console.log(JSON.stringify(told));
