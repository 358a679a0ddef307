import { factorCholesky } from "../../src/linear-algebra/cholesky.js";
import { modelOf, openTraining, plainStep, type Variant } from "./attempt.js";
import { type Numbers, stateOf } from "./state.js";

/**
 * The first half-epochs, each of the items', end with item factors that are made orthogonal to each other, at lengths that random
 * ones would have: directions that a random start has little of catch up, as they do in subspace iteration.
 *
 * @param epochs how many
 */
export function orthonormalStart(epochs: number): Variant {
  return {
    name: `items made orthonormal in ${epochs} epochs`,
    open: async (problem) => {
      const training = await openTraining(problem, { start: "random" });
      const { session } = training;
      let done = 0;
      return {
        epoch: async () => {
          if (done++ >= epochs) return plainStep(training);
          await session.solveItems();
          const [items] = stateOf(session, "items");
          makeOrthonormal(items!, session.layout.items.rowCount, session.layout);
          await session.solveUsers();
          // Of items that are no longer those that were solved for, J is not known.
          training.run = { ...training.run, epochs: done };
          return { loss: Infinity, epochs: 1, counts: true };
        },
        model: () => modelOf(training),
        close: () => training.close(),
      };
    },
  };
}

/** F ← √(rows/K)·FL⁻ᵀ, where FᵀF = LLᵀ; F as it is where its columns depend on each other. */
function makeOrthonormal(
  values: Numbers,
  rows: number,
  { factors, padded }: { readonly factors: number; readonly padded: number },
): void {
  const l = new Float64Array(factors * factors);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < factors; i++) {
      const value = values[row * padded + i]!;
      for (let j = 0; j <= i; j++) l[i * factors + j]! += value * values[row * padded + j]!;
    }
  if (!factorCholesky(l, factors)) return;
  const length = Math.sqrt(rows / factors);
  const solved = new Float64Array(factors);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < factors; i++) {
      let value = values[row * padded + i]!;
      for (let k = 0; k < i; k++) value -= l[i * factors + k]! * solved[k]!;
      solved[i] = value / l[i * factors + i]!;
      values[row * padded + i] = length * solved[i]!;
    }
}
