import { Model } from "../../src/model/index.js";
import type { Id } from "../../src/ratings/index.js";

/** A model like another one, each number of its factors passed through `change`. */
export function withFactors<U extends Id, I extends Id>(
  model: Model<U, I>,
  change: (value: number) => number,
): Model<U, I> {
  return new Model<U, I>({
    users: model.users,
    items: model.items,
    factors: model.factors,
    userFactors: Float64Array.from(model.copyFactors("users").values, change),
    itemFactors: Float64Array.from(model.copyFactors("items").values, change),
    mean: model.mean,
    userBiases: undefined,
    itemBiases: undefined,
    range: model.range,
    userCounts: new Int32Array(model.userCount),
    itemCounts: new Int32Array(model.itemCount),
    history: { kind: "none" },
    options: model.options,
    info: model.info,
  });
}
