/**
 * Alternating least squares as it stands in the books: dense systems of K + 1 unknowns, Gaussian elimination, plain loops
 * in float64. Slow, and made to be read: it shares nothing with src/ but the formulas.
 */

/** Ratings by index, each pair at most once. */
export type Triple = readonly [user: number, item: number, value: number];

export interface Problem {
  readonly users: number;
  readonly items: number;
  readonly ratings: readonly Triple[];
  /** K. */
  readonly factors: number;
  readonly lambda: { readonly users: number; readonly items: number; readonly biases: number };
  /** ν of λ_i = λ·n_i^ν. */
  readonly scaling: number;
  readonly biases: "full" | "mean" | "none";
}

/** One side: a row of K factors and a bias each. */
export interface Side {
  readonly factors: number[][];
  readonly biases: number[];
}

export interface State {
  readonly users: Side;
  readonly items: Side;
}

/** The state before the first half-step: user factors as given, everything else zero. */
export function startFrom(problem: Problem, userFactors: ArrayLike<number>): State {
  const { users, items, factors } = problem;
  return {
    users: sideOf(users, factors, userFactors),
    items: sideOf(items, factors, new Float64Array(items * factors)),
  };
}

/** One side from row-major factors, and biases where there are any. */
export function sideOf(
  rows: number,
  factors: number,
  values: ArrayLike<number>,
  biases?: ArrayLike<number>,
): Side {
  return {
    factors: Array.from({ length: rows }, (_, row) =>
      Array.from({ length: factors }, (_, k) => values[row * factors + k]!),
    ),
    biases: Array.from({ length: rows }, (_, row) => biases?.[row] ?? 0),
  };
}

/** μ: the mean rating, or 0 without biases. */
export function meanOf({ ratings, biases }: Problem): number {
  if (biases === "none") return 0;
  let sum = 0;
  for (const [, , value] of ratings) sum += value;
  return sum / ratings.length;
}

/** r̂ = μ + b + c + wᵀu. */
export function predict(problem: Problem, state: State, user: number, item: number): number {
  const w = state.users.factors[user]!;
  const u = state.items.factors[item]!;
  let score = meanOf(problem) + state.users.biases[user]! + state.items.biases[item]!;
  for (let k = 0; k < w.length; k++) score += w[k]! * u[k]!;
  return score;
}

/** Σ(r − r̂)². */
export function squaredError(problem: Problem, state: State): number {
  const mean = meanOf(problem);
  let sum = 0;
  for (const [user, item, value] of problem.ratings) {
    const w = state.users.factors[user]!;
    const u = state.items.factors[item]!;
    let error = value - mean - state.users.biases[user]! - state.items.biases[item]!;
    for (let k = 0; k < w.length; k++) error -= w[k]! * u[k]!;
    sum += error * error;
  }
  return sum;
}

/** Σ λ_i‖w_i‖² + λ_b Σ b² of one side; a row without ratings has no part in it. */
export function penalty(problem: Problem, state: State, which: "users" | "items"): number {
  const counts = countsOf(problem, which);
  const { factors, biases } = state[which];
  let sum = 0;
  for (let row = 0; row < counts.length; row++) {
    if (counts[row] === 0) continue;
    const lambda = problem.lambda[which] * counts[row]! ** problem.scaling;
    for (const w of factors[row]!) sum += lambda * w * w;
    sum += problem.lambda.biases * biases[row]! * biases[row]!;
  }
  return sum;
}

/** J. */
export function loss(problem: Problem, state: State): number {
  return squaredError(problem, state) + penalty(problem, state, "users") + penalty(problem, state, "items");
}

/** Ratings of each row of a side. */
export function countsOf(problem: Problem, which: "users" | "items"): number[] {
  const counts = new Array<number>(problem[which]).fill(0);
  for (const triple of problem.ratings) counts[triple[which === "users" ? 0 : 1]]!++;
  return counts;
}

/** Solves every row of one side for the other as it is: minimizes J over factors and bias of each row. */
export function solveHalf(problem: Problem, state: State, which: "users" | "items"): State {
  const fixed = state[which === "users" ? "items" : "users"];
  const mean = meanOf(problem);
  const own = which === "users" ? 0 : 1;
  const rows: Triple[][] = Array.from({ length: problem[which] }, () => []);
  for (const triple of problem.ratings) rows[triple[own]]!.push(triple);
  const factors: number[][] = [];
  const biases: number[] = [];
  for (const ratings of rows) {
    const solution = solveRow(problem, ratings, which, fixed, mean);
    factors.push(solution.slice(0, problem.factors));
    biases.push(problem.biases === "full" ? solution[problem.factors]! : 0);
  }
  const solved = { factors, biases };
  return which === "users" ? { users: solved, items: state.items } : { users: state.users, items: solved };
}

/** K factors and the bias (0 where none is solved) of one row; zeros for a row without ratings. */
function solveRow(
  problem: Problem,
  ratings: readonly Triple[],
  which: "users" | "items",
  fixed: Side,
  mean: number,
): number[] {
  const k = problem.factors;
  if (ratings.length === 0) return new Array<number>(k + 1).fill(0);
  const unknowns = problem.biases === "full" ? k + 1 : k;
  const a = Array.from({ length: unknowns }, () => new Array<number>(unknowns).fill(0));
  const rhs = new Array<number>(unknowns).fill(0);
  for (const triple of ratings) {
    const other = triple[which === "users" ? 1 : 0];
    // The row's own bias is the factor of a constant column of ones.
    const u = [...fixed.factors[other]!, 1];
    const target = triple[2] - mean - fixed.biases[other]!;
    for (let p = 0; p < unknowns; p++) {
      rhs[p]! += target * u[p]!;
      for (let q = 0; q < unknowns; q++) a[p]![q]! += u[p]! * u[q]!;
    }
  }
  const lambda = problem.lambda[which] * ratings.length ** problem.scaling;
  for (let p = 0; p < unknowns; p++) a[p]![p]! += p < k ? lambda : problem.lambda.biases;
  return [...eliminate(a, rhs), 0].slice(0, k + 1);
}

/** Solves A x = y by Gaussian elimination with partial pivoting; A and y are used up. */
export function eliminate(a: number[][], y: number[]): number[] {
  const n = y.length;
  for (let column = 0; column < n; column++) {
    let best = column;
    for (let row = column + 1; row < n; row++)
      if (Math.abs(a[row]![column]!) > Math.abs(a[best]![column]!)) best = row;
    [a[column], a[best]] = [a[best]!, a[column]!];
    [y[column], y[best]] = [y[best]!, y[column]!];
    for (let row = column + 1; row < n; row++) {
      const share = a[row]![column]! / a[column]![column]!;
      for (let q = column; q < n; q++) a[row]![q]! -= share * a[column]![q]!;
      y[row]! -= share * y[column]!;
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let row = n - 1; row >= 0; row--) {
    let sum = y[row]!;
    for (let q = row + 1; q < n; q++) sum -= a[row]![q]! * x[q]!;
    x[row] = sum / a[row]![row]!;
  }
  return x;
}
