import type { AlsOptions } from "../../src/als/index.js";
import { modelOf, openTraining, plainStep, type Variant } from "./attempt.js";

/** Epochs of the library as its options have it. */
export function plain(name: string, changes: AlsOptions): Variant {
  return {
    name,
    open: async (problem) => {
      const training = await openTraining(problem, changes);
      return {
        epoch: () => plainStep(training),
        model: () => modelOf(training),
        close: () => training.close(),
      };
    },
  };
}
