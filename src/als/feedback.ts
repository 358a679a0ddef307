import { describe } from "../errors.js";
import { checkNumber, checkOneOf, checkOptions } from "../options.js";

/** How much an observed value r ≠ 0 counts: c = offset + α·|r|, or offset + α·log(1 + r). */
export interface Confidence {
  /** α > 0. */
  alpha: number;
  /** "log" takes no dislikes (r < 0). */
  form: "linear" | "log";
  /** 1: c = 1 + α·r (Hu, Koren, Volinsky); 0: c = α·r, as the library `implicit` has it. */
  offset: 0 | 1;
}

export interface FeedbackOptions {
  /** "explicit": values are ratings to be predicted. "implicit": values say how surely someone likes (r > 0) something. */
  feedback?: "explicit" | "implicit" | undefined;
  /** Implicit feedback: how values count. Missing parts keep their default. */
  confidence?: Partial<Confidence> | undefined;
  /**
   * Implicit feedback: α₀ > 0, the weight of a prediction for every pair, rated or not, in the form of Rendle et al.; a rated
   * pair then counts 1 beside it, or what `confidence` says. Without it, an unrated pair weighs 1 (Hu, Koren, Volinsky).
   */
  unobservedWeight?: number | undefined;
  /** Implicit feedback: what a value of 0 is: an error, dropped, or a dislike that counts as −1 does. */
  zeros?: "error" | "drop" | "dislike" | undefined;
}

export interface ResolvedFeedback {
  readonly feedback: "explicit" | "implicit";
  /** Undefined for explicit ratings. With `unobservedWeight` alone every rated pair counts 1. */
  readonly confidence: Readonly<Confidence> | undefined;
  readonly unobservedWeight: number | undefined;
  readonly zeros: "error" | "drop" | "dislike" | undefined;
}

export const DEFAULT_CONFIDENCE: Readonly<Confidence> = Object.freeze({
  alpha: 1,
  form: "linear",
  offset: 1,
});
/** A rated pair counts 1. */
const ONE: Readonly<Confidence> = Object.freeze({ alpha: 0, form: "linear", offset: 1 });
const LARGEST_ALPHA = 1e15;

/** @throws TypeError, RangeError naming the option */
export function resolveFeedback(options: FeedbackOptions): ResolvedFeedback {
  const { feedback: asked = "explicit", confidence, unobservedWeight, zeros } = options;
  const feedback = checkOneOf("feedback", asked, ["explicit", "implicit"]);
  if (feedback === "explicit") {
    for (const [name, value] of Object.entries({ confidence, unobservedWeight, zeros }))
      if (value !== undefined)
        throw new RangeError(
          `${name} belongs to implicit feedback: add feedback: "implicit", or leave it out.`,
        );
    return { feedback, confidence: undefined, unobservedWeight: undefined, zeros: undefined };
  }
  return {
    feedback,
    confidence:
      confidence === undefined && unobservedWeight !== undefined ? ONE : resolveConfidence(confidence),
    unobservedWeight:
      unobservedWeight === undefined
        ? undefined
        : checkNumber("unobservedWeight", unobservedWeight, { above: 0, max: LARGEST_ALPHA }),
    zeros: zeros === undefined ? "error" : checkOneOf("zeros", zeros, ["error", "drop", "dislike"]),
  };
}

function resolveConfidence(given: unknown = {}): Readonly<Confidence> {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new TypeError(`confidence must be { alpha, form, offset }, not ${describe(given)}`);
  checkOptions("confidence", given, Object.keys(DEFAULT_CONFIDENCE));
  const {
    alpha = DEFAULT_CONFIDENCE.alpha,
    form = DEFAULT_CONFIDENCE.form,
    offset = DEFAULT_CONFIDENCE.offset,
  }: Partial<Confidence> = given;
  return Object.freeze({
    alpha: checkNumber("confidence.alpha", alpha, { above: 0, max: LARGEST_ALPHA }),
    form: checkOneOf("confidence.form", form, ["linear", "log"]),
    offset: checkOneOf("confidence.offset", offset, [0, 1]),
  });
}
