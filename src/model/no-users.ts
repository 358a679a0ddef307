import { AlternantError } from "../errors.js";
import type { ModelParts } from "./parts.js";

/** @throws AlternantError "no-users" from a model of items alone */
export function checkHasUsers({ itemsOnly }: Pick<ModelParts, "itemsOnly">, what: string): void {
  if (itemsOnly !== undefined) throw noUsers(what);
}

/** @param what needs users, as it stands in the message */
export function noUsers(what: string): AlternantError {
  return new AlternantError(
    "no-users",
    `${what} needs users, and this model has none: it is for folding in (forFoldIn()). Use the model that it was made of, or foldIn(ratings) for somebody's predictions.`,
  );
}
