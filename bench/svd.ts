// What a singular value decomposition is good for, in figures: how well it predicts beside ALS (MovieLens ml-latest-small), and
// how well canonical axes match hidden genres (generated worlds). Prints axes with titles, which are GroupLens's and not written
// anywhere. Needs ALTERNANT_DATA, a folder that holds ml-latest-small/ratings.csv and movies.csv
// (https://grouplens.org/datasets/movielens/).
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readRatings } from "../src/node/index.js";
import { describeCommit, describeMachine } from "./machine.js";
import { BENCH_OUTPUT } from "./paths.js";
import { printAxes } from "./svd-axes.js";
import { genreRows, genreTable, WORLD_SEEDS } from "./svd-genres.js";
import { qualityRows, qualityTable, SPLITS, toleranceRows, toleranceTable } from "./svd-quality.js";

async function main(folder: string): Promise<void> {
  const began = performance.now();
  const ratings = await readRatings(join(folder, "ml-latest-small", "ratings.csv"));
  await printAxes(ratings, join(folder, "ml-latest-small", "movies.csv"));
  const quality = qualityTable(await qualityRows(ratings));
  console.log(quality.text);
  const tolerance = toleranceTable(await toleranceRows(ratings));
  console.log(tolerance.text);
  const genres = genreTable(await genreRows());
  console.log(genres.text);
  const seconds = (performance.now() - began) / 1000;
  const machine = describeMachine();
  const commit = describeCommit() ?? null;
  mkdirSync(BENCH_OUTPUT, { recursive: true });
  writeFileSync(
    join(BENCH_OUTPUT, "svd.md"),
    `${[
      "# Singular value decompositions: errors, rankings, hidden genres",
      `\`npm run bench:svd\`. ${machine.cpu}, Node ${machine.node}, commit ${commit}.`,
      quality.markdown,
      `10 % of the ratings held out; means over the splits of seeds ${SPLITS.join(", ")}, and as ± half of the range over them. RMSE of predictions clipped to the range of ratings. NDCG@10 and Recall@20 of lists of all items that a user has not rated in training, held-out ratings of 4 stars and more being the relevant ones.`,
      tolerance.markdown,
      genres.markdown,
      `Worlds of \`syntheticWorld\` with seeds ${WORLD_SEEDS.join(", ")} (6,040 users, 3,706 items, 1,000,000 ratings, 12 hidden genres), means over worlds and their range. The match of a genre is |correlation| over all items between one feature and the items' shares of that genre; features are assigned to genres one to one so that the sum is greatest, and the mean over the 12 genres stands here (0 for those left over where K < 12): among the leading 12 features, and among all. R²: the share of the variance of items' shares of a genre that the leading 12 explain together, mean over genres. Axes lead in their order, raw features with the largest ‖w_k‖·‖u_k‖ first, since they have none.`,
    ].join("\n\n")}\n`,
  );
  console.log(`\n${seconds.toFixed(0)} s; written to build/bench/svd.md`);
}

const { ALTERNANT_DATA: folder } = process.env;
if (folder) await main(folder);
else {
  console.error("Set ALTERNANT_DATA to a folder that holds ml-latest-small/ratings.csv and movies.csv.");
  process.exitCode = 2;
}
