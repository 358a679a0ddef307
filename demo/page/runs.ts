import type { Metric, TrainingChoice, TrainingEpochNews, TrainingStart } from "../protocol.js";

/** One training from start to end, or as far as it has come. */
export interface Run {
  readonly number: number;
  readonly data: string;
  readonly choice: TrainingChoice;
  readonly start: TrainingStart;
  readonly epochs: TrainingEpochNews[];
  state: "running" | "done" | "stopped";
}

export const METRIC_NAMES: Readonly<Record<Metric, string>> = { rmse: "Test RMSE", ndcg: "Test NDCG@10" };

/** The value on held-out ratings after the last epoch; NaN before the first, and without any held out. */
export function outcome({ epochs }: Run): number {
  return epochs.at(-1)?.test ?? Number.NaN;
}

export function secondsOf({ epochs }: Run): number {
  return epochs.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** The last run before this one that can be compared with it: the same ratings, judged by the same. */
export function previousOf(runs: readonly Run[], run: Run): Run | undefined {
  return runs.findLast(
    (other) =>
      other.number < run.number &&
      other.data === run.data &&
      other.start.metric === run.start.metric &&
      other.epochs.length > 0,
  );
}

/** What was asked for, in short. */
export function described({ feedback, factors, lambda, scaling, epochs, alpha }: TrainingChoice): string {
  const words = [`K ${factors}`, `λ ${lambda}`, `ν ${scaling}`, `${epochs} epochs`];
  if (feedback === "implicit") words.unshift(`implicit, α ${alpha}`);
  return words.join(" · ");
}
