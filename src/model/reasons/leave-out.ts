import type { RowObjective } from "../row-objective.js";
import { dotOf, FactoredRow, offsetOf, type RowSums, type Term, undetermined } from "./system.js";

/** A share of 1 that is nothing but rounding. */
const ROUNDING = 1e-12;

/**
 * A row without any one of its ratings, each as if it had been solved again, from one factorization. The row without rating k has
 * matrix M − a·xxᵀ, M = S + λ(n − 1)^ν·I with all n ratings in S, and right-hand side g − d·x; by Sherman and Morrison, with z = M⁻¹g,
 * h = xᵀM⁻¹x,
 *
 *     (M − a·xxᵀ)⁻¹(g − d·x) = z + M⁻¹x·(a·xᵀz − d) ÷ (1 − a·h)
 *
 * A row of one rating has none without it, and is 0, as a row without ratings is in training.
 */
export class LeftOut {
  readonly #objective: RowObjective;
  readonly #terms: readonly Term[];
  readonly #factored: FactoredRow | undefined;
  readonly #z: Float64Array;
  readonly #name: string;
  readonly #lambda: number;

  /** @throws AlternantError "not-positive-definite" */
  constructor(objective: RowObjective, terms: readonly Term[], sums: RowSums, name: string) {
    this.#objective = objective;
    this.#terms = terms;
    this.#name = name;
    this.#lambda = objective.lambdaOf(terms.length - 1);
    this.#factored = terms.length > 1 ? new FactoredRow(sums, objective, this.#lambda, name) : undefined;
    this.#z = this.#factored?.solve(sums.right) ?? new Float64Array(sums.right.length);
  }

  /** How far the row moves along M⁻¹x when a rating is left out. @throws AlternantError "not-positive-definite" */
  #step({ x, a, d }: Term, h: number): number {
    const rest = 1 - a * h;
    if (!(rest > ROUNDING)) throw undetermined(`${this.#name}, without one of its ratings`, this.#lambda);
    return (a * dotOf(x, this.#z) - d) / rest;
  }

  /** What each rating's own pair would be predicted without it. */
  *predictions(): Generator<number, void, void> {
    for (const term of this.#terms) {
      const m = offsetOf(this.#objective, term.column);
      if (this.#factored === undefined) yield m;
      else {
        const h = this.#factored.leverage(term.x);
        yield m + dotOf(term.x, this.#z) + h * this.#step(term, h);
      }
    }
  }

  /** What another pair, of features `x` and offset m, would be predicted without each of the ratings. */
  *scores(x: Float64Array, m: number): Generator<number, void, void> {
    const v = this.#factored?.solve(x);
    for (const term of this.#terms) {
      if (this.#factored === undefined || v === undefined) yield m;
      else {
        const step = this.#step(term, this.#factored.leverage(term.x));
        yield m + dotOf(x, this.#z) + dotOf(term.x, v) * step;
      }
    }
  }

  /** The row without one of its ratings: factors, and a bias where there is one. */
  without(term: Term): Float64Array {
    if (this.#factored === undefined) return this.#z.slice();
    const v = this.#factored.solve(term.x);
    const step = this.#step(term, dotOf(term.x, v));
    return this.#z.map((z, k) => z + step * v[k]!);
  }
}
