import { AlternantError } from "../../errors.js";

/** The error of a file that cannot be believed. */
export function corrupt(why: string, cause?: unknown): AlternantError {
  const options = cause === undefined ? undefined : { cause };
  return new AlternantError("corrupt-model", `The model file is not valid: ${why}.`, options);
}
