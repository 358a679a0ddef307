import { join } from "node:path";
import { ROOT } from "../paths.js";
import type { Command } from "./contender.js";
import type { Judgement } from "./judge.js";
import type { Peers } from "./python.js";

export const THREADS = 2;

/** ‖Aq − σp‖ and ‖Aᵀp − σq‖ of each axis at most, as a share of σ₁. */
export const SVD_TOLERANCE = 1e-3;

/** Entries of each list, and the epochs of the factors that lists are made of: after fewer, few factors say most. */
const LISTED = 10;
const LIST_EPOCHS = 6;

/** Somebody who trains: this package, or a peer with its own parameters. */
export interface Entrant {
  readonly name: string;
  readonly library: "alternant" | "implicit" | "cmfrec" | "scipy" | "scikit-learn";
  /** What it is started with, besides data and threads. */
  readonly task: object;
  /** Threads of a peer's BLAS, 1 unless told. */
  readonly blasThreads?: number;
}

/** What all of its entrants train, at the same K, λ and confidence, in the same run. */
export interface Task {
  readonly name: string;
  readonly judge: Judgement;
  /**
   * Rounds, of one epoch, one whole decomposition or the lists of all users each, after one round that doesn't count; the quality is that after all of
   * them.
   */
  readonly rounds: number;
  readonly entrants: readonly Entrant[];
}

/** The tasks for a number of factors; rounds of exact implicit solvers are few, because implicit takes minutes there. */
export function tasksFor(factors: number, rounds: number): readonly Task[] {
  const shared = { factors, regularization: 0.01, alpha: 1, dtype: "float32" };
  const implicitTask = (name: string, use_cg: boolean, own: number): Task => {
    const params = { ...shared, use_cg };
    const cmfrec = {
      model: "CMF_implicit",
      k: factors,
      lambda_: shared.regularization,
      alpha: shared.alpha,
      use_cg,
    };
    return {
      name,
      judge: "ranking",
      rounds: own,
      entrants: [
        { name: "alternant", library: "alternant", task: { library: "implicit", params } },
        { name: "implicit", library: "implicit", task: { params } },
        { name: "cmfrec", library: "cmfrec", task: { params: cmfrec } },
      ],
    };
  };
  const explicitTask = (name: string, use_cg: boolean): Task => {
    const params = { model: "CMF", k: factors, lambda_: 10, use_cg, finalize_chol: false };
    return {
      name,
      judge: "rmse",
      rounds: Math.ceil(rounds / 2),
      entrants: [
        { name: "alternant", library: "alternant", task: { library: "cmfrec", params } },
        { name: "cmfrec", library: "cmfrec", task: { params } },
      ],
    };
  };
  return [
    implicitTask("implicit, 3 CG steps", true, rounds),
    implicitTask("implicit, Cholesky", false, Math.ceil(rounds / 3)),
    explicitTask("explicit with biases, Cholesky", false),
    explicitTask("explicit with biases, 3 CG steps", true),
  ];
}

/**
 * A truncated SVD of the ratings as they are. The peers have no tolerance on residuals: theirs are the parameters that were the
 * fastest of a sweep to reach it (ARPACK's own tol is of eigenvalues, and what it returns is far better than it says; for
 * randomized_svd, `normalizer` "none" breaks down in float32, "QR" takes longer than "LU"). The judge measures what they reach.
 */
export function svdTask(factors: number, rounds: number, data: string): Task {
  // More iterations where the values fall more slowly.
  const n_iter = data === "generated-20m" ? 10 : 15;
  const randomized = { n_components: factors, n_iter, n_oversamples: 64, power_iteration_normalizer: "LU" };
  const arpack = { k: factors, tol: 0.1, ncv: Math.ceil(1.5 * factors) };
  const svd = { factors, center: "none", tolerance: SVD_TOLERANCE, precision: "float32" };
  return {
    name: `SVD to tolerance ${SVD_TOLERANCE}`,
    judge: "svd",
    rounds,
    entrants: [
      { name: "alternant", library: "alternant", task: { svd } },
      // Their products with the ratings run on one thread; whether BLAS does better on more depends on what else runs.
      ...[1, THREADS].flatMap((blasThreads): Entrant[] => [
        {
          name: `SciPy's svds (ARPACK), BLAS threads: ${blasThreads}`,
          library: "scipy",
          task: { params: arpack },
          blasThreads,
        },
        {
          name: `scikit-learn's randomized_svd, BLAS threads: ${blasThreads}`,
          library: "scikit-learn",
          task: { params: randomized },
          blasThreads,
        },
      ]),
    ],
  };
}

/**
 * The best items of all users, rated ones left out, from the same factors: the first entrant trains them and writes them for
 * the others. How many users implicit takes at a time is the caller's choice; these are a sweep of it.
 */
export function listsTask(factors: number, rounds: number): Task {
  const params = { factors, regularization: 0.01, alpha: 1, use_cg: true, dtype: "float32" };
  const implicit = [1_000, 10_000, Number.MAX_SAFE_INTEGER].map(
    (batch): Entrant => ({
      name: `implicit, ${batch === Number.MAX_SAFE_INTEGER ? "all users at once" : `${batch.toLocaleString("en")} users at a time`}`,
      library: "implicit",
      task: { lists: { count: LISTED, batch } },
    }),
  );
  return {
    name: `best ${LISTED} of all users`,
    judge: "lists",
    rounds,
    entrants: [
      {
        name: "alternant",
        library: "alternant",
        task: { lists: { count: LISTED, epochs: LIST_EPOCHS, params } },
      },
      ...implicit,
    ],
  };
}

/** How an entrant is started: each at the settings that its documentation recommends. */
export function commandOf(
  { library, blasThreads = 1 }: Pick<Entrant, "library" | "blasThreads">,
  { python }: Peers,
): Command {
  if (library === "alternant") {
    const file = join(ROOT, "bench/peers/ours.mjs");
    // This process was started with whatever flag relaxed SIMD needs here.
    return { file: process.execPath, args: [...process.execArgv, file], env: {} };
  }
  return {
    file: python,
    args: [join(ROOT, "bench/peers/peer.py")],
    // implicit warns unless BLAS keeps to one thread: it and cmfrec run their rows on OpenMP's threads.
    env: { OPENBLAS_NUM_THREADS: String(blasThreads), OMP_NUM_THREADS: String(THREADS) },
  };
}
