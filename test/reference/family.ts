/**
 * The objectives of the whole family as they stand in the papers: dense loops over every pair, rated or not. Slow, and made to
 * be read: it shares nothing with src/ but the formulas.
 */
import { eliminate, type Side, type State } from "./als.js";

export interface FamilyRating {
  readonly user: number;
  readonly item: number;
  readonly value: number;
  readonly weight?: number;
}

/** How values become preferences with a confidence. */
export interface ReferenceFeedback {
  readonly alpha: number;
  readonly form: "linear" | "log";
  readonly offset: 0 | 1;
  /** α₀: the weight of all pairs; without it unrated pairs weigh 1. */
  readonly unobservedWeight?: number;
}

export interface FamilyProblem {
  readonly users: number;
  readonly items: number;
  readonly ratings: readonly FamilyRating[];
  /** K. */
  readonly factors: number;
  readonly lambda: { readonly users: number; readonly items: number; readonly biases: number };
  readonly scaling: number;
  readonly biases: "full" | "mean" | "none";
  /** Undefined for explicit ratings. */
  readonly feedback?: ReferenceFeedback;
}

/** A term weight·(target − r̂)² of the loss. */
interface Term {
  readonly item: number;
  readonly user: number;
  readonly weight: number;
  readonly target: number;
  readonly observed: boolean;
}

export interface ObjectiveParts {
  readonly observed: number;
  readonly unobserved: number;
  readonly regularization: number;
}

export function familyMean({ ratings, biases, feedback }: FamilyProblem): number {
  if (biases === "none" || feedback !== undefined) return 0;
  return ratings.reduce((sum, { value }) => sum + value, 0) / ratings.length;
}

function termsOf({ users, items, ratings, feedback }: FamilyProblem): Term[] {
  if (feedback === undefined)
    return ratings.map(({ user, item, value, weight = 1 }) => ({
      ...{ user, item, weight, target: value, observed: true },
    }));
  const { alpha, form, offset, unobservedWeight } = feedback;
  const rated = new Map(ratings.map((rating) => [`${rating.user} ${rating.item}`, rating]));
  const terms: Term[] = [];
  for (let user = 0; user < users; user++)
    for (let item = 0; item < items; item++) {
      const rating = rated.get(`${user} ${item}`);
      if (rating !== undefined) {
        const size = form === "log" ? Math.log(1 + rating.value) : Math.abs(rating.value);
        const weight = (rating.weight ?? 1) * (offset + alpha * size);
        terms.push({ user, item, weight, target: rating.value > 0 ? 1 : 0, observed: true });
      }
      if (unobservedWeight !== undefined)
        terms.push({ user, item, weight: unobservedWeight, target: 0, observed: false });
      else if (rating === undefined) terms.push({ user, item, weight: 1, target: 0, observed: false });
    }
  return terms;
}

/** λ_i of each row of a side; 0 where there is nothing to solve. */
function lambdasOf(problem: FamilyProblem, which: "users" | "items"): number[] {
  const counts = new Array<number>(problem[which]).fill(0);
  for (const rating of problem.ratings) counts[which === "users" ? rating.user : rating.item]!++;
  const others = problem[which === "users" ? "items" : "users"];
  const shift = (problem.feedback?.unobservedWeight ?? 0) * others;
  return counts.map((n) => (n === 0 ? Number.NaN : problem.lambda[which] * (n + shift) ** problem.scaling));
}

function predictionOf(problem: FamilyProblem, state: State, user: number, item: number): number {
  let score = familyMean(problem) + state.users.biases[user]! + state.items.biases[item]!;
  state.users.factors[user]!.forEach((w, k) => {
    score += w * state.items.factors[item]![k]!;
  });
  return score;
}

/** J in its parts, term by term. */
export function familyObjective(problem: FamilyProblem, state: State): ObjectiveParts {
  let observed = 0;
  let unobserved = 0;
  for (const term of termsOf(problem)) {
    const e = term.target - predictionOf(problem, state, term.user, term.item);
    if (term.observed) observed += term.weight * e * e;
    else unobserved += term.weight * e * e;
  }
  let regularization = 0;
  for (const which of ["users", "items"] as const)
    lambdasOf(problem, which).forEach((lambda, row) => {
      if (Number.isNaN(lambda)) return;
      for (const w of state[which].factors[row]!) regularization += lambda * w * w;
      regularization += problem.lambda.biases * state[which].biases[row]! ** 2;
    });
  return { observed, unobserved, regularization };
}

export function totalOf({ observed, unobserved, regularization }: ObjectiveParts): number {
  return observed + unobserved + regularization;
}

/** Every row of one side at its minimum for the other as it is. */
export function solveFamilyHalf(problem: FamilyProblem, state: State, which: "users" | "items"): State {
  const fixed = state[which === "users" ? "items" : "users"];
  const own = which === "users" ? "user" : "item";
  const other = which === "users" ? "item" : "user";
  const mean = familyMean(problem);
  const k = problem.factors;
  const unknowns = problem.biases === "full" ? k + 1 : k;
  const lambdas = lambdasOf(problem, which);
  const systems = lambdas.map((lambda) => ({
    a: Array.from({ length: unknowns }, (_, p) =>
      Array.from({ length: unknowns }, (_, q) => (p !== q ? 0 : p < k ? lambda : problem.lambda.biases)),
    ),
    y: new Array<number>(unknowns).fill(0),
  }));
  for (const term of termsOf(problem)) {
    const { a, y } = systems[term[own]]!;
    const u = [...fixed.factors[term[other]]!, 1];
    const target = term.target - mean - fixed.biases[term[other]]!;
    for (let p = 0; p < unknowns; p++) {
      y[p]! += term.weight * target * u[p]!;
      for (let q = 0; q < unknowns; q++) a[p]![q]! += term.weight * u[p]! * u[q]!;
    }
  }
  const solutions = systems.map(({ a, y }, row) =>
    Number.isNaN(lambdas[row]!) ? new Array<number>(k + 1).fill(0) : [...eliminate(a, y), 0],
  );
  const solved: Side = {
    factors: solutions.map((x) => x.slice(0, k)),
    biases: solutions.map((x) => (problem.biases === "full" ? x[k]! : 0)),
  };
  return which === "users" ? { users: solved, items: state.items } : { users: state.users, items: solved };
}
