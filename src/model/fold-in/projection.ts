import { AlternantError } from "../../errors.js";
import type { LoneSolution } from "../../kernel/row-room.js";
import type { Id } from "../../ratings/vocabulary.js";
import type { Yielder } from "../../yield.js";
import type { ModelParts } from "../parts.js";
import type { RowSide } from "../row-objective.js";
import type { GivenRow } from "./given.js";
import type { FoldInSolver } from "./solver.js";

/** Rows summed between two looks at the clock. */
const SLICE = 1024;

/**
 * Rows of a decomposed matrix, in which what is not rated is 0 after centring: R Q = P S, so the row of a user whose centred ratings
 * are t has p = tᵀQ S⁻¹, and with factors P√S and Q√S, whose columns have the squared lengths σ, w_k = Σ t·u_k ÷ σ_k. With biases
 * b = Σ(r − μ − c) ÷ (n + λ_b) first, as `fitBiases` has them.
 */
export async function openProjection<U extends Id, I extends Id>(
  parts: ModelParts<U, I>,
  side: RowSide,
  what: string,
  yielder: Yielder,
): Promise<FoldInSolver> {
  const { factors, mean, options } = parts;
  const fixed = side === "user" ? parts.itemFactors : parts.userFactors;
  const biases = side === "user" ? parts.itemBiases : parts.userBiases;
  const lambda = options["biasRegularization"];
  if (typeof lambda !== "number")
    throw new AlternantError(
      "not-supported",
      `${what}: this model does not say how its biases were fitted: its option biasRegularization is ${lambda}. Use a model that SVD made.`,
    );
  const values = new Float64Array(factors);
  const rowCount = fixed.length / factors;
  for (let row = 0; row < rowCount; row++) {
    for (let k = 0; k < factors; k++) values[k]! += fixed[row * factors + k]! ** 2;
    if (row % SLICE === 0 && yielder.due()) await yielder.pause();
  }
  const project = (row: GivenRow): LoneSolution => {
    const { columns } = row;
    const count = columns.length;
    const targets = Float64Array.from(
      columns,
      (column, at) => row.values[at]! - mean - (biases === undefined ? 0 : biases[column]!),
    );
    const bias = biases === undefined ? 0 : targets.reduce((sum, t) => sum + t, 0) / (count + lambda);
    const sums = new Float64Array(factors);
    for (let at = 0; at < count; at++) {
      const t = targets[at]! - bias;
      const from = columns[at]! * factors;
      for (let k = 0; k < factors; k++) sums[k]! += t * fixed[from + k]!;
    }
    // An axis that does not exist has zeros on both sides.
    const vector = sums.map((sum, k) => (values[k]! > 0 ? sum / values[k]! : 0));
    return { factors: fixed instanceof Float64Array ? vector : Float32Array.from(vector), bias };
  };
  return {
    prepare: (caller, row) => {
      if (row.weights === undefined) return row;
      throw new AlternantError(
        "invalid-rating",
        `${caller}: ratings have weights, which a singular value decomposition has no place for. Leave them out.`,
      );
    },
    solve: async (row) => project(row),
  };
}
