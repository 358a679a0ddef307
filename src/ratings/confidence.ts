import { log } from "../arithmetic.js";

/** How values count: c = w·(offset + α·|r|), or with log(1 + r) in place of |r|. */
export interface ConfidenceForm {
  readonly alpha: number;
  readonly form: "linear" | "log";
  readonly offset: 0 | 1;
}

/** What α multiplies: |r|, and 1 for a value of 0, which counts as −1 does; or log(1 + r). */
export function sizeOf(value: number, form: "linear" | "log"): number {
  if (form === "linear") return value === 0 ? 1 : Math.abs(value);
  return log(1 + value);
}
