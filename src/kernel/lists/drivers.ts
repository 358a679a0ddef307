import { createYielder, type Yielder } from "../../yield.js";
import type { Guard } from "../driver.js";
import type { Workplace } from "../engine.js";
import type { LaneWork } from "../lanes/lane-work.js";
import { GROUP, type ListLayout } from "./layout.js";
import { ListSweep } from "./sweep.js";
import type { ListTask } from "./task.js";

/** Users that go through the items together: what panels cost to load is shared by all of them. */
const BLOCK_USERS = 16 * GROUP;
/** Entries of all lists of a block at most: to put them in order is one call's work too. */
const BLOCK_ENTRIES = 2 ** 14;
/** Milliseconds that one call should take, and after which the event loop gets its turn: together under the 8 promised. */
const CALL_MS = 3;
const PAUSE_MS = 3;

/** Takes batches of users through all items, on the calling thread or on lanes; the results are the same. */
export interface ListDriver {
  /** The first `users` of the batch that lies in the memory. @throws AlternantError "aborted", "disposed", "lane-failed" */
  run(task: ListTask, users: number): Promise<void>;
  /** The work has ended, well or not; calls back, at once where it can, when nothing works in its memory any more. */
  close(onLeft: () => void): void;
}

/** What works at a place. */
export async function openListDriver(
  layout: ListLayout,
  memory: WebAssembly.Memory,
  { lanes, guard, kernels }: Workplace,
): Promise<ListDriver> {
  if (lanes !== undefined) return new LaneListDriver(lanes);
  return new InlineListDriver(new ListSweep(memory, await kernels(), layout, 0, CALL_MS), guard);
}

/** Works on the calling thread, and lets the event loop run between calls. */
class InlineListDriver implements ListDriver {
  readonly #sweep: ListSweep;
  readonly #guard: Guard;
  readonly #yielder: Yielder = createYielder(PAUSE_MS);

  constructor(sweep: ListSweep, guard: Guard) {
    this.#sweep = sweep;
    this.#guard = guard;
  }

  async run(task: ListTask, users: number): Promise<void> {
    const blocks = blocksOf(task.layout, users);
    for (let at = 0; at < blocks.length; at += 2)
      for (const _ of this.#sweep.run(task, blocks[at]!, blocks[at + 1]!)) {
        if (!this.#yielder.due()) continue;
        await this.#yielder.pause();
        this.#guard.check();
      }
  }

  close(onLeft: () => void): void {
    onLeft();
  }
}

/** Works on lanes, which claim blocks of users. */
class LaneListDriver implements ListDriver {
  readonly #work: LaneWork;

  constructor(work: LaneWork) {
    this.#work = work;
  }

  async run(task: ListTask, users: number): Promise<void> {
    await this.#work.run(task, blocksOf(task.layout, users));
  }

  close(onLeft: () => void): void {
    this.#work.close(onLeft);
  }
}

/** `[from, to)` users of each block. */
function blocksOf({ count }: ListLayout, users: number): Int32Array {
  const groups = Math.floor(BLOCK_ENTRIES / (GROUP * Math.max(1, count)));
  const size = Math.min(BLOCK_USERS, Math.max(1, groups) * GROUP);
  const blocks = new Int32Array(2 * Math.ceil(users / size));
  for (let at = 0; at < blocks.length; at += 2) {
    blocks[at] = (at / 2) * size;
    blocks[at + 1] = Math.min(users, (at / 2 + 1) * size);
  }
  return blocks;
}
