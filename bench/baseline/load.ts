import type { Precision } from "../../src/kernel/index.js";
import type { SolveHalfEpoch } from "./half-epoch.js";

/**
 * A baseline's own copy for a precision. Engines optimize a function for the kinds of arrays that it has seen: a copy
 * that has seen both would be slower at either, so the bundle of each baseline is loaded once for each precision.
 */
export async function loadBaseline(name: "plain" | "blocked", precision: Precision): Promise<SolveHalfEpoch> {
  const url = new URL(`./baseline/${name}.mjs?${precision}`, import.meta.url);
  const module = (await import(url.href)) as { halfEpoch: SolveHalfEpoch };
  return module.halfEpoch;
}
