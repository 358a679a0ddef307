// The first axes of a model of MovieLens with the films at their ends, to be looked at.
import { ALS } from "../src/als/index.js";
import { readTitles } from "../src/node/index.js";
import type { Ratings } from "../src/ratings/index.js";

const AXES = 5;
const SHOWN = 6;
/** Films with fewer ratings stand at the ends by the taste of a single user. */
const FEWEST_RATINGS = 50;

/** Prints the axes of ALS at its defaults. @param titles the path of a file of titles */
export async function printAxes(ratings: Ratings<string, string>, titles: string): Promise<void> {
  const model = await (await new ALS().fit(ratings)).canonical();
  const names = await readTitles(titles);
  const { rows, factors, values } = model.copyFactors("items");
  const { starts } = ratings.byItem;
  const items = Array.from({ length: rows }, (_, item) => item).filter(
    (item) => starts[item + 1]! - starts[item]! >= FEWEST_RATINGS,
  );
  console.log(
    `\nMovieLens ml-latest-small, ALS at its defaults on all ratings: ${AXES} axes, ${items.length} films with ${FEWEST_RATINGS} ratings and more`,
  );
  for (let axis = 0; axis < AXES; axis++) {
    const loading = (item: number): number => values[item * factors + axis]!;
    const sorted = items.toSorted((a, b) => loading(b) - loading(a));
    const told = (item: number): string =>
      `${names.get(model.items.id(item))?.title} ${loading(item).toFixed(2)}`;
    console.log(`axis ${axis + 1}, highest: ${sorted.slice(0, SHOWN).map(told).join("; ")}`);
    console.log(`        lowest: ${sorted.slice(-SHOWN).reverse().map(told).join("; ")}`);
  }
}
