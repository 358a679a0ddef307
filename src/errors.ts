import { nameClass } from "./class-name.js";

/**
 * Causes of an {@link AlternantError}. A wrong type is a `TypeError` and a wrong value a `RangeError`; these are
 * the failures that remain when every argument was well-formed.
 */
export type ErrorCode =
  | "aborted"
  | "checkpoint-mismatch"
  | "corrupt-checkpoint"
  | "corrupt-model"
  | "disposed"
  | "duplicate-rating"
  | "invalid-file"
  | "invalid-rating"
  | "lane-failed"
  | "newer-checkpoint"
  | "newer-model"
  | "no-history"
  | "no-ratings"
  | "no-users"
  | "not-converged"
  | "not-finite"
  | "not-positive-definite"
  | "not-rated"
  | "not-supported"
  | "output-failed"
  | "too-large"
  | "unknown-id";

/** An error with a `code` that programs can branch on; its message says what was expected, what came and the remedy. */
export class AlternantError extends Error {
  static {
    nameClass(AlternantError, "AlternantError");
  }

  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = code === "aborted" ? "AbortError" : "AlternantError";
    this.code = code;
  }
}

/** Throws the error that every aborted call rejects with: name "AbortError", code "aborted", the signal's reason as cause. */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw new AlternantError("aborted", `${what} was aborted`, { cause: signal.reason });
}

/** A value as it should stand in a message: strings quoted, long ones cut, objects by their kind. */
export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null)
    return `an object (${value.constructor?.name ?? "no prototype"})`;
  if (typeof value === "function") return "a function";
  return String(value);
}
