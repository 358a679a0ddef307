import { AlternantError, describe } from "../errors.js";
import { Ratings } from "../ratings/index.js";

/** @throws TypeError for what is not Ratings; AlternantError "not-supported" for ratings with weights */
export function checkRatings(what: string, ratings: unknown): asserts ratings is Ratings {
  if (!(ratings instanceof Ratings)) throw notRatings(what, ratings);
  if (ratings.byUser.weights !== undefined)
    throw new AlternantError(
      "not-supported",
      `${what} does not use the weights of ratings yet, and would give another model than they ask for. Leave weights out.`,
    );
}

/** The error for what should be ratings and is not. */
export function notRatings(what: string, value: unknown): TypeError {
  return new TypeError(
    `${what} needs Ratings, not ${describe(value)}: make them with Ratings.from(rows) or Ratings.fromColumns(columns).`,
  );
}

/** @throws TypeError for what cannot abort, such as the AbortController in place of its signal */
export function checkSignal(signal: unknown): asserts signal is AbortSignal | undefined {
  if (signal === undefined || signal instanceof AbortSignal) return;
  const hint = signal instanceof AbortController ? ": pass controller.signal" : "";
  throw new TypeError(`signal must be an AbortSignal, not ${describe(signal)}${hint}`);
}
