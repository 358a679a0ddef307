import { AlternantError, describe } from "../../errors.js";
import { type ConfidenceForm, sizeOf } from "../../ratings/confidence.js";
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
  const refuse = (at: number, why: string): never => {
    const other = objective.side === "user" ? "item" : "user";
    throw new AlternantError(
      "invalid-rating",
      `${what}: the rating of ${other} ${describe(vocabulary.id(row.columns[at]!))} is ${row.values[at]}: ${why}`,
    );
  };
  for (let at = 0; at < row.values.length; at++) {
    const why = whyRefused(objective, row.values[at]!);
    if (why !== undefined) refuse(at, why);
  }
  const kept = zeros === "drop" && row.values.includes(0) ? withoutZeros(what, row) : row;
  const disliked = zeros === "dislike" && (objective.hasZeros || kept.values.some((value) => value <= 0));
  if (confidence.form === "linear" && kept.weights === undefined && !disliked) return kept;
  const double = objective.fixed.values instanceof Float64Array;
  const weights = confidences(kept, confidence, double ? Float64Array : Float32Array);
  for (let at = 0; at < weights.length; at++) {
    const why = whyNoConfidence(weights[at]!);
    if (why !== undefined) refuse(at, why);
  }
  return { ...kept, weights };
}

/** Why an implicit rating may not have this value, in a model of such options; undefined where it may. */
export function whyRefused(
  { confidence, zeros }: Pick<RowObjective, "confidence" | "zeros">,
  value: number,
): string | undefined {
  if (confidence === undefined) return undefined;
  if (value === 0 && zeros === "error")
    return "the model was trained on values above 0 (a like) or below (a dislike). Leave it out.";
  if (value < 0 && confidence.form === "log") return "log(1 + r) says nothing of a dislike. Leave it out.";
  return undefined;
}

/** Why a confidence is none; undefined where it is one. */
export function whyNoConfidence(confidence: number): string | undefined {
  return confidence > 0 && confidence < Infinity
    ? undefined
    : `its confidence of ${confidence} must be finite and above 0. Scale its weight.`;
}

/** c = w·(offset + α·|r|), or with log(1 + r) in place of |r|. */
export function confidenceOf(
  { alpha, form, offset }: ConfidenceForm,
  value: number,
  weight: number | undefined,
): number {
  return (weight ?? 1) * (offset + alpha * sizeOf(value, form));
}

function confidences(
  { values, weights }: GivenRow,
  form: ConfidenceForm,
  Numbers: typeof Float32Array | typeof Float64Array,
): Values {
  const result = new Numbers(values.length);
  for (let at = 0; at < values.length; at++) result[at] = confidenceOf(form, values[at]!, weights?.[at]);
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
