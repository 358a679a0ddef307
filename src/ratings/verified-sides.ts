import type { RatingsSide } from "./source.js";

const verified: WeakSet<RatingsSide> = new WeakSet();

/** Says that a side checks everything that is read from it, itself. */
export function markVerified(side: RatingsSide): void {
  verified.add(side);
}

/** Whether a side does: then nobody need read it through before kernels, which check nothing, get what it reads. */
export function isVerified(side: RatingsSide): boolean {
  return verified.has(side);
}
