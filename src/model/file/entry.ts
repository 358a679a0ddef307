import { corrupt } from "./corrupt.js";
import { type FileKind, MODEL } from "./format.js";

/** An entry of a file's metadata, which is JSON. @throws AlternantError where it is missing, no JSON, or not what `is` takes */
export function parseEntry<T>(
  metadata: ReadonlyMap<string, string>,
  name: string,
  is: (value: unknown) => value is T,
  kind: FileKind = MODEL,
): T {
  let value: unknown;
  try {
    value = JSON.parse(metadata.get(name) ?? "");
  } catch (error) {
    throw corrupt(`its metadata entry "${name}" is missing or not JSON`, error, kind);
  }
  if (!is(value))
    throw corrupt(`its metadata entry "${name}" is not what a ${kind.noun} has there`, undefined, kind);
  return value;
}

/** JSON has no NaN, but 1e999 reads as Infinity. */
export function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
