import { factorCholesky, substituteBack, substituteForward } from "../../src/linear-algebra/cholesky.js";
import type { Extrapolation } from "./guarded.js";
import type { Numbers } from "./state.js";

/** Share of the Gram matrix's trace that its diagonal is raised by: differences of epochs are nearly dependent. */
const RIDGE = 1e-10;

type State = readonly Numbers[];

/** What an epoch's result, and its step, differ by from those of the epoch before it. */
interface Difference {
  readonly result: State;
  readonly step: State;
}

/**
 * Anderson's acceleration (type II) over epochs: of an epoch that went from x to g, and earlier ones, the combination of results
 * whose steps g − x add up to the shortest (Walker, Ni, "Anderson acceleration for fixed-point iterations", 2011).
 *
 * @param window how many differences of epochs it looks at
 */
export function anderson(window: number): Extrapolation {
  let last: { readonly result: State; readonly step: State } | undefined;
  let differences: Difference[] = [];
  return {
    move: (users, began) => {
      const result = users.map((numbers) => numbers.slice());
      const step = difference(users, began);
      if (last !== undefined) {
        differences = [
          ...differences.slice(1 - window),
          { result: difference(result, last.result), step: difference(step, last.step) },
        ];
        for (const [j, weight] of leastSquares(differences, step).entries())
          subtract(users, weight, differences[j]!.result);
      }
      last = { result, step };
    },
    restart: () => {
      last = undefined;
      differences = [];
    },
  };
}

/** Weights γ that make ‖step − Σ γ_j·difference_j‖ least; none where rounding leaves them undetermined. */
function leastSquares(differences: readonly Difference[], step: State): Float64Array {
  const size = differences.length;
  const gram = new Float64Array(size * size);
  const weights = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    weights[j] = dot(differences[j]!.step, step);
    for (let k = 0; k <= j; k++) gram[j * size + k] = dot(differences[j]!.step, differences[k]!.step);
  }
  let trace = 0;
  for (let j = 0; j < size; j++) trace += gram[j * size + j]!;
  for (let j = 0; j < size; j++) gram[j * size + j]! += RIDGE * trace;
  if (!factorCholesky(gram, size)) return new Float64Array();
  substituteForward(gram, size, weights);
  substituteBack(gram, size, weights);
  return weights;
}

function difference(a: State, b: State): State {
  return a.map((numbers, i) => {
    const result = numbers.slice();
    const other = b[i]!;
    for (let p = 0; p < result.length; p++) result[p]! -= other[p]!;
    return result;
  });
}

function subtract(from: State, weight: number, what: State): void {
  for (const [i, numbers] of from.entries()) {
    const other = what[i]!;
    for (let p = 0; p < numbers.length; p++) numbers[p]! -= weight * other[p]!;
  }
}

function dot(a: State, b: State): number {
  let sum = 0;
  for (const [i, numbers] of a.entries()) {
    const other = b[i]!;
    for (let p = 0; p < numbers.length; p++) sum += numbers[p]! * other[p]!;
  }
  return sum;
}
