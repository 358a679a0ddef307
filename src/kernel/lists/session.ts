import { createYielder, type Yielder } from "../../yield.js";
import type { Engine, Lease } from "../engine.js";
import { type ListDriver, openListDriver } from "./drivers.js";
import { type ListLayout, type ListShape, layOutLists } from "./layout.js";
import { type Batch, type ItemSizes, packItems, packUsers } from "./pack.js";
import type { ItemLists, ListSource } from "./source.js";

/** What a job over lists runs on, and what may end it. */
export interface ListRun {
  readonly engine: Engine;
  readonly signal: AbortSignal | undefined;
  /** What is at work, as it stands in errors. */
  readonly what: string;
}

/** Users of a batch at most: enough that lanes which end apart do not count. */
const BATCH_USERS = 16_384;
/** Entries of a batch's lists at most, as they are copied out at once. */
const BATCH_ENTRIES = 2 ** 19;
/** Items that a batch leaves out, and targets of it, at most, unless one user has more. */
const BATCH_ITEMS = 2 ** 21;

/** `[from, to)` of the users of each batch, and the room that they need. */
export interface Batches extends Pick<ListShape, "users" | "excluded" | "targets"> {
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

/** Cuts users into batches. */
export function planBatches(
  users: Int32Array,
  leftOut: ItemLists | undefined,
  count: number,
  targetStarts: Float64Array | undefined,
): Batches {
  const most = Math.max(1, Math.min(BATCH_USERS, Math.floor(BATCH_ENTRIES / Math.max(1, count))));
  const ranges: [number, number][] = [];
  const room = { users: 0, excluded: 0, targets: 0 };
  let from = 0;
  let excluded = 0;
  let targets = 0;
  const close = (to: number): void => {
    ranges.push([from, to]);
    room.users = Math.max(room.users, to - from);
    room.excluded = Math.max(room.excluded, excluded);
    room.targets = Math.max(room.targets, targets);
    from = to;
    excluded = 0;
    targets = 0;
  };
  for (let row = 0; row < users.length; row++) {
    const user = users[row]!;
    const ownExcluded = leftOut === undefined ? 0 : leftOut.starts[user + 1]! - leftOut.starts[user]!;
    const ownTargets = targetStarts === undefined ? 0 : targetStarts[row + 1]! - targetStarts[row]!;
    const full =
      row - from === most || excluded + ownExcluded > BATCH_ITEMS || targets + ownTargets > BATCH_ITEMS;
    if (full && row > from) close(row);
    excluded += ownExcluded;
    targets += ownTargets;
  }
  if (from < users.length) close(users.length);
  return { ranges, ...room };
}

/** A lent memory in which all items lie in panels, and batches of users come one after the other. */
export class ListSession {
  readonly memory: WebAssembly.Memory;
  readonly layout: ListLayout;
  readonly #lease: Lease;
  readonly #driver: ListDriver;
  readonly #source: ListSource;
  readonly #sizes: ItemSizes;
  readonly #yielder: Yielder;

  private constructor(
    lease: Lease,
    driver: ListDriver,
    layout: ListLayout,
    source: ListSource,
    sizes: ItemSizes,
    yielder: Yielder,
  ) {
    this.memory = lease.memory;
    this.layout = layout;
    this.#lease = lease;
    this.#driver = driver;
    this.#source = source;
    this.#sizes = sizes;
    this.#yielder = yielder;
  }

  /** @throws AlternantError "aborted", "disposed", "lane-failed", "too-large" */
  static async open(
    source: ListSource,
    room: Pick<ListShape, "users" | "excluded" | "targets" | "count">,
    { engine, signal, what }: ListRun,
  ): Promise<ListSession> {
    const { factors, itemFactors, itemBiases } = source;
    const layout = layOutLists({
      precision: itemFactors instanceof Float32Array ? "float32" : "float64",
      factors,
      itemCount: itemFactors.length / factors,
      itemBiases: itemBiases !== undefined,
      users: room.users,
      excluded: room.excluded,
      targets: room.targets,
      count: room.count,
      threads: engine.threads,
    });
    const lease = await engine.lend(layout.bytes, signal, what);
    try {
      const { due, pause } = createYielder();
      const yielder: Yielder = {
        due,
        pause: async () => {
          await pause();
          engine.check(signal, what);
        },
      };
      await yielder.pause();
      const sizes = await packItems(lease.memory, layout, source, yielder);
      return new ListSession(
        lease,
        await lease.work((place) => openListDriver(layout, lease.memory, place)),
        layout,
        source,
        sizes,
        yielder,
      );
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  /** Puts a batch's users into the memory; `more` with them, before anything runs. */
  async load(batch: Batch): Promise<void> {
    await this.#yielder.pause();
    await packUsers(this.memory, this.layout, this.#source, this.#sizes, batch, this.#yielder);
  }

  /** Takes the first `users` of what was loaded through all items. */
  run(users: number, limit: number): Promise<void> {
    return this.#driver.run({ kind: "lists", layout: this.layout, limit }, users);
  }

  /** Gives the memory back; idempotent. */
  close(): void {
    this.#lease.release();
  }
}
