import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../paths.js";
import type { DataSet } from "./data.js";
import type { Peers } from "./python.js";

export interface Quality {
  readonly recall20?: number;
  readonly ndcg10?: number;
  readonly rmse?: number;
  /** The share of what was listed that belongs to the exact best of its user. */
  readonly listed?: number;
  /** The larger of ‖Aq − σp‖ and ‖Aᵀp − σq‖ over all axes, as a share of σ₁. */
  readonly residual?: number;
  /** How far the axes are from orthonormal. */
  readonly apart?: number;
}

/** What is judged: factors by lists or by predictions, lists themselves, or a decomposition of the training half. */
export type Judgement = "ranking" | "rmse" | "lists" | "svd";

/** The folder that stands for scoring everything by its number of training ratings. */
export const POPULARITY = "popularity";

/** One judge for all, who knows none of them: bench/peers/judge.py reads factors that contenders wrote. */
export function judge(
  data: DataSet,
  by: Judgement,
  folders: readonly string[],
  { python }: Peers,
): Quality[] {
  const script = join(ROOT, "bench/peers/judge.py");
  const said = execFileSync(python, [script, data.folder, by, ...folders], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(said) as Quality[];
}
