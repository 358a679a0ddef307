import { type Id, Vocabulary } from "../ratings/vocabulary.js";
import { createYielder } from "../yield.js";
import type { ModelParts } from "./parts.js";
import { rescalingOf, rowObjective } from "./row-objective.js";

/**
 * The parts that other people's ratings are folded in with: items, their factors, biases and counts, and what options say. What the sum
 * over all items adds to implicit rows follows from the factors, and is made anew where it is needed.
 *
 * @throws AlternantError "not-supported" for a model that rows cannot be folded into
 */
export async function itemsOnly<U extends Id, I extends Id>(
  parts: ModelParts<U, I>,
): Promise<ModelParts<U, I>> {
  const { items, factors, itemFactors, itemBiases, info } = parts;
  const yielder = createYielder();
  const svd = parts.options["algorithm"] === "svd";
  if (!svd) await rowObjective(parts, "user", "forFoldIn", yielder);
  return {
    ...parts,
    users: new Vocabulary<U>(parts.users.kind, []),
    userFactors: itemFactors.slice(0, 0),
    userBiases: undefined,
    userCounts: new Int32Array(0),
    history: { kind: "none" },
    itemsOnly: { rescaling: svd ? 1 : await rescalingOf(parts, "forFoldIn", yielder) },
    info: {
      ...info,
      parameters: { ...info.parameters, model: items.size * (factors + (itemBiases === undefined ? 0 : 1)) },
    },
  };
}
