import type { AlsOptions, Solver } from "../../src/als/index.js";
import type { Model } from "../../src/model/index.js";
import { seededRandom } from "../../src/random.js";
import type { Ratings } from "../../src/ratings/index.js";
import { type State, sideOf } from "../reference/als.js";
import type { FamilyProblem, FamilyRating, ReferenceFeedback } from "../reference/family.js";
import { ratingsOf } from "./sessions.js";

/** Forms of feedback, each with values that it allows. */
export const FEEDBACKS: Readonly<
  Record<string, { readonly feedback?: ReferenceFeedback; readonly dislikes?: boolean }>
> = {
  explicit: {},
  "1 + α·r": { feedback: { alpha: 2, form: "linear", offset: 1 }, dislikes: true },
  // Confidences below 1 make A the difference of two matrices.
  α·r: { feedback: { alpha: 0.3, form: "linear", offset: 0 }, dislikes: true },
  "1 + α·log(1 + r)": { feedback: { alpha: 5, form: "log", offset: 1 } },
  "all pairs": { feedback: { alpha: 0, form: "linear", offset: 1, unobservedWeight: 0.2 }, dislikes: true },
  "all pairs, weighted": { feedback: { alpha: 1.5, form: "linear", offset: 1, unobservedWeight: 0.05 } },
};

export interface Case {
  readonly feedback: keyof typeof FEEDBACKS;
  readonly solver: Exclude<Solver, "auto">;
  readonly scaling: number;
  readonly biases: "full" | "mean" | "none";
  readonly weighted: boolean;
}

/** Every combination that is not refused. */
export const CASES: readonly Case[] = Object.keys(FEEDBACKS).flatMap((feedback) =>
  (["cholesky", "cg", "ials++", "nonnegative"] as const).flatMap((solver) =>
    [0, 0.7, 1].flatMap((scaling) =>
      biasesOf(feedback, solver).flatMap((biases) =>
        [false, true].map((weighted) => ({ feedback, solver, scaling, biases, weighted })),
      ),
    ),
  ),
);

function biasesOf(feedback: string, solver: string): Case["biases"][] {
  if (solver === "nonnegative") return ["none"];
  return feedback === "explicit" ? ["full", "mean", "none"] : ["full", "none"];
}

/** A small problem of a case, some of whose users and items may have no ratings. */
export function problemOf(
  { feedback, scaling, biases, weighted }: Omit<Case, "solver">,
  seed: number,
  factors: number,
): FamilyProblem {
  const random = seededRandom(seed, "test");
  const { feedback: form, dislikes = false } = FEEDBACKS[feedback]!;
  const users = 9 + random.integer(6);
  const items = 7 + random.integer(6);
  const ratings: FamilyRating[] = [];
  for (let user = 0; user < users; user++)
    for (let item = 0; item < items; item++) {
      if (random.unit() > 0.4) continue;
      const size = (1 + random.integer(10)) / 2;
      const value = form !== undefined && dislikes && random.unit() < 0.2 ? -size : size;
      ratings.push({ user, item, value, ...(weighted && { weight: 0.1 + 3 * random.unit() }) });
    }
  return {
    users,
    items,
    ratings,
    factors,
    lambda: { users: 0.3, items: 0.5, biases: 0.7 },
    scaling,
    biases,
    ...(form && { feedback: form }),
  };
}

export function ratingsOfFamily(problem: FamilyProblem): Ratings<number, number> {
  const ratings = problem.ratings.map(({ user, item, value, weight }) =>
    weight === undefined ? ([user, item, value] as const) : ([user, item, value, weight] as const),
  );
  return ratingsOf({ ...problem, ratings });
}

export function familyOptions(problem: FamilyProblem, solver: Solver): AlsOptions {
  const { factors, lambda, scaling, biases, feedback } = problem;
  const common: AlsOptions = { factors, regularization: lambda, scaling, biases, solver, finish: "none" };
  if (feedback === undefined) return common;
  const { unobservedWeight, alpha, form, offset } = feedback;
  return {
    ...common,
    feedback: "implicit",
    ...(alpha > 0 && { confidence: { alpha, form, offset } }),
    ...(unobservedWeight !== undefined && { unobservedWeight }),
  };
}

/** A model's factors and biases by the problem's indices; ids are those. */
export function familyState(problem: FamilyProblem, model: Model<number, number>): State {
  const side = (which: "users" | "items") => {
    const { factors } = problem;
    const values = new Float64Array(problem[which] * factors);
    const biases = new Float64Array(problem[which]);
    const copied = model.copyFactors(which).values;
    const ids: Iterable<number> = model[which];
    let at = 0;
    for (const id of ids) {
      values.set(copied.subarray(at * factors, (at + 1) * factors), id * factors);
      biases[id] = which === "users" ? model.userBias(id) : model.itemBias(id);
      at++;
    }
    return sideOf(problem[which], factors, values, biases);
  };
  return { users: side("users"), items: side("items") };
}
