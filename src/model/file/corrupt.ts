import { AlternantError } from "../../errors.js";
import { type FileKind, MODEL } from "./format.js";

/** The error of a file that cannot be believed. */
export function corrupt(why: string, cause?: unknown, kind: FileKind = MODEL): AlternantError {
  const options = cause === undefined ? undefined : { cause };
  return new AlternantError(kind.corrupt, `The ${kind.noun} file is not valid: ${why}.`, options);
}
