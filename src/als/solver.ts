import type { Method } from "../kernel/index.js";
import { checkInteger, checkOneOf } from "../options.js";

export type Solver = "auto" | "cholesky" | "cg" | "ials++" | "nonnegative";

export interface SolverOptions {
  /**
   * How rows are solved: exactly ("cholesky"), by a few steps of conjugate gradient ("cg"), by blocks of factors ("ials++"), or
   * exactly among factors ≥ 0 ("nonnegative"). "auto" (default) takes the cheapest of the first three by measured costs;
   * `model.info.run.solver` says which, and why.
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
/** The block size that took the least time per epoch at K = 512 (docs/performance.md). */
const DEFAULT_BLOCK = 64;
/** From this K on "auto" solves by blocks: see docs/performance.md. */
const BLOCKS_FROM = 256;

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

export function chooseMethod(options: ResolvedSolver, factors: number): MethodChoice {
  const { solver, cgSteps: steps, preconditioner, blockSize } = options;
  const asked = "asked for";
  switch (solver) {
    case "cholesky":
    case "nonnegative":
      return { method: { kind: solver }, why: asked };
    case "cg":
      return { method: { kind: "cg", steps, jacobi: preconditioner === "jacobi" }, why: asked };
    case "ials++":
      return { method: { kind: "ials++", blockSize }, why: asked };
    case "auto":
      return factors < BLOCKS_FROM
        ? { method: { kind: "cholesky" }, why: `exact: K = ${factors} is below ${BLOCKS_FROM}` }
        : {
            method: { kind: "ials++", blockSize },
            why: `blocks of ${blockSize} factors: from K = ${BLOCKS_FROM} on they take a fraction of the time`,
          };
  }
}

/** Whether rows are solved to the end in each half-epoch. */
export function isExact({ kind }: Method): boolean {
  return kind === "cholesky" || kind === "nonnegative";
}
