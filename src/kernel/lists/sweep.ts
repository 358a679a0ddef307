import type { Kernels } from "../kernels.js";
import { writeListJob } from "./job.js";
import { GROUP, type ListLayout, numberBytes } from "./layout.js";
import type { ListTask } from "./task.js";

/** Vector operations of the first call: a slow machine's, in a compiler that has not warmed up. */
const FIRST_BUDGET = 4e5;
const SMALLEST_BUDGET = 1e4;
/** A guess moves to what was measured by this much: one preempted call must not shrink the next hundred. */
const ADAPTATION = 0.25;
/** Vector operations of comparing one target with a panel. */
const TARGET_COST = 10;

/** Takes users through all items, in calls of about the time given, whatever the machine. */
export class ListSweep {
  readonly #memory: WebAssembly.Memory;
  readonly #kernels: Kernels;
  readonly #layout: ListLayout;
  readonly #lane: ListLayout["lanes"][number];
  readonly #callMs: number;
  #budget = FIRST_BUDGET;

  constructor(
    memory: WebAssembly.Memory,
    kernels: Kernels,
    layout: ListLayout,
    lane: number,
    callMs: number,
  ) {
    this.#memory = memory;
    this.#kernels = kernels;
    this.#layout = layout;
    this.#lane = layout.lanes[lane]!;
    this.#callMs = callMs;
  }

  /** Goes through users [from, to) of the batch, `from` the first of a group; stops after every call, at last telling them. */
  *run(task: ListTask, from: number, to: number): Generator<number, void, void> {
    const { panelCount, chunkPanels, precision } = this.#layout;
    const kernel = precision === "float32" ? this.#kernels.sweepItems32 : this.#kernels.sweepItems64;
    const cost = this.#panelCost(from, to);
    for (let panel = 0; panel < panelCount; ) {
      const end = Math.min(
        panelCount,
        panel + chunkPanels * Math.max(1, Math.floor(this.#budget / (cost * chunkPanels))),
      );
      const began = performance.now();
      this.#writeJob(task, from, to, panel, end);
      kernel(this.#lane.job);
      this.#adapt((end - panel) * cost, began);
      panel = end;
      yield panel === panelCount ? to - from : 0;
    }
  }

  /** Vector operations of these users and one panel. */
  #panelCost(from: number, to: number): number {
    const { boundFactors, count, targetStarts } = this.#layout;
    const scoring = Math.ceil((to - from) / GROUP) * GROUP * 2 * boundFactors;
    if (count > 0) return scoring;
    const starts = new Uint32Array(this.#memory.buffer, targetStarts, to + 1);
    return scoring + (starts[to]! - starts[from]!) * TARGET_COST;
  }

  #writeJob({ limit }: ListTask, from: number, to: number, panelFrom: number, panelTo: number): void {
    const { lanes: _, bytes: __, precision, ...layout } = this.#layout;
    const { factors, boundFactors, count } = layout;
    writeListJob(this.#memory, this.#lane.job, {
      ...layout,
      ...this.#lane,
      groups: layout.groups + from * factors * numberBytes(precision),
      boundGroups: layout.boundGroups + from * boundFactors * numberBytes(precision),
      bases: layout.bases + from * 8,
      slacks: layout.slacks + from * 8,
      norms: layout.norms + from * 8,
      steps: layout.steps + from * 8,
      excludedStarts: layout.excludedStarts + from * 4,
      cursors: layout.cursors + from * 4,
      bestScores: layout.bestScores + from * count * 8,
      bestItems: layout.bestItems + from * count * 4,
      bestCounts: layout.bestCounts + from * 4,
      thresholds: layout.thresholds + from * 8,
      targetStarts: layout.targetStarts + from * 4,
      userCount: to - from,
      panelFrom,
      panelTo,
      limit,
    });
  }

  #adapt(work: number, began: number): void {
    const milliseconds = performance.now() - began;
    const measured = (work / Math.max(milliseconds, 1e-3)) * this.#callMs;
    this.#budget = Math.max(
      SMALLEST_BUDGET,
      this.#budget + ADAPTATION * (Math.min(measured, 2 * this.#budget) - this.#budget),
    );
  }
}
