import type { Id } from "../../src/ratings/index.js";

/** Row a of one matrix times row b of another as scores are defined: in float64, four sums by k mod 4. */
export function product(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const sums = [0, 0, 0, 0];
  for (let k = 0; k < a.length; k++) sums[k % 4]! += a[k]! * b[k]!;
  return sums[0]! + sums[1]! + (sums[2]! + sums[3]!);
}

/** Clamped; NaN where `b` has no direction. @param length of `a` */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>, length: number): number {
  const other = Math.sqrt(product(b, b));
  return other > 0 && other < Infinity
    ? Math.max(-1, Math.min(1, product(a, b) / (length * other)))
    : Number.NaN;
}

/** Which part of a ranking is asked for. */
export interface Asked {
  readonly count: number;
  readonly offset: number;
  readonly minScore: number | undefined;
}

/** A page of a ranking by sorting all scores. */
export function sorted(
  ids: readonly Id[],
  score: (index: number) => number,
  allowed: (index: number) => boolean,
  { count, offset, minScore }: Asked,
): { id: Id; score: number }[] {
  return ids
    .map((id, index) => ({ id, index, score: allowed(index) ? score(index) : Number.NaN }))
    .filter((one) => one.score >= (minScore ?? -Infinity))
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(offset, offset + count)
    .map((one) => ({ id: one.id, score: one.score }));
}
