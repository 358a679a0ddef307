import { buffersOf } from "../../ratings/source.js";
import { createYielder, interruptible } from "../../yield.js";
import { planChunks } from "../chunks.js";
import {
  type Driver,
  type HalfSums,
  type NamedHalf,
  type OnWork,
  PROGRESS_MS,
  type Residuals,
  totalOf,
} from "../driver.js";
import { reduceGramian } from "../gramian.js";
import { gramianBlocks } from "../gramian-blocks.js";
import { fixedChunks } from "../half-epoch.js";
import { type FitLayout, rowSumsView } from "../layout.js";
import type { Pass } from "../sweep.js";
import { solvingCost } from "../work.js";
import type { LaneWork } from "./lane-work.js";

/** Takes the halves of a fit through their rows on lanes. */
export class LaneDriver implements Driver {
  readonly threads: number;
  readonly #work: LaneWork;
  readonly #layout: FitLayout;
  readonly #chunks: WeakMap<NamedHalf, Int32Array> = new WeakMap();

  constructor(work: LaneWork, layout: FitLayout) {
    this.threads = work.threads;
    this.#work = work;
    this.#layout = layout;
  }

  close(onLeft: () => void): void {
    this.#work.close(onLeft);
  }

  async solve(half: NamedHalf, onWork?: OnWork): Promise<HalfSums> {
    return totalOf(await this.#pass("solve", half, await this.#chunksOf(half), onWork));
  }

  async residuals(half: NamedHalf): Promise<Residuals> {
    const sums = await this.#pass("residuals", half, await this.#chunksOf(half));
    const { squares, explained } = await totalOf(sums);
    return { errors: squares, predictions: explained };
  }

  async sumFixed(half: NamedHalf): Promise<void> {
    const { fixed, implicit } = half;
    const { count } = gramianBlocks(fixed.rowCount, this.#layout.factors);
    await this.#pass(
      "gramian",
      half,
      Int32Array.from({ length: 2 * count }, (_, i) => (i + 1) >> 1),
    );
    const { memory, guard } = this.#work;
    const yielder = interruptible(createYielder(), () => guard.check());
    await reduceGramian(memory, this.#layout, fixed, implicit?.allPairs ?? 0, yielder);
    guard.check();
  }

  /** Takes all lanes through chunks of a half; returns the sums of its rows. */
  async #pass(pass: Pass, half: NamedHalf, chunks: Int32Array, onWork?: OnWork): Promise<Float64Array> {
    const { rowName, ratings, lambdas: _, ...rest } = half;
    const { count, rowCount } = ratings;
    const shared = ratings.share();
    if (shared === undefined) throw new Error("a lane cannot read ratings that are not shared");
    this.#work.share(buffersOf(shared));
    const unsolved = await this.#work.run(
      { kind: "pass", pass, layout: this.#layout, half: { ...rest, ratings: shared } },
      chunks,
      onWork && { every: PROGRESS_MS, tell: (counted) => onWork(counted, count) },
      pass === "gramian" ? undefined : ratings,
    );
    if (unsolved) {
      const { describeUnsolved } = await import("../describe-unsolved.js");
      throw describeUnsolved(unsolved, half, this.#layout.factors, rowName);
    }
    onWork?.(count, count);
    return rowSumsView(this.#work.memory, this.#layout, rowCount);
  }

  async #chunksOf(half: NamedHalf): Promise<Int32Array> {
    let chunks = this.#chunks.get(half);
    if (chunks === undefined) {
      const { starts } = half.ratings;
      const cost = solvingCost(this.#layout.factors, half.method);
      chunks = fixedChunks(half.method) ?? (await planChunks(starts, cost, this.threads, createYielder()));
      this.#chunks.set(half, chunks);
    }
    return chunks;
  }
}
