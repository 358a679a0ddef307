import { checkOneOf } from "../options.js";
import { type Dialect, refuse, SAME, type Translation } from "./dialect.js";

const name = "google-ials";
/** ialspp_main's own. */
const BLOCK_SIZE = 128;

/**
 * `ials_main` and `ialspp_main` of google-research/ials/vae_benchmarks (Rendle, Krichene, Zhang, Koren, "Revisiting the
 * performance of iALS on item recommendation benchmarks", 2022): weight 1 on observed pairs, α0 on all pairs,
 * λ(n + α0·N)^ν. `program` names which of both; `epochs` has no default there.
 */
export const google: Dialect<{
  program: string;
  embedding_dim: number;
  unobserved_weight: number;
  regularization: number;
  regularization_exp: number;
  block_size: unknown;
  epochs: unknown;
}> = {
  name,
  defaults: {
    program: "ials_main",
    embedding_dim: 16,
    unobserved_weight: 0.1,
    regularization: 0.0001,
    regularization_exp: 1,
    block_size: null,
    epochs: null,
  },
  ignored: "stddev print_train_stats eval_during_training train_data test_train_data test_test_data",
  translate({
    program,
    embedding_dim,
    unobserved_weight,
    regularization,
    regularization_exp,
    block_size,
    epochs,
  }): Translation {
    const blocks = checkOneOf(`${name}'s program`, program, ["ials_main", "ialspp_main"]) === "ialspp_main";
    if (typeof epochs !== "number") refuse(name, "epochs", epochs, "it has no default there; give a number");
    if (block_size !== null && !(blocks && typeof block_size === "number"))
      refuse(name, "block_size", block_size, 'a number, and of program "ialspp_main" alone');
    return {
      options: {
        feedback: "implicit",
        factors: embedding_dim,
        regularization,
        scaling: regularization_exp,
        biases: "none",
        unobservedWeight: unobserved_weight,
        ...(blocks
          ? { solver: "ials++", blockSize: Math.min(Number(block_size ?? BLOCK_SIZE), embedding_dim) }
          : { solver: "cholesky" }),
        epochs,
        precision: "float32",
      },
      scale: SAME,
      notes: [
        "Ratings' values are not used, as there: every rating counts as 1.",
        blocks
          ? "ialspp_main alternates sides after each block of factors, this package after all blocks."
          : "ials_main solves users first, and users once more when it evaluates.",
      ],
    };
  },
};
