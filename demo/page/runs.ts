import type { Metric, TrainingChoice, TrainingEpochNews, TrainingStart } from "../protocol.js";
import { counted, percent } from "./format.js";

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

/** The last run before this one that can be compared with it: the same ratings, judged by the same of them that were held out. */
export function previousOf(runs: readonly Run[], run: Run): Run | undefined {
  return runs.findLast(
    (other) =>
      other.number < run.number &&
      other.data === run.data &&
      other.start.metric === run.start.metric &&
      other.choice.seed === run.choice.seed &&
      other.choice.test === run.choice.test &&
      other.epochs.length > 0,
  );
}

/** What was asked for, in short; what ratings were held out, where that tells it from other runs. */
export function described({ choice }: Run, among: readonly Run[]): string {
  const { feedback, factors, lambda, scaling, epochs, alpha, seed, test } = choice;
  const words = [`K ${factors}`, `λ ${lambda}`, `ν ${scaling}`, counted(epochs, "epoch")];
  if (feedback === "implicit") words.unshift(`implicit, α ${alpha}`);
  if (among.some((other) => other.choice.seed !== seed)) words.push(`seed ${seed}`);
  if (among.some((other) => other.choice.test !== test))
    words.push(test === 0 ? "nothing held out" : `${percent(test, 0)} held out`);
  return words.join(" · ");
}
