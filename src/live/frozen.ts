import type { Guard } from "../kernel/index.js";
import type { Answers } from "../model/answers.js";
import type { ModelParts } from "../model/index.js";
import type { Id } from "../ratings/index.js";
import type { Yielder } from "../yield.js";
import { LiveSide } from "./live-side.js";
import type { SumsCache } from "./sums-cache.js";

/** A model as it is frozen until the next refresh, and the rows that were solved for it since. */
export interface Frozen<U extends Id, I extends Id> {
  readonly parts: ModelParts<U, I>;
  /** Its answers, of no row that was solved since. */
  readonly answers: Answers<U, I>;
  readonly users: LiveSide;
  readonly items: LiveSide;
  readonly cache: SumsCache;
}

/** @throws AlternantError "not-supported", "too-large"; what the guard throws */
export async function freeze<U extends Id, I extends Id>(
  parts: ModelParts<U, I>,
  answers: Answers<U, I>,
  cache: SumsCache,
  guard: Guard,
  yielder: Yielder,
): Promise<Frozen<U, I>> {
  const plain = parts as unknown as ModelParts;
  const users = await LiveSide.open(plain, "user", cache, guard, yielder);
  const items = await LiveSide.open(plain, "item", cache, guard, yielder);
  return { parts, answers, users, items, cache };
}
