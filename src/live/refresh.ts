import { optionsFromJson } from "../als/options.js";
import { Training } from "../als/training.js";
import type { Engine, Guard } from "../kernel/index.js";
import { Answers } from "../model/answers.js";
import { Model, type ModelParts } from "../model/index.js";
import type { Id, Ratings } from "../ratings/index.js";
import { runWithPauses } from "../ratings/slices.js";
import { createYielder, interruptible } from "../yield.js";
import { type Frozen, freeze } from "./frozen.js";
import type { FrozenRatings } from "./live-ratings.js";
import { presentParts, type Solved } from "./present.js";

/** What a refresh begins with: all of it as it was when it began. */
export interface RefreshStart<U extends Id, I extends Id> {
  readonly frozen: Frozen<U, I>;
  readonly solved: { readonly users: Solved; readonly items: Solved };
  readonly ratings: FrozenRatings<U, I>;
}

/**
 * One epoch of the model's own options from where its rows stand, μ as it is.
 *
 * @throws AlternantError as `ALS.fit`; what the guard throws
 */
export async function refreshed<U extends Id, I extends Id>(
  { frozen, solved, ratings: given }: RefreshStart<U, I>,
  engine: Engine,
  guard: Guard,
): Promise<{ frozen: Frozen<U, I>; ratings: Ratings<U, I> }> {
  const { what, signal } = guard;
  const yielder = interruptible(createYielder(), () => guard.check());
  const ratings = await runWithPauses(given.merged(), yielder, signal, what);
  const parts = await runWithPauses(presentParts(frozen.parts, solved, ratings, 0), yielder, signal, what);
  const training = await Training.open(optionsFromJson(parts.options), ratings, {
    engine,
    signal,
    initial: new Model(parts) as unknown as Model,
    mean: parts.mean,
    what,
  });
  let next: ModelParts<U, I>;
  try {
    await training.epoch(1, undefined);
    await training.finish();
    next = await training.parts();
  } finally {
    training.close();
  }
  const { run } = parts.info;
  const epochs = run.epochs + 1;
  const told = { ...next, options: parts.options, info: { ...next.info, run: { ...next.info.run, epochs } } };
  const answers = new Answers(told);
  // Who has had an index for questions wants one of what they are about now.
  if (frozen.answers.items.isPrepared) await answers.items.prepare({ engine, ...(signal && { signal }) });
  return { frozen: await freeze(told, answers, frozen.cache.anew(), guard, yielder), ratings };
}
