import { createYielder } from "../../yield.js";
import { planChunks } from "../chunks.js";
import { type Driver, type HalfSums, type NamedHalf, type OnWork, PROGRESS_MS, totalOf } from "../driver.js";
import { type FitLayout, rowSumsView } from "../layout.js";
import type { Pass } from "../sweep.js";
import { describeUnsolved } from "../unsolved-row.js";
import { solvingCost } from "../work.js";
import type { LaneWork } from "./lane-work.js";

/** Takes the halves of a fit through their rows on lanes. */
export class LaneDriver implements Driver {
  readonly threads: number;
  readonly #work: LaneWork;
  readonly #layout: FitLayout;
  readonly #chunks: Map<NamedHalf, Int32Array> = new Map();

  constructor(work: LaneWork, layout: FitLayout) {
    this.threads = work.threads;
    this.#work = work;
    this.#layout = layout;
  }

  close(onLeft: () => void): void {
    this.#work.close(onLeft);
  }

  async solve(half: NamedHalf, onWork?: OnWork): Promise<HalfSums> {
    return totalOf(await this.#pass("solve", half, onWork));
  }

  async squaredError(half: NamedHalf): Promise<number> {
    return (await totalOf(await this.#pass("residuals", half))).squares;
  }

  /** Takes all lanes through the rows of a half; returns their sums. */
  async #pass(pass: Pass, half: NamedHalf, onWork?: OnWork): Promise<Float64Array> {
    const chunks = await this.#chunksOf(half);
    const { rowName, ratings, lambdas: _, ...rest } = half;
    const { count, rowCount } = ratings;
    const shared = ratings.share();
    if (shared === undefined) throw new Error("a lane cannot read ratings that are not shared");
    this.#work.share([shared.starts, shared.columns, shared.values].map(({ buffer }) => buffer));
    const unsolved = await this.#work.run(
      { kind: "pass", pass, layout: this.#layout, half: { ...rest, ratings: shared } },
      chunks,
      onWork && { every: PROGRESS_MS, tell: (counted) => onWork(counted, count) },
    );
    if (unsolved) throw describeUnsolved(unsolved, half, this.#layout.factors, rowName);
    onWork?.(count, count);
    return rowSumsView(this.#work.memory, this.#layout, rowCount);
  }

  async #chunksOf(half: NamedHalf): Promise<Int32Array> {
    let chunks = this.#chunks.get(half);
    if (chunks === undefined) {
      const { starts } = half.ratings;
      chunks = await planChunks(starts, solvingCost(this.#layout.factors), this.threads, createYielder());
      this.#chunks.set(half, chunks);
    }
    return chunks;
  }
}
