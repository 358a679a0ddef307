import { checkOneOf } from "../options.js";
import { type Dialect, refuse, SAME, seedOf, type Translation } from "./dialect.js";

const name = "implicit";

/**
 * AlternatingLeastSquares of `implicit` 0.7.3 (implicit/cpu/als.py, _als.pyx): c = α·|r| without 1 added, p = 1 for
 * r > 0, plain λ, users first. Three steps of conjugate gradients, hard-coded, end it on either side.
 */
export const implicit: Dialect<{
  factors: number;
  regularization: number;
  alpha: number;
  dtype: string;
  use_cg: boolean;
  iterations: number;
  random_state: unknown;
}> = {
  name,
  defaults: {
    factors: 100,
    regularization: 0.01,
    alpha: 1,
    dtype: "float32",
    use_cg: true,
    iterations: 15,
    random_state: null,
  },
  ignored: "use_native use_gpu calculate_training_loss num_threads",
  translate({ factors, regularization, alpha, dtype, use_cg, iterations, random_state }): Translation {
    if (dtype === "float16") refuse(name, "dtype", dtype, "factors are float32 or float64 here");
    return {
      options: {
        feedback: "implicit",
        factors,
        regularization,
        scaling: 0,
        biases: "none",
        confidence: { alpha, form: "linear", offset: 0 },
        ...(use_cg ? { solver: "cg", cgSteps: 3, finish: "none" } : { solver: "cholesky" }),
        epochs: iterations,
        precision: checkOneOf(`${name}'s dtype`, dtype, ["float32", "float64"]),
        ...seedOf(random_state),
      },
      scale: SAME,
      notes: [
        "implicit solves users first and starts from both sides; here items come first, from random users.",
        ...(use_cg
          ? ['finish: "none" is what implicit does; without it one exact half-step of users ends training.']
          : []),
      ],
    };
  },
};
