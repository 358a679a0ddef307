import { AlternantError } from "../errors.js";

/** The error of a model of items alone where it is asked of users. */
export function noUsers(): AlternantError {
  return new AlternantError(
    "no-users",
    "This model has no users: it is for folding in (forFoldIn()). Use the model that it was made of, or foldIn(ratings) for somebody's predictions.",
  );
}
