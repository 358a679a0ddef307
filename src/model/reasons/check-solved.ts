import { AlternantError } from "../../errors.js";
import type { ModelParts } from "../parts.js";

/**
 * Refuses models whose users are not the exact solution beside the items as they are, and so no sum of what their ratings add.
 *
 * @param what asks, as it stands in errors
 * @throws AlternantError "not-supported"
 */
export function checkSolved({ options, info }: Pick<ModelParts, "options" | "info">, what: string): void {
  const solver = info.run.solver?.name;
  if (options["finish"] === "none" && (solver === "cg" || solver === "ials++"))
    throw new AlternantError(
      "not-supported",
      `${what}: users of this model were left where solver: "${solver}" came to (finish: "none"), which is no sum of what their ratings add. Train with finish: "exact", or explain what foldIn(ratings) makes of the same ratings.`,
    );
  if (info.live !== undefined)
    throw new AlternantError(
      "not-supported",
      `${what}: this is a snapshot after ${info.live.changes} change${info.live.changes === 1 ? "" : "s"} of a live model, whose users were solved beside items as they were before. Take it after live.refresh(), or explain what foldIn(ratings) makes of the same ratings.`,
    );
}
