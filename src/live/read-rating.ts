import { AlternantError, describe } from "../errors.js";
import { confidenceOf, whyNoConfidence, whyRefused } from "../model/fold-in/feedback.js";
import type { RowObjective } from "../model/row-objective.js";
import { checkOptions } from "../options.js";
import type { Id } from "../ratings/index.js";
import { MAX_VALUE, pairOf, refuseNumber } from "../ratings/refusals.js";
import type { LiveRatings } from "./live-ratings.js";
import type { LiveRating } from "./results.js";

const KEYS = ["user", "item", "value", "weight"] as const;

/**
 * Checks a rating and fills in what it leaves out.
 *
 * @throws TypeError, RangeError; AlternantError "invalid-rating" for a value that the model's options do not allow
 */
export function readRating<U extends Id, I extends Id>(
  what: string,
  rating: LiveRating<U, I>,
  { users, items }: LiveRatings<U, I>,
  objective: RowObjective,
): Required<LiveRating<U, I>> {
  if (typeof rating !== "object" || rating === null || Array.isArray(rating))
    throw new TypeError(`${what} takes { user, item, value?, weight? }, not ${describe(rating)}`);
  for (const key in rating)
    if (!(KEYS as readonly string[]).includes(key)) checkOptions(what, rating, KEYS, "key");
  const user = users.checkNew(what, rating.user);
  const item = items.checkNew(what, rating.item);
  // A key without a value is a slip somewhere in the data, not the wish for the default.
  const value: unknown = "value" in rating ? rating.value : 1;
  const weight: unknown = "weight" in rating ? rating.weight : 1;
  if (typeof value !== "number" || !(value >= -MAX_VALUE && value <= MAX_VALUE))
    refuseNumber(what, "value", value, user, item);
  if (typeof weight !== "number" || !(weight > 0 && weight < Infinity))
    refuseNumber(what, "weight", weight, user, item);
  const { confidence, zeros } = objective;
  const why =
    value === 0 && confidence !== undefined && zeros === "drop"
      ? 'a model of zeros: "drop" has no such ratings. Take the pair away with remove().'
      : (whyRefused(objective, value) ??
        (confidence && whyNoConfidence(confidenceOf(confidence, value, weight))));
  if (why !== undefined)
    throw new AlternantError(
      "invalid-rating",
      `${what}: the rating of ${pairOf(user, item)} is ${value}: ${why}`,
    );
  return { user, item, value, weight };
}
