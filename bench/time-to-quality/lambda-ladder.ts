import { modelOf, openTraining, plainStep, type Variant } from "./attempt.js";

/** The first epochs with these multiples of λ, then epochs with λ. J of the former is that of another objective. */
export function lambdaLadder(rungs: readonly number[]): Variant {
  return {
    name: `λ × ${rungs.join(", × ")}, then λ`,
    open: async (problem) => {
      const training = await openTraining(problem, { start: "random" });
      const { session } = training;
      const sides = (["users", "items"] as const).map((side) => ({
        side,
        lambdas: session.lambdas(side).slice(),
      }));
      let epochs = 0;
      return {
        epoch: async () => {
          const factor = rungs[epochs++] ?? 1;
          for (const { side, lambdas } of sides)
            session.lambdas(side).set(factor === 1 ? lambdas : lambdas.map((lambda) => factor * lambda));
          const step = await plainStep(training);
          return factor === 1 ? step : { ...step, loss: Infinity };
        },
        model: () => modelOf(training),
        close: () => training.close(),
      };
    },
  };
}
