import { AlternantError } from "../errors.js";
import type { Id } from "../ratings/vocabulary.js";
import type { ModelParts } from "./parts.js";

/** The parts of a model that has users. @throws AlternantError "no-users" from a model of items alone */
export function withUsers<U extends Id, I extends Id>(parts: ModelParts<U, I>): ModelParts<U, I> {
  if (parts.itemsOnly !== undefined) throw noUsers();
  return parts;
}

/** The error of a model of items alone where it is asked of users. */
export function noUsers(): AlternantError {
  return new AlternantError(
    "no-users",
    "This model has no users: it is for folding in (forFoldIn()). Use the model that it was made of, or foldIn(ratings) for somebody's predictions.",
  );
}
