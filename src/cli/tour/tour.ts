import { ALS } from "../../als/index.js";
import { saveModel } from "../../node/index.js";
import type { Ratings } from "../../ratings/index.js";
import { type SyntheticWorld, syntheticWorld } from "../../synthetic/index.js";
import { quoted, threadsOf } from "../context.js";
import { startProgress } from "../progress.js";
import { testErrors, train as trainModel } from "../training.js";
import type { Tour } from "./audience.js";
import * as sections from "./sections.js";

const SEED = 1;
const TEST_SHARE = 0.1;

export interface TourOptions {
  /** The name of a file and the ratings in it; without them a world of 1,000,000 ratings is generated. */
  readonly file: string | undefined;
  readonly ratings: Ratings<string, string> | undefined;
  /** Titles of items by id. */
  readonly titles: ReadonlyMap<string, string> | undefined;
  /** Where the model goes. */
  readonly out: string;
  readonly signal: AbortSignal;
  /** Takes what is printed. */
  readonly print: (text: string) => void;
}

/** The main job from ratings to answers: trains on generated or given ratings and shows what the model found. */
export async function runTour({
  file,
  ratings: given,
  titles,
  out,
  signal,
  print,
}: TourOptions): Promise<void> {
  const began = performance.now();
  const { ratings, truth } =
    given === undefined ? await generate(signal) : { ratings: given, truth: undefined };
  const [train, test] = ratings.split({ test: TEST_SHARE, seed: SEED });
  const als = new ALS({ seed: SEED });
  const { model, epochs } = await trainModel(als, train, { signal });
  const errors = await testErrors(model, train, test, signal);
  const tour: Tour = { model, train, truth, title: (item) => titles?.get(item) ?? item };

  print(
    title(
      file ? `Ratings: ${file}` : "Ratings: a generated world of 12 hidden genres, with MovieLens's shape",
    ),
  );
  print(sections.dataFacts(model.info));
  print(
    title(
      `Training: ${als.options.factors} factors, ${model.info.run.precision}, ${threadsOf(model.info.run)}, ${model.info.run.build} build`,
    ),
  );
  print(sections.epochTable(epochs));
  print(title(`Test: ${test.count.toLocaleString("en-US")} ratings that it did not see`));
  print(
    sections.testTable([
      { name: "the mean rating", rmse: errors.mean.rmse },
      { name: "mean and biases", rmse: errors.biases.rmse },
      { name: "this model", rmse: errors.model.rmse },
    ]),
  );
  print(title("One person"));
  print(sections.person(tour));
  print(title("Similar items"));
  print(sections.similar(tour));
  print(title("A block of R̂"));
  print(sections.block(tour));
  print(title("Latent features"));
  print(sections.features(tour));

  await saveModel(model, out, { signal });
  const someone = train.users.id(0);
  print(title("The model"));
  print(`${out} (${((performance.now() - began) / 1000).toFixed(1)} s in all). Try next:\n`);
  print(`  npx alternant inspect ${out}`);
  print(`  npx alternant recommend ${out} ${quoted(someone)}`);
  print(`  npx alternant similar ${out} ${quoted(train.items.id(0))}`);
  print(file ? "  npx alternant train --help" : "  npm start -- your-ratings.csv        (user,item,rating)");
}

async function generate(signal: AbortSignal): Promise<SyntheticWorld> {
  const progress = startProgress("generating", 100);
  return syntheticWorld({
    seed: SEED,
    signal,
    onProgress: ({ fraction }) => progress.update(Math.round(fraction * 100)),
  }).finally(() => progress.stop());
}

function title(text: string): string {
  return `\n${text}\n${"─".repeat(text.length)}`;
}
