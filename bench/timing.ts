export interface Candidate {
  readonly name: string;
  readonly run: () => void | Promise<void>;
}

export interface Timing {
  readonly name: string;
  /** Seconds by round: candidates' seconds of the same round are neighbours in time. */
  readonly seconds: readonly number[];
}

/**
 * Times candidates in turn, round after round, so that what the machine does meanwhile (its clock, its other tenants)
 * falls on all of them alike. Warm-up rounds come first and don't count.
 */
export async function interleave(
  candidates: readonly Candidate[],
  { warmUps, rounds }: { readonly warmUps: number; readonly rounds: number },
): Promise<Timing[]> {
  const seconds = candidates.map((): number[] => []);
  for (let round = -warmUps; round < rounds; round++) {
    for (const [i, candidate] of candidates.entries()) {
      const started = performance.now();
      await candidate.run();
      if (round >= 0) seconds[i]!.push((performance.now() - started) / 1000);
    }
  }
  return candidates.map(({ name }, i) => ({ name, seconds: seconds[i]! }));
}

/** The least; Infinity of none. */
export function min(numbers: readonly number[]): number {
  return Math.min(...numbers);
}

/** The arithmetic mean; NaN of none. */
export function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
}

/** The middle number, or the mean of the two in the middle; NaN of none. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Two quantiles, in the unit of the numbers. */
export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

/** The numbers below which half, and 99 % of them, lie. */
export function quantiles(numbers: readonly number[]): Quantiles {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return { p50: at(0.5), p99: at(0.99) };
}
