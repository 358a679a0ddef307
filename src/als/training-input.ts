import { AlternantError, describe } from "../errors.js";
import { Ratings, type RatingsSide, type RatingsSource, Vocabulary } from "../ratings/index.js";

/** @throws TypeError for what is neither Ratings nor a source of them; AlternantError "not-supported" for ratings with weights */
export function checkSource(what: string, ratings: unknown): asserts ratings is RatingsSource {
  if (ratings instanceof Ratings) checkRatings(what, ratings);
  else if (!isSource(ratings)) throw notRatings(what, ratings);
}

/** @throws TypeError for what is not Ratings; AlternantError "not-supported" for ratings with weights */
export function checkRatings(what: string, ratings: unknown): asserts ratings is Ratings {
  if (!(ratings instanceof Ratings)) throw notRatings(what, ratings);
  if (ratings.byUser.weights !== undefined)
    throw new AlternantError(
      "not-supported",
      `${what} does not use the weights of ratings yet, and would give another model than they ask for. Leave weights out.`,
    );
}

function isSource(value: unknown): value is RatingsSource {
  const source = (value ?? {}) as Partial<RatingsSource>;
  const { users, items, userCount, itemCount, count, mean, byUser, byItem } = source;
  return (
    [users, items].every((side) => side instanceof Vocabulary) &&
    [userCount, itemCount, count, mean].every(Number.isFinite) &&
    [byUser, byItem].every(isSide)
  );
}

function isSide(side: Partial<RatingsSide> | undefined): boolean {
  return (
    side?.starts instanceof Float64Array &&
    typeof side.read === "function" &&
    typeof side.share === "function"
  );
}

function notRatings(what: string, value: unknown): TypeError {
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
