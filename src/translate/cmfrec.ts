import { describe } from "../errors.js";
import { checkNumber, checkOneOf } from "../options.js";
import { type Dialect, refuse, SAME, seedOf, type Translation } from "./dialect.js";

const name = "cmfrec";
/** What both classes know and what changes nothing without side information. */
const IGNORED =
  "w_user w_item center_U center_I NA_as_zero_user NA_as_zero_item nonneg_C nonneg_D max_cd_steps precompute_for_predictions verbose produce_dicts handle_interrupt nthreads n_jobs";

/**
 * CMF and CMF_implicit of cmfrec 3.5 without side information (cmfrec/__init__.py; src/common.c). Both divide by
 * w_main, solve items first, then users. CMF: biases solved with the factors, λ of biases scaled as that of factors
 * where scale_lam is set. CMF_implicit: c = 1 + α·r, plain λ. `model` names the class.
 */
export const cmfrec: Dialect<{
  model: string;
  k: unknown;
  k_main: number;
  k_user: number;
  k_item: number;
  lambda_: unknown;
  alpha: number;
  method: string;
  use_cg: boolean;
  user_bias: boolean;
  item_bias: boolean;
  center: boolean;
  add_implicit_features: boolean;
  scale_lam: boolean;
  scale_lam_sideinfo: boolean;
  w_main: number;
  l1_lambda: unknown;
  niter: number;
  max_cg_steps: number;
  precondition_cg: boolean;
  finalize_chol: unknown;
  NA_as_zero: boolean;
  nonneg: boolean;
  apply_log_transf: boolean;
  use_float: boolean;
  random_state: unknown;
}> = {
  name,
  defaults: {
    model: "",
    k: null,
    k_main: 0,
    k_user: 0,
    k_item: 0,
    lambda_: null,
    alpha: 1,
    method: "als",
    use_cg: true,
    user_bias: true,
    item_bias: true,
    center: true,
    add_implicit_features: false,
    scale_lam: false,
    scale_lam_sideinfo: false,
    w_main: 1,
    l1_lambda: 0,
    niter: 10,
    max_cg_steps: 3,
    precondition_cg: false,
    finalize_chol: null,
    NA_as_zero: false,
    nonneg: false,
    apply_log_transf: false,
    use_float: true,
    random_state: 1,
  },
  ignored: `scale_bias_const w_implicit maxiter parallelize corr_pairs print_every include_all_X ${IGNORED}`,
  translate(params): Translation {
    const { alpha, k_main, niter, nonneg, use_cg, use_float, random_state } = params;
    const implicit = checkOneOf(`${name}'s model`, params.model, ["CMF", "CMF_implicit"]) === "CMF_implicit";
    refuseOthers(params);
    const k = params.k === null ? (implicit ? 50 : 40) : checkNumber(`${name}'s k`, params.k);
    const finalize =
      params.finalize_chol === null
        ? !implicit
        : checkOneOf(`${name}'s finalize_chol`, params.finalize_chol, [true, false]);
    const biases = implicit ? "none" : biasesOf(params);
    const regularization = lambdas(params.lambda_ ?? (implicit ? 1 : 10), params.w_main, biases === "full");
    const scaled = !implicit && (params.scale_lam || params.scale_lam_sideinfo);
    if (scaled && biases === "full" && regularization.biases !== 0)
      refuse(
        name,
        "scale_lam",
        true,
        "with biases it scales their λ too, which is plain here: set user_bias and item_bias to false, or take these options without them and choose regularization.biases",
      );
    if (nonneg && biases !== "none")
      refuse(
        name,
        "nonneg",
        true,
        "non-negative factors go without biases and mean here: set user_bias, item_bias and center to false",
      );
    return {
      options: {
        feedback: implicit ? "implicit" : "explicit",
        factors: k + k_main,
        regularization,
        scaling: scaled ? 1 : 0,
        biases,
        ...(implicit ? { confidence: { alpha, form: "linear", offset: 1 } } : {}),
        ...(nonneg
          ? { solver: "nonnegative" }
          : use_cg
            ? conjugate(params, finalize)
            : { solver: "cholesky" }),
        epochs: niter,
        precision: use_float ? "float32" : "float64",
        ...seedOf(random_state),
      },
      scale: SAME,
      notes: nonneg || !use_cg ? [] : notesOn(implicit, finalize),
    };
  },
};

type Params = (typeof cmfrec)["defaults"];

function conjugate({ max_cg_steps, precondition_cg }: Params, finalize: boolean) {
  return {
    solver: "cg",
    cgSteps: max_cg_steps,
    preconditioner: precondition_cg ? "jacobi" : "none",
    finish: finalize ? "exact" : "none",
  } as const;
}

function notesOn(implicit: boolean, finalize: boolean): string[] {
  return [
    ...(finalize
      ? ["finalize_chol solves the last iteration exactly; here one more half-step of users is exact."]
      : []),
    ...(implicit
      ? [
          "The conjugate gradient of CMF_implicit 3.5.1 begins with another residual than its objective's; this is its objective's.",
        ]
      : []),
  ];
}

function refuseOthers(params: Params): void {
  const others: readonly (readonly [keyof Params, unknown, string])[] = [
    ["method", "als", "there is no L-BFGS here"],
    ["add_implicit_features", false, "models have no implicit features here"],
    ["NA_as_zero", false, 'missing values as zeros are implicit feedback here: model "CMF_implicit"'],
    ["apply_log_transf", false, "log(r) as confidence: take the logarithms before you make Ratings of them"],
    ["l1_lambda", 0, "there is no L1 penalty here"],
    ["k_user", 0, "factors of side information have nothing to explain here"],
    ["k_item", 0, "factors of side information have nothing to explain here"],
  ];
  for (const [key, expected, why] of others)
    if (params[key] !== expected) refuse(name, key, params[key], why);
}

function biasesOf({ user_bias, item_bias, center }: Params): "full" | "mean" | "none" {
  if (user_bias !== item_bias)
    refuse(
      name,
      "user_bias",
      user_bias,
      "biases are of both sides or of none here: set item_bias to the same",
    );
  if (user_bias && !center)
    refuse(name, "center", center, "biases stand beside the mean here: set center to true");
  return user_bias ? "full" : center ? "mean" : "none";
}

/** Its six numbers are λ of user biases, item biases, users, items and two matrices of side information. */
function lambdas(given: unknown, weight: number, withBiases: boolean) {
  checkNumber(`${name}'s w_main`, weight, { above: 0 });
  if (typeof given === "number") {
    const lambda = given / weight;
    return { users: lambda, items: lambda, biases: lambda };
  }
  if (!Array.isArray(given) || given.length !== 6)
    throw new TypeError(`${name}'s lambda_ must be a number or six of them, not ${describe(given)}`);
  const [userBias, itemBias, users, items] = given.map(
    (value: unknown, i) => checkNumber(`${name}'s lambda_[${i}]`, value) / weight,
  );
  if (withBiases && userBias !== itemBias)
    refuse(
      name,
      "lambda_",
      given,
      "biases of users and items have one λ here: let its first two numbers be equal",
    );
  return { users: users!, items: items!, biases: withBiases ? userBias! : 0 };
}
