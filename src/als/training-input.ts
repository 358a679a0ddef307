import { describe } from "../errors.js";
import { Model, noUsers } from "../model/index.js";
import type { RatingsSource } from "../ratings/index.js";

/** @throws TypeError for what is no model, RangeError for one of another size or with ids of another kind, AlternantError "no-users" */
export function checkInitial(initial: unknown, { users, items }: RatingsSource, factors: number): void {
  if (!(initial instanceof Model)) throw new TypeError(`initial must be a Model, not ${describe(initial)}`);
  if (initial.userCount === 0) throw noUsers();
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
