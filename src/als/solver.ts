import { type Method, solvingCost } from "../kernel/index.js";
import { checkInteger, checkOneOf } from "../options.js";
import type { RatingsSource } from "../ratings/index.js";

export type Solver = "auto" | "cholesky" | "cg" | "ials++" | "nonnegative";

export interface SolverOptions {
  /**
   * How rows are solved: exactly ("cholesky"), by a few steps of conjugate gradient ("cg"), by blocks of factors ("ials++"), or
   * exactly among factors ≥ 0 ("nonnegative"). "auto" (default) takes "cholesky", or "cg" where an epoch of that is estimated at
   * less than a third of the time, by K and the size of the ratings; `model.info.run.solver` says which, and why.
   */
  solver?: Solver | undefined;
  /** Steps of "cg" in each half-epoch, from where a row stands: 1–10,000. Default 3. */
  cgSteps?: number | undefined;
  /** "jacobi": "cg" divides residuals by the diagonal of the system. */
  preconditioner?: "none" | "jacobi" | undefined;
  /** Factors that "ials++" solves for at a time: 1–K. */
  blockSize?: number | undefined;
  /** "exact" (default): after the last epoch of "cg" or "ials++" users are solved exactly once more; "none": they are not. */
  finish?: "exact" | "none" | undefined;
}

export interface ResolvedSolver {
  readonly solver: Solver;
  readonly cgSteps: number;
  readonly preconditioner: "none" | "jacobi";
  readonly blockSize: number;
  readonly finish: "exact" | "none";
}

export const DEFAULT_SOLVER: Omit<ResolvedSolver, "blockSize"> = {
  solver: "auto",
  cgSteps: 3,
  preconditioner: "none",
  finish: "exact",
};
/** Of 16, 32, 64 and 128 the one whose loss fell most in the same time at K = 512 (docs/performance.md). */
export const DEFAULT_BLOCK = 32;
/**
 * Floating-point operations that both solvers were measured to do in the same time: 18.0 M ratings, K = 64, float32, relaxed
 * arithmetic, two threads (docs/performance.md).
 */
const EXACT_GFLOPS = 77;
const CONJUGATE_GFLOPS = 38;
/** "auto" gives up exact solves for a third of their time: conjugate gradient may need a few epochs more. */
const WORTH = 0.33;

/** @throws TypeError, RangeError naming the option */
export function resolveSolver(options: SolverOptions, factors: number): ResolvedSolver {
  const {
    solver = DEFAULT_SOLVER.solver,
    cgSteps = DEFAULT_SOLVER.cgSteps,
    preconditioner = DEFAULT_SOLVER.preconditioner,
    blockSize = Math.min(DEFAULT_BLOCK, factors),
    finish = DEFAULT_SOLVER.finish,
  } = options;
  return {
    solver: checkOneOf("solver", solver, ["auto", "cholesky", "cg", "ials++", "nonnegative"]),
    cgSteps: checkInteger("cgSteps", cgSteps, 1, 10_000),
    preconditioner: checkOneOf("preconditioner", preconditioner, ["none", "jacobi"]),
    blockSize: checkInteger("blockSize", blockSize, 1, factors),
    finish: checkOneOf("finish", finish, ["exact", "none"]),
  };
}

/** The method of a fit's half-epochs, and why it was chosen. */
export interface MethodChoice {
  readonly method: Method;
  readonly why: string;
}

/** The ratings' size, which decides what an epoch costs. */
export type RatingsSize = Pick<RatingsSource, "userCount" | "itemCount" | "count">;

/** How a fit with these options solves its rows. */
export function chooseMethod(options: ResolvedSolver & { factors: number }, size: RatingsSize): MethodChoice {
  const { solver, factors } = options;
  if (solver !== "auto") return { method: methodOf(options, solver), why: "asked for" };
  const exact = methodOf(options, "cholesky");
  const conjugate = methodOf(options, "cg");
  const share =
    (work(conjugate, factors, size) / work(exact, factors, size)) * (EXACT_GFLOPS / CONJUGATE_GFLOPS);
  const told = `an epoch by conjugate gradient takes about ${share.toFixed(2)} of the time of an exact one at K = ${factors} and so many ratings`;
  return share < WORTH
    ? { method: conjugate, why: told }
    : { method: exact, why: `${told}, not below ${WORTH}` };
}

function methodOf(options: ResolvedSolver, solver: Exclude<Solver, "auto">): Method {
  const { cgSteps: steps, preconditioner, blockSize } = options;
  if (solver === "cg") return { kind: "cg", steps, jacobi: preconditioner === "jacobi" };
  return solver === "ials++" ? { kind: "ials++", blockSize } : { kind: solver };
}

/** Floating-point operations of an epoch. */
function work(method: Method, factors: number, { userCount, itemCount, count }: RatingsSize): number {
  const { rating, row } = solvingCost(factors, method);
  return 2 * count * rating + (userCount + itemCount) * row;
}

/** Whether rows are solved to the end in each half-epoch. */
export function isExact({ kind }: Method): boolean {
  return kind === "cholesky" || kind === "nonnegative";
}
