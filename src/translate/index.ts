/**
 * Other libraries' parameters as options of `ALS`.
 *
 * @module alternant/translate
 */

import { checkOneOf } from "../options.js";
import { cmfrec } from "./cmfrec.js";
import { type Dialect, fillIn, type Given, type Translation } from "./dialect.js";
import { google } from "./google.js";
import { implicit } from "./implicit.js";
import { irspack } from "./irspack.js";
import { lenskit } from "./lenskit.js";
import { qmf } from "./qmf.js";
import { rsparse } from "./rsparse.js";
import { spark } from "./spark.js";

export type { Translation } from "./dialect.js";

interface Dialects {
  implicit: typeof implicit;
  spark: typeof spark;
  cmfrec: typeof cmfrec;
  rsparse: typeof rsparse;
  lenskit: typeof lenskit;
  qmf: typeof qmf;
  irspack: typeof irspack;
  "google-ials": typeof google;
}

const DIALECTS: Dialects = {
  implicit,
  spark,
  cmfrec,
  rsparse,
  lenskit,
  qmf,
  irspack,
  "google-ials": google,
};

/** A library whose parameters {@link optionsFrom} knows. */
export type Library = keyof Dialects;

/** Parameters of a library under its own names: those that decide on the model, and any others that it knows. */
export type LibraryParams<L extends Library> = Given<Dialects[L]["defaults"]> &
  Readonly<Record<string, unknown>>;

/**
 * Options of `ALS` from another library's parameters: what is left out has that library's default, so that the model is
 * the one that it would train (docs/coming-from.md has each parameter, each objective and what still differs).
 *
 * @throws AlternantError "not-supported" naming a parameter that has no counterpart, what it does and what to do instead;
 *   RangeError for an unknown parameter, with the nearest known name, or a wrong value; TypeError for a wrong type
 */
export function optionsFrom<L extends Library>(library: L, params?: LibraryParams<L>): Translation {
  const known = Object.keys(DIALECTS) as Library[];
  // Which library it is decides on the parameters' types; those are checked, one by one, as they are filled in.
  const dialect = DIALECTS[checkOneOf("library", library, known)] as unknown as Dialect<object>;
  return dialect.translate(fillIn(dialect, params === undefined ? {} : params));
}
