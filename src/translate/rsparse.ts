import { checkOneOf } from "../options.js";
import { type Dialect, refuse, SAME, type Translation } from "./dialect.js";

const name = "rsparse";

/**
 * WRMF of rsparse (R/model_WRMF.R, inst/include/wrmf_implicit.hpp, wrmf_explicit.hpp): implicit with the values as
 * confidence and plain λ; explicit with λ·n where dynamic_lambda is set, on biases too. Items first, then users, and
 * users once more, exactly.
 */
export const rsparse: Dialect<{
  rank: number;
  lambda: number;
  dynamic_lambda: boolean;
  init: unknown;
  preprocess: string;
  feedback: string;
  solver: string;
  with_user_item_bias: boolean;
  with_global_bias: boolean;
  cg_steps: number;
  precision: string;
  n_iter: number;
  convergence_tol: unknown;
}> = {
  name,
  defaults: {
    rank: 10,
    lambda: 0,
    dynamic_lambda: true,
    init: null,
    preprocess: "identity",
    feedback: "implicit",
    solver: "conjugate_gradient",
    with_user_item_bias: false,
    with_global_bias: false,
    cg_steps: 3,
    precision: "double",
    n_iter: 10,
    convergence_tol: -1,
  },
  ignored: "rsparse_omp_threads",
  translate(params): Translation {
    const { rank, lambda, n_iter, cg_steps, init, convergence_tol } = params;
    const explicit =
      checkOneOf(`${name}'s feedback`, params.feedback, ["implicit", "explicit"]) === "explicit";
    const solver = checkOneOf(`${name}'s solver`, params.solver, ["conjugate_gradient", "cholesky", "nnls"]);
    const precision = checkOneOf(`${name}'s precision`, params.precision, ["double", "float"]);
    const log = checkOneOf(`${name}'s preprocess`, params.preprocess, ["identity", "log1p"]) === "log1p";
    if (log && explicit)
      refuse(name, "preprocess", "log1p", "transform the values before you make Ratings of them");
    if (init !== null) refuse(name, "init", init, "fit(ratings, { initial: model }) starts from a model");
    if (!(typeof convergence_tol === "number" && convergence_tol < 0))
      refuse(
        name,
        "convergence_tol",
        convergence_tol,
        "training does not stop by its own loss here; give -1, or stop by fit(ratings, { validation })",
      );
    return {
      options: {
        feedback: explicit ? "explicit" : "implicit",
        factors: rank,
        regularization: { users: lambda, items: lambda, biases: lambda },
        scaling: explicit && params.dynamic_lambda ? 1 : 0,
        biases: biasesOf(params, explicit),
        ...(explicit ? {} : { confidence: { alpha: 1, form: log ? "log" : "linear", offset: 0 } }),
        ...(solver === "conjugate_gradient"
          ? { solver: "cg", cgSteps: cg_steps }
          : { solver: solver === "nnls" ? "nonnegative" : "cholesky" }),
        epochs: n_iter,
        precision: precision === "float" ? "float32" : "float64",
      },
      scale: SAME,
      notes: [
        "rsparse stops by default once its loss falls by less than 0.5 % (explicit: 0.1 %); here every epoch runs.",
      ],
    };
  },
};

function biasesOf(
  params: {
    lambda: number;
    dynamic_lambda: boolean;
    solver: string;
    with_user_item_bias: boolean;
    with_global_bias: boolean;
  },
  explicit: boolean,
): "full" | "mean" | "none" {
  const { lambda, dynamic_lambda, solver, with_user_item_bias, with_global_bias } = params;
  // Its non-negative solver switches the mean off, with a warning.
  const mean = with_global_bias && solver !== "nnls";
  const own = "with_user_item_bias";
  if (!explicit && mean) refuse(name, "with_global_bias", true, "implicit feedback has no mean here");
  if (!with_user_item_bias) return mean ? "mean" : "none";
  if (!explicit) refuse(name, own, true, "implicit feedback has no biases here");
  if (!mean) refuse(name, own, true, "biases stand beside the mean here: set with_global_bias, and no nnls");
  if (dynamic_lambda && lambda !== 0)
    refuse(
      name,
      own,
      true,
      "dynamic_lambda scales λ of biases too, which is plain here: set dynamic_lambda to false",
    );
  return "full";
}
