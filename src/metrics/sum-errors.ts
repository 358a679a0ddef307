import { AlternantError, describe, throwIfAborted } from "../errors.js";
import { checkOneOf, checkOptions } from "../options.js";
import { stretchesOf } from "../ratings/passes.js";
import type { RatingsSource } from "../ratings/source.js";
import type { Id } from "../ratings/vocabulary.js";
import type { ErrorCounts, MetricOptions } from "./error.js";
import { breathing, match, STRIDE } from "./match.js";
import type { Scorer } from "./scorer.js";

/** Sums of squared and absolute errors over test ratings, user by user in index order, in float64. */
export async function sumErrors<U extends Id, I extends Id>(
  what: string,
  scorer: Scorer<U, I>,
  test: RatingsSource<U, I>,
  options: MetricOptions,
): Promise<{ squared: number; absolute: number; counts: ErrorCounts }> {
  checkOptions(what, options, ["clip", "signal"]);
  const clip = checkOneOf("clip", options.clip ?? true, [true, false]);
  throwIfAborted(options.signal, what);
  if (typeof scorer?.score !== "function")
    throw new TypeError(`${what} needs a model first, not ${describe(scorer)}`);
  if (scorer.options?.feedback === "implicit")
    throw new AlternantError(
      "not-supported",
      `${what}: the scores of a model with feedback: "implicit" are no ratings, so they have no error. Use rankingMetrics(model, test), or train with feedback: "explicit".`,
    );
  if (typeof test?.byUser !== "object")
    throw new TypeError(`${what} needs Ratings to compare with, not ${describe(test)}`);
  const { starts, rowCount, count } = test.byUser;
  const breath = breathing(what, options.signal);
  const users = await match(test.users, scorer.users, breath);
  const items = await match(test.items, scorer.items, breath);
  const [min, max] = clip ? scorer.range : [-Infinity, Infinity];
  const seen = new Uint8Array(items.length);
  const stretches = stretchesOf(test.byUser);
  let { from, to, columns, values } = stretches.next().value!;
  let squared = 0;
  let absolute = 0;
  let unknownUsers = 0;
  for (let row = 0; row < rowCount; row++) {
    const user = users[row]!;
    const end = starts[row + 1]!;
    if (user < 0 && starts[row]! < end) unknownUsers++;
    for (let at = starts[row]!; at < end; at++) {
      if (at === to) ({ from, to, columns, values } = stretches.next().value!);
      const item = columns[at - from]!;
      seen[item] = 1;
      const score = scorer.score(user, items[item]!);
      const error = values[at - from]! - Math.min(Math.max(score, min), max);
      squared += error * error;
      absolute += Math.abs(error);
      if (at % STRIDE === 0 && breath.due()) await breath.take();
    }
  }
  let unknownItems = 0;
  for (let item = 0; item < items.length; item++) if (seen[item] === 1 && items[item]! < 0) unknownItems++;
  if (!Number.isFinite(squared))
    throw new AlternantError(
      "not-finite",
      `${what}: the sum of squared errors over ${count} ratings is ${describe(squared)}; the scores of this model are beyond what float64 can square.`,
    );
  return { squared, absolute, counts: { count, unknownUsers, unknownItems } };
}
