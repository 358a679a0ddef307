import { AlternantError, describe } from "../../errors.js";
import type { ReadRatingsOptions } from "../../io/parse-ratings.js";
import type { Duplicates, IdKind, IdsOption, RatingsSource } from "../../ratings/index.js";
import type { PackedRatings } from "./packed-ratings.js";

/** @throws RangeError where pairs cannot become one by a rule that weights have no part in */
export function checkRule(what: string, base: PackedRatings, duplicates: Duplicates): void {
  if (base.byUser.weightBytes === undefined || duplicates === "error" || duplicates === "last") return;
  throw new RangeError(
    `${what}: duplicates ${describe(duplicates)} does not go with weights, and the ratings of ${base.file} have some; use "last", or merge the rows and their weights before`,
  );
}

/** @throws AlternantError "invalid-file" where ids of one side are of two kinds */
export function checkKinds(base: PackedRatings, added: RatingsSource): void {
  for (const side of ["users", "items"] as const) checkKind(base, side, added[side].kind);
}

/**
 * How text is read that is added to packed ratings: its ids are of their kind, and where they have no timestamps it has none either.
 *
 * @throws AlternantError "invalid-file" where ids are asked for of another kind, RangeError where timestamps are that cannot be kept,
 *   or left out where there are some
 */
export function readingOnto(
  what: string,
  base: PackedRatings,
  { ids, columns }: Pick<ReadRatingsOptions, "ids" | "columns">,
): Pick<ReadRatingsOptions, "ids" | "columns"> {
  const timestamp = columns?.timestamp;
  if (timestamp !== undefined && (timestamp === null) === base.hasTimestamps)
    throw new RangeError(
      base.hasTimestamps
        ? `${what}: the ratings of ${base.file} have timestamps, and those that are to be added are read without; read them too, or pack the others again without`
        : `${what}: the ratings of ${base.file} have no timestamps, and columns.timestamp asks for some; leave it out, or pack the others again with theirs`,
    );
  return {
    ids: idsOnto(base, ids),
    ...(base.hasTimestamps ? columns && { columns } : { columns: { ...columns, timestamp: null } }),
  };
}

function idsOnto(base: PackedRatings, ids: IdsOption | undefined): IdsOption {
  const own = { users: base.users.kind, items: base.items.kind };
  if (ids === undefined) return own;
  const each = typeof ids === "object" && ids !== null ? ids : undefined;
  const given = each ?? { users: ids as IdKind, items: ids as IdKind };
  for (const side of ["users", "items"] as const) {
    const kind = given[side];
    if (kind === "string" || kind === "number") checkKind(base, side, kind);
  }
  return each === undefined
    ? ids
    : { ...each, users: each.users ?? own.users, items: each.items ?? own.items };
}

function checkKind(base: PackedRatings, side: "users" | "items", here: IdKind): void {
  const there = base[side].kind;
  if (there === here) return;
  throw new AlternantError(
    "invalid-file",
    `${base.file}: its ${side} are ${there}s, and those that are to be added are ${here}s. Make these of ${there}s, or pack the others again as ${here}s.`,
  );
}
