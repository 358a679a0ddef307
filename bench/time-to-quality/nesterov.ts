import type { Extrapolation } from "./guarded.js";
import type { Numbers } from "./state.js";

/**
 * Nesterov's extrapolation with restarts: y = x_k + β_k(x_k − x_{k−1}), β_k = (t_k − 1)/t_{k+1} (Mitchell, Ye, De Sterck, "Nesterov
 * acceleration of alternating least squares for canonical tensor decomposition: momentum step size selection and restart
 * mechanisms", 2020).
 */
export function nesterov(): Extrapolation {
  let last: readonly Numbers[] | undefined;
  let t = 1;
  return {
    move: (users) => {
      const next = (1 + Math.sqrt(1 + 4 * t * t)) / 2;
      const beta = (t - 1) / next;
      t = next;
      if (last === undefined) {
        last = users.map((numbers) => numbers.slice());
        return;
      }
      for (const [i, numbers] of users.entries()) extrapolate(numbers, last[i]!, beta);
    },
    restart: () => {
      last = undefined;
      t = 1;
    },
  };
}

/** numbers ← numbers + β(numbers − last), and what they were to `last`. */
function extrapolate(numbers: Numbers, last: Numbers, beta: number): void {
  for (let p = 0; p < numbers.length; p++) {
    const number = numbers[p]!;
    numbers[p] = number + beta * (number - last[p]!);
    last[p] = number;
  }
}
