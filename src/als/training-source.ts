import { AlternantError } from "../errors.js";
import type { RatingsSource } from "../ratings/index.js";
import type { Yielder } from "../yield.js";
import type { ResolvedAlsOptions } from "./options.js";

/** What a fit trains on. */
export interface TrainingSource {
  /** As solvers take them: weights are confidences where confidences cannot be worked out from values alone. */
  readonly ratings: RatingsSource;
  /** As the model remembers them. */
  readonly kept: RatingsSource;
}

/**
 * Makes training ratings of what is given. Explicit ratings, and values > 0 with confidences that are linear in them, stay
 * what they are.
 *
 * @throws AlternantError "invalid-rating" for a value that the options do not allow, "no-ratings" when zeros were all there was
 */
export async function trainingSource(
  given: RatingsSource,
  options: ResolvedAlsOptions,
  yielder: Yielder,
): Promise<TrainingSource> {
  const { confidence } = options;
  if (confidence === undefined || (given.min > 0 && !needsConfidences(given, options)))
    return { ratings: given, kept: given };
  checkCopies(given, options);
  const { prepareImplicit } = await import("./confidences.js");
  return prepareImplicit(given, confidence, options, yielder);
}

/**
 * Ratings in a file cannot be trained on where that takes copies of them all.
 *
 * @throws AlternantError "not-supported" saying why
 */
export function checkCopies(given: RatingsSource, options: ResolvedAlsOptions): void {
  const { file, min, max } = given;
  if (file === undefined || !(options.zeros === "drop" && min <= 0 && max >= 0)) return;
  throw new AlternantError(
    "not-supported",
    `ALS.fit: ${file} holds ratings outside of memory, and zeros: "drop" copies those that are no zeros, which would have to fit into it. Bring all into memory by await packed.load(), or pack them without zeros.`,
  );
}

/** Whether confidences do not follow from values within the kernels: they are worked out ahead, or whenever a file is read. */
export function needsConfidences(
  { byUser, min }: RatingsSource,
  { confidence, zeros }: ResolvedAlsOptions,
): boolean {
  if (confidence === undefined) return false;
  return confidence.form === "log" || byUser.weightBytes !== undefined || (zeros === "dislike" && min <= 0);
}
