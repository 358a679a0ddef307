import { AlternantError, describe } from "../../errors.js";
import { type ConfidenceForm, sizeOf } from "../../kernel/index.js";
import type { Values } from "../../ratings/csr.js";
import type { Id, Vocabulary } from "../../ratings/vocabulary.js";
import type { RowObjective } from "../row-objective.js";
import type { GivenRow } from "./given.js";

/**
 * A row as training would take it: zeros dropped where they are, weights in place of confidences where these do not follow from values
 * alone, rounded to the precision of the factors as training rounds them.
 *
 * @param what reads the row, as it stands in errors
 * @param vocabulary of its columns
 * @throws AlternantError "invalid-rating" for a value that the model's options do not allow, "no-ratings" when zeros were all there was
 */
export function asTrained(
  what: string,
  row: GivenRow,
  objective: RowObjective,
  vocabulary: Vocabulary<Id>,
): GivenRow {
  const { confidence, zeros } = objective;
  if (confidence === undefined) return row;
  const other = objective.side === "user" ? "item" : "user";
  const refuse = (at: number, why: string): never => {
    throw new AlternantError(
      "invalid-rating",
      `${what}: the rating of ${other} ${describe(vocabulary.id(row.columns[at]!))} is ${row.values[at]}: ${why}`,
    );
  };
  for (let at = 0; at < row.values.length; at++) {
    const value = row.values[at]!;
    if (value === 0 && zeros === "error")
      refuse(at, "the model was trained on values above 0 (a like) or below (a dislike). Leave it out.");
    if (value < 0 && confidence.form === "log")
      refuse(at, "log(1 + r) says nothing of a dislike. Leave it out.");
  }
  const kept = zeros === "drop" && row.values.includes(0) ? withoutZeros(what, row) : row;
  const disliked = zeros === "dislike" && (objective.hasZeros || kept.values.some((value) => value <= 0));
  if (confidence.form === "linear" && kept.weights === undefined && !disliked) return kept;
  const double = objective.fixed.values instanceof Float64Array;
  const weights = confidences(kept, confidence, double ? Float64Array : Float32Array);
  for (let at = 0; at < weights.length; at++)
    if (!(weights[at]! > 0 && weights[at]! < Infinity))
      refuse(at, `its confidence of ${weights[at]} must be finite and above 0. Scale its weight.`);
  return { ...kept, weights };
}

function confidences(
  { values, weights }: GivenRow,
  { alpha, form, offset }: ConfidenceForm,
  Numbers: typeof Float32Array | typeof Float64Array,
): Values {
  const result = new Numbers(values.length);
  for (let at = 0; at < values.length; at++)
    result[at] = (weights === undefined ? 1 : weights[at]!) * (offset + alpha * sizeOf(values[at]!, form));
  return result;
}

function withoutZeros(what: string, { columns, values, weights }: GivenRow): GivenRow {
  const kept = (_: number, at: number): boolean => values[at] !== 0;
  const row = {
    columns: columns.filter(kept),
    values: values.filter(kept),
    weights: weights?.filter(kept),
    given: weights?.filter(kept),
  };
  if (row.columns.length === 0)
    throw new AlternantError(
      "no-ratings",
      `${what}: all ${values.length} values are 0, and zeros: "drop" of the model leaves nothing to solve for.`,
    );
  return row;
}
