import { type Dialect, SAME, type Translation } from "./dialect.js";

/**
 * `wals` of Quora's qmf (qmf/wals.cpp, qmf/wals/WALSEngine.cpp): c = 1 + α·r, plain λ, users first, exact solves in
 * float64.
 */
export const qmf: Dialect<{
  nepochs: number;
  nfactors: number;
  regularization_lambda: number;
  confidence_weight: number;
}> = {
  name: "qmf",
  defaults: { nepochs: 10, nfactors: 30, regularization_lambda: 0.05, confidence_weight: 40 },
  ignored:
    "init_distribution_bound nthreads train_dataset test_dataset test_avg_metrics eval_seed num_test_users test_always user_factors item_factors",
  translate: ({ nepochs, nfactors, regularization_lambda, confidence_weight }): Translation => ({
    options: {
      feedback: "implicit",
      factors: nfactors,
      regularization: regularization_lambda,
      scaling: 0,
      biases: "none",
      confidence: { alpha: confidence_weight, form: "linear", offset: 1 },
      solver: "cholesky",
      epochs: nepochs,
      precision: "float64",
    },
    scale: SAME,
    notes: [
      "qmf solves users first, from random items without a seed; here items come first, from seeded users.",
    ],
  }),
};
