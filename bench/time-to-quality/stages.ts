import type { AlsOptions } from "../../src/als/index.js";
import { modelOf, openTraining, plainStep, type Variant } from "./attempt.js";
import { copyUsers } from "./state.js";

/** Options that some of the first epochs have. */
export interface Stage {
  readonly epochs: number;
  /** A function of K, so that a stage may have fewer factors. */
  readonly changes: (factors: number) => AlsOptions;
  /** Whether the model of its epochs counts as one of the variant's. */
  readonly counts: boolean;
}

/**
 * Epochs with other options first: each stage goes on from the users of the one before, factors that it has beyond those starting
 * at random, and the last one has the options that were asked for.
 */
export function staged(name: string, stages: readonly Stage[]): Variant {
  return {
    name,
    open: async (problem) => {
      const factors = problem.options.factors!;
      const last: Stage = { epochs: Infinity, changes: () => ({}), counts: true };
      const all = [...stages, last];
      let at = 0;
      const open = () => openTraining(problem, { start: "random", ...all[at]!.changes(factors) });
      let training = await open();
      const goOn = async (): Promise<void> => {
        while (training.run.epochs >= all[at]!.epochs) {
          const before = training;
          at++;
          training = await open();
          copyUsers(before.session, training.session);
          before.close();
        }
      };
      return {
        epoch: async () => {
          await goOn();
          const step = await plainStep(training);
          return { ...step, counts: all[at]!.counts };
        },
        model: () => modelOf(training),
        close: () => training.close(),
      };
    },
  };
}
