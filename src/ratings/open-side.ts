import { Csr } from "./csr.js";
import { PackedSide } from "./packed-side.js";
import type { RatingsSide, SharedSide } from "./source.js";

/** A side as another thread shared it. */
export function openSide(shared: SharedSide): RatingsSide {
  return shared.kind === "csr"
    ? new Csr(shared.columnCount, { weights: undefined, ...shared })
    : new PackedSide(shared);
}
