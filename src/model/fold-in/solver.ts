import { FixedSide } from "../../kernel/fixed-side.js";
import type { Guard } from "../../kernel/index.js";
import type { LoneSolution } from "../../kernel/row-room.js";
import type { Id, Vocabulary } from "../../ratings/vocabulary.js";
import { createYielder, interruptible } from "../../yield.js";
import type { ModelParts } from "../parts.js";
import { type RowSide, rowObjective } from "../row-objective.js";
import { asTrained } from "./feedback.js";
import type { GivenRow } from "./given.js";
import { openProjection } from "./projection.js";

/** Makes factors and a bias of the ratings of a row that the model was not trained on. */
export interface FoldInSolver {
  /** The row as it is solved: what a value of 0 is has been decided. */
  readonly prepare: (what: string, row: GivenRow) => GivenRow;
  /** @throws AlternantError "not-positive-definite", "not-finite"; what the guard throws */
  readonly solve: (row: GivenRow, guard: Guard) => Promise<LoneSolution>;
}

/**
 * Makes ready to fold rows of one side into a model, as its algorithm has it.
 *
 * @throws AlternantError "not-supported" for a model that is in no form that rows can be solved for, "too-large"; what the guard
 *   throws
 */
export async function openFoldIn<U extends Id, I extends Id>(
  parts: ModelParts<U, I>,
  side: RowSide,
  guard: Guard,
): Promise<FoldInSolver> {
  const yielder = interruptible(createYielder(), () => guard.check());
  if (parts.options["algorithm"] === "svd") return openProjection(parts, side, guard.what, yielder);
  const objective = await rowObjective(parts, side, guard.what, yielder);
  const { fixed, factors, mean, biasLambda, implicit, nonnegative, lambdaOf } = objective;
  const rows = await FixedSide.open(
    {
      ...fixed,
      factors,
      mean,
      biasLambda,
      implicit,
      nonnegative,
      arithmetic: parts.info.run.arithmetic === "relaxed" ? "relaxed-if-available" : "default",
    },
    guard,
    yielder,
  );
  const ids = (side === "user" ? parts.items : parts.users) as Vocabulary<Id>;
  return {
    prepare: (what, row) => asTrained(what, row, objective, ids),
    solve: (row, running) =>
      rows.solve({ ...row, lambda: lambdaOf(row.columns.length), name: running.what }, running),
  };
}
