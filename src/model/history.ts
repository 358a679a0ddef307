import { AlternantError } from "../errors.js";
import type { ItemLists } from "../kernel/index.js";
import { placeOf } from "../ratings/place.js";
import type { Id } from "../ratings/vocabulary.js";
import type { ModelParts } from "./parts.js";

/** The items that each user rated. @throws AlternantError "no-history" */
export function ratedBy<U extends Id, I extends Id>(
  { history }: ModelParts<U, I>,
  complaint: string,
): ItemLists {
  if (history.kind === "none") throw new AlternantError("no-history", complaint);
  return history.byUser;
}

/** One user's items, ascending. */
export function rowOf({ starts, columns }: ItemLists, row: number): Int32Array {
  return columns.subarray(starts[row]!, starts[row + 1]!);
}

/** Whether a user rated an item: a binary search in the user's row. */
export function hasRated({ starts, columns }: ItemLists, user: number, item: number): boolean {
  const end = starts[user + 1]!;
  const at = placeOf(columns, item, starts[user]!, end);
  return at < end && columns[at] === item;
}

export const RECOMMEND_WITHOUT_HISTORY =
  'recommend leaves out what the user rated, but this model keeps no training rows (history: "none"). Pass exclude: "none", or train with history: "items".';
export const AUDIENCE_WITHOUT_HISTORY =
  'audience leaves out who rated the item, but this model keeps no training rows (history: "none"). Pass exclude: "none", or train with history: "items".';
