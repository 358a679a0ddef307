import { checkSignal } from "../abort.js";
import { engineFor } from "../kernel/index.js";
import { checkOneOf, checkOptions } from "../options.js";
import type { Prepared, PrepareOptions } from "./results.js";
import type { Side } from "./side.js";

/** Makes what answers single questions fast, one side after the other, and tells what it cost. */
export async function prepareAnswers(
  { items, users }: { readonly items: Side; readonly users: Side },
  options: PrepareOptions,
): Promise<Prepared> {
  checkOptions("prepare", options, ["side", "engine", "signal"]);
  const { side, engine, signal } = options;
  if (side !== undefined) checkOneOf("side", side, ["users", "items"]);
  checkSignal(signal);
  if (engine !== undefined) await engineFor(engine, signal, "Model.prepare");
  const began = performance.now();
  if (side !== "users") await items.prepare(options);
  if (side !== "items") await users.prepare(options);
  return { seconds: (performance.now() - began) / 1000, bytes: items.bytes + users.bytes };
}
