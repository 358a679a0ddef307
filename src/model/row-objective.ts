import { AlternantError, describe } from "../errors.js";
import {
  frequencyOf,
  type ImplicitTerms,
  implicitTerms,
  type RowCounts,
  rescaling,
  type Scaling,
} from "../kernel/index.js";
import type { FixedRows } from "../kernel/row-room.js";
import type { ConfidenceForm } from "../ratings/confidence.js";
import type { Id } from "../ratings/vocabulary.js";
import type { Yielder } from "../yield.js";
import type { Factors, JsonValue, ModelParts } from "./parts.js";

/** Whose rows: of users, or of items. */
export type RowSide = "user" | "item";

/** What a row of one side minimizes, as training had it, and what it is solved against. */
export interface RowObjective {
  readonly side: RowSide;
  /** K. */
  readonly factors: number;
  /** The other side: how many rows, their factors, and their biases where biases are solved. */
  readonly fixed: {
    readonly rowCount: number;
    readonly values: Factors;
    readonly biases: Float64Array | undefined;
  };
  /** μ. */
  readonly mean: number;
  /** λ_i of a row of so many ratings. */
  readonly lambdaOf: (count: number) => number;
  /** λ_b. */
  readonly biasLambda: number;
  /** How values count; undefined for explicit ratings. */
  readonly confidence: ConfidenceForm | undefined;
  /** Undefined for explicit ratings. */
  readonly implicit: ImplicitTerms | undefined;
  /** What a value of 0 is. */
  readonly zeros: "error" | "drop" | "dislike";
  /** Whether some training value was not above 0. */
  readonly hasZeros: boolean;
  /** Whether rows are solved among factors ≥ 0. */
  readonly nonnegative: boolean;
}

/**
 * Reads it from a model's options.
 *
 * @param what asks, as it stands in errors
 * @throws AlternantError "not-supported" for a model that is in no form that rows can be solved for
 */
export async function rowObjective<U extends Id, I extends Id>(
  parts: ModelParts<U, I>,
  side: RowSide,
  what: string,
  yielder: Yielder,
): Promise<RowObjective> {
  const { options, info, users, items } = parts;
  if (info.canonical !== undefined)
    throw new AlternantError(
      "not-supported",
      `${what}: this model is in canonical form (canonical() or truncate()), and λ‖w‖² of a row is another penalty there than the one that it was trained with. Use the model as it was before; predictions are the same.`,
    );
  const read = reader(options, what);
  const scaling = scalingOf(options, read);
  const regularization = read.object(options["regularization"], "regularization");
  const lambda = read.number(regularization[side === "user" ? "users" : "items"], "regularization");
  const factor = await rescalingOf(parts, what, yielder);
  const fixedCount = side === "user" ? items.size : users.size;
  const frequency = frequencyOf(scaling, scaling.scaling, fixedCount);
  const confidence = options["feedback"] === "implicit" ? confidenceOf(options, read) : undefined;
  return {
    side,
    factors: parts.factors,
    fixed:
      side === "user"
        ? { rowCount: fixedCount, values: parts.itemFactors, biases: parts.itemBiases }
        : { rowCount: fixedCount, values: parts.userFactors, biases: parts.userBiases },
    mean: parts.mean,
    lambdaOf: (count) => factor * lambda * frequency(count),
    biasLambda: read.number(regularization["biases"], "regularization.biases"),
    confidence,
    implicit: confidence && implicitTerms(confidence, scaling.unobservedWeight),
    zeros: options["zeros"] === "drop" || options["zeros"] === "dislike" ? options["zeros"] : "error",
    hasZeros: parts.range[0] <= 0,
    nonnegative: options["solver"] === "nonnegative",
  };
}

/** The other side as rows of an objective are solved against it, by the arithmetic that trained the model where it is to be had. */
export function fixedRowsOf(
  { fixed, factors, mean, biasLambda, implicit, nonnegative }: RowObjective,
  { info }: Pick<ModelParts, "info">,
): FixedRows {
  const arithmetic = info.run.arithmetic === "relaxed" ? "relaxed-if-available" : "default";
  return { ...fixed, factors, mean, biasLambda, implicit, nonnegative, arithmetic };
}

/** What λ is multiplied with where it was meant for `scalingStar`. @throws AlternantError "not-supported" */
export async function rescalingOf<U extends Id, I extends Id>(
  { options, userCounts, itemCounts, itemsOnly }: ModelParts<U, I>,
  what: string,
  yielder: Yielder,
): Promise<number> {
  if (itemsOnly !== undefined) return itemsOnly.rescaling;
  const counts = (of: Int32Array): RowCounts => ({ rowCount: of.length, countOf: (row) => of[row]! });
  return rescaling(
    scalingOf(options, reader(options, what)),
    counts(userCounts),
    counts(itemCounts),
    yielder,
  );
}

function scalingOf(options: ModelParts["options"], read: Reader): Scaling {
  return {
    scaling: read.number(options["scaling"], "scaling"),
    scalingStar: read.optional(options["scalingStar"], "scalingStar"),
    unobservedWeight: read.optional(options["unobservedWeight"], "unobservedWeight"),
  };
}

function confidenceOf(options: ModelParts["options"], read: Reader): ConfidenceForm {
  const { alpha, form, offset } = read.object(options["confidence"], "confidence");
  return {
    alpha: read.number(alpha, "confidence.alpha"),
    form: form === "log" ? "log" : "linear",
    offset: offset === 0 ? 0 : 1,
  };
}

interface Reader {
  number(value: JsonValue | undefined, name: string): number;
  optional(value: JsonValue | undefined, name: string): number | undefined;
  object(value: JsonValue | undefined, name: string): { readonly [name: string]: JsonValue };
}

/** Options come from a file too, and a checksum does not say that they are what ALS would have written. */
function reader(options: ModelParts["options"], what: string): Reader {
  const refuse = (value: unknown, name: string): never => {
    const trained = options["algorithm"] === "als" ? "" : `, trained by ${describe(options["algorithm"])},`;
    throw new AlternantError(
      "not-supported",
      `${what}: this model${trained} does not say how its rows were solved: its option ${name} is ${describe(value)}. Use a model that ALS trained.`,
    );
  };
  const number = (value: JsonValue | undefined, name: string): number =>
    typeof value === "number" && value >= 0 ? value : refuse(value, name);
  return {
    number,
    optional: (value, name) => (value === undefined ? undefined : number(value, name)),
    object: (value, name) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? (value as { readonly [name: string]: JsonValue })
        : refuse(value, name),
  };
}
