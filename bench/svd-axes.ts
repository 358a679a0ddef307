// The first axes of a model of MovieLens with the films at their ends, to be looked at.
import { ALS } from "../src/als/index.js";
import type { WeightedItem } from "../src/model/index.js";
import { readTitles } from "../src/node/index.js";
import type { Ratings } from "../src/ratings/index.js";

const AXES = 5;
const SHOWN = 6;
/** Films with fewer ratings stand at the ends by the taste of a few. */
const FEWEST_RATINGS = 50;

/** Prints the axes of ALS at its defaults. @param titles the path of a file of titles */
export async function printAxes(ratings: Ratings<string, string>, titles: string): Promise<void> {
  const names = await readTitles(titles);
  const told = (items: readonly WeightedItem<string>[]): string =>
    items.map(({ item, value }) => `${names.get(item)?.title} ${value.toFixed(2)}`).join("; ");
  const model = await new ALS().fit(ratings);
  const { axes } = await model.inspect({ axes: AXES, count: SHOWN, minRatings: FEWEST_RATINGS });
  console.log(
    `\nMovieLens ml-latest-small, ALS at its defaults on all ratings: films with ${FEWEST_RATINGS} ratings and more`,
  );
  for (const { axis, energy, highest, lowest } of axes) {
    console.log(`axis ${axis}, ${(100 * energy).toFixed(1)} % of the energy`);
    console.log(`  highest: ${told(highest)}`);
    console.log(`  lowest: ${told(lowest)}`);
  }
}
