import { checkOneOf } from "../options.js";
import { type Dialect, refuse, SAME, seedOf, type Translation } from "./dialect.js";

const name = "irspack";

/**
 * IALSRecommender of irspack 0.5 (recommenders/ials.py, cpp_source/als/IALSTrainer.hpp). Loss "IALSPP": c = x on
 * observed pairs, α0 on all pairs, λ(n + α0·N)^ν, ν* rescaling λ. "ORIGINAL": c = α0 + x on observed pairs, α0 on the
 * others: divided by α0, Hu's with c = 1 + x/α0.
 */
export const irspack: Dialect<{
  n_components: number;
  alpha0: number;
  reg: number;
  nu: number;
  nu_star: unknown;
  confidence_scaling: string;
  epsilon: number;
  solver_type: string;
  max_cg_steps: number;
  ialspp_subspace_dimension: number;
  loss_type: string;
  random_seed: unknown;
  train_epochs: number;
  user_features: unknown;
  item_features: unknown;
}> = {
  name,
  defaults: {
    n_components: 20,
    alpha0: 0,
    reg: 1e-3,
    nu: 1,
    nu_star: null,
    confidence_scaling: "none",
    epsilon: 1,
    solver_type: "CG",
    max_cg_steps: 3,
    ialspp_subspace_dimension: 64,
    loss_type: "IALSPP",
    random_seed: 42,
    train_epochs: 16,
    user_features: null,
    item_features: null,
  },
  ignored:
    "init_std n_threads prediction_time_max_cg_steps prediction_time_ialspp_iteration lambda_user_feature lambda_item_feature feature_warmup_epochs",
  translate(params): Translation {
    const { n_components, alpha0, reg, nu, nu_star, epsilon, train_epochs, random_seed } = params;
    const solver = checkOneOf(`${name}'s solver_type`, params.solver_type, ["CG", "CHOLESKY", "IALSPP"]);
    const loss = checkOneOf(`${name}'s loss_type`, params.loss_type, ["IALSPP", "ORIGINAL"]);
    const log =
      checkOneOf(`${name}'s confidence_scaling`, params.confidence_scaling, ["none", "log"]) === "log";
    for (const features of ["user_features", "item_features"] as const)
      if (params[features] !== null)
        refuse(name, features, params[features], "models have no features of users or items here");
    if (log && epsilon !== 1)
      refuse(
        name,
        "epsilon",
        epsilon,
        "divide the values by it, and leave it out: log(1 + x/ε) is log(1 + r) then",
      );
    if (!(alpha0 > 0))
      refuse(
        name,
        "alpha0",
        alpha0,
        "without a weight of unobserved pairs nothing keeps scores apart; give one above 0",
      );
    const original = loss === "ORIGINAL";
    if (original && (nu !== 0 || nu_star !== null))
      refuse(
        name,
        "loss_type",
        loss,
        'with nu other than 0 it scales λ by (n + α0·N)^nu, which is here only with "IALSPP"; take that, or nu: 0 and nu_star: null',
      );
    if (nu_star !== null && typeof nu_star !== "number")
      refuse(name, "nu_star", nu_star, "it must be a number or null");
    const form = log ? "log" : "linear";
    return {
      options: {
        feedback: "implicit",
        factors: n_components,
        ...(original
          ? { regularization: reg / alpha0, scaling: 0, confidence: { alpha: 1 / alpha0, form, offset: 1 } }
          : {
              regularization: reg,
              scaling: nu,
              ...(nu_star === null ? {} : { scalingStar: nu_star }),
              unobservedWeight: alpha0,
              confidence: { alpha: 1, form, offset: 0 },
            }),
        biases: "none",
        ...solverOf(solver, params),
        epochs: train_epochs,
        precision: "float32",
        ...seedOf(random_seed),
      },
      scale: SAME,
      notes: [
        "irspack solves users first, from both sides at random; here items come first, from random users.",
      ],
    };
  },
};

function solverOf(
  solver: "CG" | "CHOLESKY" | "IALSPP",
  params: { n_components: number; max_cg_steps: number; ialspp_subspace_dimension: number },
) {
  const { n_components, max_cg_steps, ialspp_subspace_dimension } = params;
  if (solver === "CHOLESKY") return { solver: "cholesky" } as const;
  // Its 0 steps mean as many as there are factors.
  if (solver === "CG")
    return { solver: "cg", cgSteps: max_cg_steps || n_components, finish: "none" } as const;
  const blockSize = Math.min(ialspp_subspace_dimension, n_components);
  return { solver: "ials++", blockSize, finish: "none" } as const;
}
