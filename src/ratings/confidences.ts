import { type ConfidenceForm, sizeOf } from "./confidence.js";

/** Confidences that are remembered. */
const MOST = 16384;

/** What tells how much values count: ratings have few different ones, and no logarithm is worked out twice for these. */
export function confidencesOf({ alpha, form, offset }: ConfidenceForm): (value: number) => number {
  const known = new Map<number, number>();
  return (value) => {
    let confidence = known.get(value);
    if (confidence === undefined) {
      confidence = offset + alpha * sizeOf(value, form);
      // Where values are many, remembering them all would cost more than it saves.
      if (known.size < MOST) known.set(value, confidence);
    }
    return confidence;
  };
}
