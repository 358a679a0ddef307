/** Lists and their metrics by the definitions, slowly: the oracle of src/metrics/ranking.ts. */
export interface PlainList {
  /** Scores of the candidates in the order of their indices. */
  readonly scores: readonly number[];
  /** Gain of each candidate, 0 for what is not relevant; at least one is above 0. */
  readonly gains: readonly number[];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, x) => total + x, 0);
const discounted = (gains: readonly number[]): number =>
  sum(gains.map((gain, at) => gain / Math.log2(at + 2)));

/** All metrics of one list at one k. */
export function plainMetrics({ scores, gains }: PlainList, k: number): Record<string, number> {
  const order = scores.map((_, at) => at).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const listed = order.slice(0, k).map((at) => gains[at]!);
  const relevant = gains.filter((gain) => gain > 0).length;
  const hit = listed.map((gain): number => (gain > 0 ? 1 : 0));
  const hits = sum(hit);
  const reachable = Math.min(k, relevant);
  const best = [...gains].sort((a, b) => b - a).slice(0, k);
  const first = hit.indexOf(1);
  return {
    precision: hits / k,
    recall: hits / relevant,
    recallCapped: hits / reachable,
    hitRate: Math.min(1, hits),
    map: sum(hit.map((is, at) => (is * sum(hit.slice(0, at + 1))) / (at + 1))) / reachable,
    mrr: first < 0 ? 0 : 1 / (first + 1),
    ndcg: discounted(hit) / discounted(best.map((gain) => (gain > 0 ? 1 : 0))),
    gradedNdcg: discounted(listed) / discounted(best),
  };
}

/** The share of pairs of a relevant and another candidate in the right order, ties ½; NaN without such pairs. */
export function plainAuc({ scores, gains }: PlainList): number {
  let won = 0;
  let pairs = 0;
  scores.forEach((score, a) => {
    scores.forEach((other, b) => {
      if (!(gains[a]! > 0) || gains[b]! > 0) return;
      pairs++;
      won += score > other ? 1 : score === other ? 0.5 : 0;
    });
  });
  return won / pairs;
}
