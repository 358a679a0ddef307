import { describe } from "../errors.js";
import { Model } from "../model/index.js";
import type { RatingsSource } from "../ratings/index.js";

/** @throws TypeError for what is no model, RangeError for one of another size or with ids of another kind */
export function checkInitial(initial: unknown, { users, items }: RatingsSource, factors: number): void {
  if (!(initial instanceof Model)) throw new TypeError(`initial must be a Model, not ${describe(initial)}`);
  if (initial.factors !== factors)
    throw new RangeError(
      `initial must have as many factors as the fit, ${factors}, not ${initial.factors}: set factors: ${initial.factors}, or start without it.`,
    );
  for (const [side, own, theirs] of [
    ["user", users, initial.users],
    ["item", items, initial.items],
  ] as const)
    if (own.kind !== theirs.kind)
      throw new RangeError(
        `initial must have ${side} ids that are ${own.kind}s, as the ratings have, not ${theirs.kind}s: none would match.`,
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
