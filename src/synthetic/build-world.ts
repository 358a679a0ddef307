import { describe, throwIfAborted } from "../errors.js";
import { checkInteger, checkOptions } from "../options.js";
import { runWithPauses, type Sliced } from "../ratings/slices.js";
import { createYielder } from "../yield.js";
import { generateWorld, type WorldColumns, type WorldShape } from "./generate.js";
import { arrangeTruth } from "./truth.js";
import type { SyntheticWorld, SyntheticWorldOptions } from "./world.js";
import { wrapWorld } from "./wrap.js";

const WHAT = "syntheticWorld";
const OPTIONS = ["users", "items", "ratings", "seed", "signal", "onProgress"] as const;
/** As many ids as a Map holds. */
const MOST_IDS = 2 ** 24;
const MOST_RATINGS = 2 ** 31 - 1;
const LARGEST_DENSITY = 0.5;
/** Each rating is drawn, valued and sorted. */
const PASSES = 3;
const REPORTS = 100;

/** What `syntheticWorld` does, loaded when it is first asked for. */
export async function buildWorld(options: SyntheticWorldOptions): Promise<SyntheticWorld> {
  const { shape, seed, signal, onProgress } = checked(options);
  throwIfAborted(signal, WHAT);
  return runWithPauses(worldInSteps(shape, seed, onProgress), createYielder(), signal, WHAT);
}

/** The same as columns, 10 bytes a rating, which is all that making a world takes: nothing is sorted. */
export async function worldColumns(options: SyntheticWorldOptions): Promise<WorldColumns> {
  const { shape, seed, signal, onProgress } = checked(options);
  throwIfAborted(signal, WHAT);
  const advance = progressOf((PASSES - 1) * shape.ratings, onProgress);
  return runWithPauses(generateWorld(shape, seed, advance), createYielder(), signal, WHAT);
}

function checked(options: SyntheticWorldOptions): {
  shape: WorldShape;
  seed: number;
  signal: AbortSignal | undefined;
  onProgress: SyntheticWorldOptions["onProgress"];
} {
  checkOptions(WHAT, options, OPTIONS);
  const { users = 6_040, items = 3_706, ratings = 1_000_000, seed = 1, signal, onProgress } = options;
  checkInteger(`${WHAT}: users`, users, 2, MOST_IDS);
  checkInteger(`${WHAT}: items`, items, 2, MOST_IDS);
  checkInteger(`${WHAT}: ratings`, ratings, 2, MOST_RATINGS);
  checkInteger(`${WHAT}: seed`, seed, 0);
  const fewest = Math.max(users, items);
  const most = Math.floor(users * items * LARGEST_DENSITY);
  if (ratings < fewest || ratings > most)
    throw new RangeError(
      `${WHAT}: ratings must be from ${fewest} to ${most} for ${users} users and ${items} items (one for each of them ` +
        `at least, half of the pairs at most), not ${ratings}; change ratings, or users and items`,
    );
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new TypeError(`${WHAT}: signal must be an AbortSignal, not ${describe(signal)}`);
  if (onProgress !== undefined && typeof onProgress !== "function")
    throw new TypeError(`${WHAT}: onProgress must be a function, not ${describe(onProgress)}`);
  return { shape: { users, items, ratings }, seed, signal, onProgress };
}

function* worldInSteps(
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
