import type { Id } from "../ratings/vocabulary.js";
import { aucOf } from "./auc.js";
import { CUTOFF_METRICS, type CutoffMetrics, cutoffMetrics, discounts, type Hit } from "./cutoff.js";
import type { RankedTargets } from "./ranker.js";
import type { RankingAt, RankingAtPerUser, RankingPerUser, RankingResult } from "./ranking-result.js";

type Values = { [Name in keyof CutoffMetrics]: Float64Array<ArrayBuffer> };

/** Adds up the metrics of one user after the other, in the order in which they come. */
export class Means {
  readonly #cutoffs: readonly number[];
  readonly #sums: readonly Record<keyof CutoffMetrics, number>[];
  readonly #discounts: Float64Array;
  readonly #withAuc: boolean;
  readonly #perUser: readonly Values[];
  readonly #perUserAuc: Float64Array<ArrayBuffer>;
  #users = 0;
  #auc = 0;
  #aucUsers = 0;

  /**
   * @param deepest the last rank that any list has, at most the greatest cutoff
   * @param kept users whose own values are kept; 0 where nobody asks for them
   */
  constructor(cutoffs: readonly number[], deepest: number, withAuc: boolean, kept: number) {
    this.#cutoffs = cutoffs;
    this.#sums = cutoffs.map(() => ofEach(() => 0));
    this.#discounts = discounts(deepest);
    this.#withAuc = withAuc;
    this.#perUser = kept > 0 ? cutoffs.map(() => ofEach(() => new Float64Array(kept))) : [];
    this.#perUserAuc = new Float64Array(kept);
  }

  get users(): number {
    return this.#users;
  }

  /**
   * @param relevant positions of the user's relevant items in `ranks` and `gains`, at least one
   * @param candidates items of the user's list
   */
  add(ranks: RankedTargets, gains: Float64Array, relevant: readonly number[], candidates: number): void {
    const hits = hitsOf(ranks, gains, relevant, this.#discounts.length);
    const best = Float64Array.from(relevant, (at) => gains[at]!)
      .sort()
      .reverse();
    this.#cutoffs.forEach((k, c) => {
      const own = cutoffMetrics(k, hits, best, this.#discounts);
      for (const name of CUTOFF_METRICS) {
        this.#sums[c]![name] += own[name];
        if (this.#perUser.length > 0) this.#perUser[c]![name][this.#users] = own[name];
      }
    });
    const auc = this.#withAuc ? aucOf(ranks, relevant, candidates) : Number.NaN;
    if (!Number.isNaN(auc)) {
      this.#auc += auc;
      this.#aucUsers++;
    }
    if (this.#perUserAuc.length > 0) this.#perUserAuc[this.#users] = auc;
    this.#users++;
  }

  /** The means; at least one user was added. */
  result(): Pick<RankingResult, "at" | "auc" | "aucUsers"> {
    const at = this.#cutoffs.map(
      (k, c): RankingAt => ({ k, ...ofEach((name) => this.#sums[c]![name] / this.#users) }),
    );
    return {
      at,
      auc: this.#aucUsers > 0 ? this.#auc / this.#aucUsers : undefined,
      aucUsers: this.#aucUsers,
    };
  }

  /** Each user's own values. @param users the ids of those that were added */
  perUser<U extends Id>(users: U[]): RankingPerUser<U> {
    const ofAdded = (values: Float64Array): Float64Array<ArrayBuffer> =>
      new Float64Array(values.subarray(0, this.#users));
    return {
      users,
      at: this.#cutoffs.map(
        (k, c): RankingAtPerUser => ({ k, ...ofEach((name) => ofAdded(this.#perUser[c]![name])) }),
      ),
      auc: this.#withAuc ? ofAdded(this.#perUserAuc) : undefined,
    };
  }
}

function ofEach<T>(value: (name: keyof CutoffMetrics) => T): Record<keyof CutoffMetrics, T> {
  return Object.fromEntries(CUTOFF_METRICS.map((name) => [name, value(name)])) as Record<
    keyof CutoffMetrics,
    T
  >;
}

/** The relevant items up to rank `deepest`, in the order of their ranks. */
function hitsOf(
  { better, tiedBefore }: RankedTargets,
  gains: Float64Array,
  relevant: readonly number[],
  deepest: number,
): Hit[] {
  const hits: Hit[] = [];
  for (const at of relevant) {
    const rank = better[at]! + tiedBefore[at]! + 1;
    if (rank <= deepest) hits.push({ rank, gain: gains[at]! });
  }
  return hits.sort((a, b) => a.rank - b.rank);
}
