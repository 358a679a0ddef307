import { checkSignal } from "../../abort.js";
import { AlternantError, describe, throwIfAborted } from "../../errors.js";
import { checkOptions } from "../../options.js";
import type { Id, Vocabulary } from "../../ratings/vocabulary.js";
import { createYielder, interruptible, type Yielder } from "../../yield.js";
import type { ItemRows, ModelParts } from "../parts.js";
import type { ErrorEstimate, EstimateErrorOptions } from "../results.js";
import { type RowObjective, rowObjective } from "../row-objective.js";
import { scoreOf } from "../scoring.js";
import { checkSolved } from "./check-solved.js";
import { ratingsHistory } from "./index.js";
import { FactoredRow, sumTerms, termsOf } from "./system.js";

/** Ratings looked at between two looks at the clock. */
const SLICE = 4096;

/** One side's ratings by row, each with its position in the history. */
interface SideRows extends ItemRows {
  readonly positions: Int32Array | undefined;
}

/**
 * About the error on ratings that were not seen: e ÷ (1 − h_user − h_item) of each training rating, h = c·xᵀM⁻¹x of its user's and its
 * item's row, which leaves the rating out of both as if each side did not hear of it through the other.
 *
 * @param live the model's parts; throws when it has been disposed of
 */
export async function estimateError<U extends Id, I extends Id>(
  live: () => ModelParts<U, I>,
  options: EstimateErrorOptions,
): Promise<ErrorEstimate> {
  const what = "estimateError";
  checkOptions(what, options, ["signal"]);
  const { signal } = options;
  checkSignal(signal);
  const check = (): void => {
    live();
    throwIfAborted(signal, what);
  };
  check();
  const parts = live();
  const { options: trained, history, items, users, range, info } = parts;
  if (trained["feedback"] === "implicit" || trained["solver"] === "nonnegative")
    throw new AlternantError(
      "not-supported",
      `${what} is for explicit ratings and solvers without bounds: ${
        trained["feedback"] === "implicit"
          ? "predictions of implicit feedback are no ratings. Judge lists by rankingMetrics"
          : "factors ≥ 0 do not follow their ratings linearly. Hold ratings out"
      } instead.`,
    );
  const byUser = ratingsHistory(history, what);
  checkSolved(parts, what);
  const { starts, columns, values, weights } = byUser;
  const yielder = interruptible(createYielder(), check);
  const ofUsers = await rowObjective(parts, "user", what, yielder);
  const ofItems = await rowObjective(parts, "item", what, yielder);
  const leverages = new Float64Array(columns.length);
  const rated = { values, weights };
  await addLeverages({ ...byUser, positions: undefined }, rated, ofUsers, users, leverages, yielder);
  await addLeverages(byItem(byUser, items.size), rated, ofItems, items, leverages, yielder);
  const [min, max] = range;
  const clipped = (score: number): number => Math.min(Math.max(score, min), max);
  let left = 0;
  let training = 0;
  let total = 0;
  for (let user = 0; user < users.size; user++) {
    for (let at = starts[user]!; at < starts[user + 1]!; at++) {
      const value = values[at]!;
      const weight = weights === undefined ? 1 : weights[at]!;
      const score = scoreOf(parts, user, columns[at]!);
      const rest = 1 - leverages[at]!;
      // Where both rows together say nothing without the rating, the mean is what is left.
      const prediction = rest > 0 ? value - (value - score) / rest : info.data.mean;
      left += weight * (value - clipped(prediction)) ** 2;
      training += weight * (value - clipped(score)) ** 2;
      total += weight;
      if (at % SLICE === 0 && yielder.due()) await yielder.pause();
    }
  }
  return {
    rmse: Math.sqrt(left / total),
    trainingRmse: Math.sqrt(training / total),
    count: columns.length,
  };
}

/** Adds c·xᵀM⁻¹x of each rating in its row. */
async function addLeverages(
  { starts, columns, positions }: SideRows,
  {
    values,
    weights,
  }: { values: Float32Array | Float64Array; weights: Float32Array | Float64Array | undefined },
  objective: RowObjective,
  ids: Vocabulary<Id>,
  leverages: Float64Array,
  yielder: Yielder,
): Promise<void> {
  const size = objective.factors + (objective.fixed.biases === undefined ? 0 : 1);
  const none = { matrix: new Float64Array(size * size), right: new Float64Array(size) };
  const pick = (of: Float32Array | Float64Array, from: number, to: number): Float64Array =>
    Float64Array.from(
      { length: to - from },
      (_, n) => of[positions === undefined ? from + n : positions[from + n]!]!,
    );
  for (let row = 0; row + 1 < starts.length; row++) {
    const [from, to] = [starts[row]!, starts[row + 1]!];
    if (from === to) continue;
    const given = weights && pick(weights, from, to);
    const terms = termsOf(objective, {
      columns: columns.slice(from, to),
      values: pick(values, from, to),
      weights: given,
      given,
    });
    const sums = await sumTerms(terms, none, yielder);
    const name = `estimateError: ${objective.side} ${describe(ids.id(row))}`;
    const factored = new FactoredRow(sums, objective, objective.lambdaOf(to - from), name);
    for (const [n, { x, weight }] of terms.entries()) {
      leverages[positions === undefined ? from + n : positions[from + n]!]! += weight * factored.leverage(x);
      if (yielder.due()) await yielder.pause();
    }
  }
}

/** The same ratings by item. */
function byItem({ starts, columns }: ItemRows, itemCount: number): SideRows {
  const from = new Float64Array(itemCount + 1);
  for (const column of columns) from[column + 1]!++;
  for (let item = 0; item < itemCount; item++) from[item + 1]! += from[item]!;
  const next = from.slice();
  const users = new Int32Array(columns.length);
  const positions = new Int32Array(columns.length);
  for (let user = 0; user + 1 < starts.length; user++)
    for (let at = starts[user]!; at < starts[user + 1]!; at++) {
      const to = next[columns[at]!]!++;
      users[to] = user;
      positions[to] = at;
    }
  return { starts: from, columns: users, positions };
}
