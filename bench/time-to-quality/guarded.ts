import type { AlsOptions } from "../../src/als/index.js";
import { modelOf, openTraining, plainStep, type Variant } from "./attempt.js";
import { type Numbers, stateOf } from "./state.js";

/** Moves users between epochs. */
export interface Extrapolation {
  /** Puts users elsewhere in place of where an epoch has left them; `began` is where that one began. */
  move(users: readonly Numbers[], began: readonly Numbers[]): void;
  /** Forgets the epochs before the one that comes next. */
  restart(): void;
}

/**
 * Epochs from users that are extrapolated from earlier ones. J is known for nothing after each: where it has risen, users go back to
 * where the last epoch left them, the extrapolation starts anew, and a plain epoch takes the place of the one that is lost.
 */
export function guarded(name: string, changes: AlsOptions, create: () => Extrapolation): Variant {
  return {
    name,
    open: async (problem) => {
      const training = await openTraining(problem, changes);
      const extrapolation = create();
      const users = (): readonly Numbers[] => stateOf(training.session, "users");
      /** Where the last epoch left users, and where it began. */
      const left = users().map((numbers) => numbers.slice());
      const began = left.map((numbers) => numbers.slice());
      let best = Infinity;
      return {
        epoch: async () => {
          if (best < Infinity) extrapolation.move(users(), began);
          copy(users(), began);
          let step = await plainStep(training);
          if (step.loss > best) {
            copy(left, users());
            copy(left, began);
            extrapolation.restart();
            step = { ...(await plainStep(training)), epochs: 2 };
          }
          copy(users(), left);
          best = step.loss;
          return step;
        },
        model: () => modelOf(training),
        close: () => training.close(),
      };
    },
  };
}

function copy(from: readonly Numbers[], to: readonly Numbers[]): void {
  for (const [i, numbers] of from.entries()) to[i]!.set(numbers);
}
