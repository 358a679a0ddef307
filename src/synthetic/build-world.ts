import type { Sliced } from "../ratings/slices.js";
import { generateWorld, type WorldShape } from "./generate.js";
import { arrangeTruth } from "./truth.js";
import type { SyntheticWorld, SyntheticWorldOptions } from "./world.js";
import { wrapWorld } from "./wrap.js";

/** Each rating is drawn, valued and sorted. */
const PASSES = 3;
const REPORTS = 100;

/** Generates a world in steps. */
export function* buildWorld(
  shape: WorldShape,
  seed: number,
  onProgress: SyntheticWorldOptions["onProgress"],
): Sliced<SyntheticWorld> {
  const advance = progressOf(PASSES * shape.ratings, onProgress);
  const world = yield* generateWorld(shape, seed, advance);
  const { ratings, order } = yield* wrapWorld(world);
  const truth = yield* arrangeTruth(world, order);
  advance(shape.ratings);
  return { ratings, truth };
}

/** Counts work and reports each hundredth of it. */
function progressOf(
  total: number,
  onProgress: SyntheticWorldOptions["onProgress"],
): (ratings: number) => void {
  let done = 0;
  let reported = 0;
  return (ratings) => {
    done += ratings;
    if (onProgress === undefined || (done < total && (done - reported) * REPORTS < total)) return;
    reported = done;
    onProgress({ fraction: done / total });
  };
}
