import type { LoneSolution } from "../kernel/row-room.js";
import { type Factors, type ModelParts, trainedParts } from "../model/index.js";
import type { Id, Ratings } from "../ratings/index.js";
import { SLICE, type Sliced } from "../ratings/slices.js";

/** Rows that were solved since a model was frozen. */
export type Solved = ReadonlyMap<number, LoneSolution>;

/** Both sides as they stand: frozen rows, those that were solved since in their places, zeros for what is neither. */
export function* presentParts<U extends Id, I extends Id>(
  parts: ModelParts<U, I>,
  solved: { readonly users: Solved; readonly items: Solved },
  ratings: Ratings<U, I>,
  changes: number,
): Sliced<ModelParts<U, I>> {
  const { factors, mean, options, history } = parts;
  const users = yield* present(parts.userFactors, parts.userBiases, factors, ratings.userCount, solved.users);
  const items = yield* present(parts.itemFactors, parts.itemBiases, factors, ratings.itemCount, solved.items);
  const made = trainedParts(ratings, {
    factors,
    userFactors: users.factors,
    itemFactors: items.factors,
    mean,
    userBiases: users.biases,
    itemBiases: items.biases,
    history: history.kind,
    options,
    run: parts.info.run,
  });
  return { ...made, info: { ...made.info, ...(changes > 0 && { live: { changes } }) } };
}

function* present(
  frozen: Factors,
  frozenBiases: Float64Array | undefined,
  factors: number,
  rowCount: number,
  solved: Solved,
): Sliced<{ factors: Factors; biases: Float64Array | undefined }> {
  const length = rowCount * factors;
  const all: Factors = frozen instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  for (let from = 0; from < frozen.length; from += SLICE) {
    all.set(frozen.subarray(from, from + SLICE), from);
    yield;
  }
  const biases = frozenBiases && new Float64Array(rowCount);
  biases?.set(frozenBiases!);
  let since = 0;
  for (const [row, one] of solved) {
    all.set(one.factors, row * factors);
    if (biases !== undefined) biases[row] = one.bias;
    if (++since % 256 === 0) yield;
  }
  return { factors: all, biases };
}
