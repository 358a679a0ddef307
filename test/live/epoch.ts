import { Training } from "../../src/als/training.js";
import { ALS, type AlsOptions, Engine, type Model } from "../../src/index.js";
import type { Ratings } from "../../src/ratings/index.js";

/** One epoch of training from a model on one thread, its μ kept. */
export async function epochOf(
  from: Model<string, string>,
  ratings: Ratings<string, string>,
  options: AlsOptions,
): Promise<Model<string, string>> {
  const engine = await Engine.create({ threads: 1 });
  const training = await Training.open(new ALS(options).options, ratings, {
    engine,
    signal: undefined,
    initial: from as unknown as Model,
    mean: from.mean,
    what: "a test",
  });
  await training.epoch(1, undefined);
  await training.finish();
  const model = await training.model();
  training.close();
  await engine.dispose();
  return model;
}
