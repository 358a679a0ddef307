import { runWithPauses, type Sliced } from "../../ratings/slices.js";
import { createYielder, interruptible, type Yielder } from "../../yield.js";
import type { Engine, Lease } from "../engine.js";
import { type Arrangement, arrange, BY_INDEX } from "./arrange.js";
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

/** Which items lists are made of. */
export interface Listing {
  /** Entries of each list at most. */
  readonly count: number;
  /** The items that may be listed, as bits; all where there are none. */
  readonly bits: Uint32Array | undefined;
  /** How many these are. */
  readonly items: number;
  /** An item with a lower score is not listed. */
  readonly minScore: number;
}

/** How much of what could be scored was looked at. */
export interface Tally {
  /** Pairs whose bounds were made. */
  readonly bounded: number;
  /** Pairs that were scored exactly. */
  readonly exact: number;
}

/** A lent memory in which all items lie in panels, and batches of users come one after the other. */
export class ListSession {
  readonly memory: WebAssembly.Memory;
  readonly layout: ListLayout;
  readonly #lease: Lease;
  readonly #driver: ListDriver;
  readonly #source: ListSource;
  readonly #arrangement: Arrangement;
  readonly #sizes: ItemSizes;
  readonly #run: <T>(work: Sliced<T>) => Promise<T>;

  private constructor(
    lease: Lease,
    driver: ListDriver,
    layout: ListLayout,
    source: ListSource,
    arrangement: Arrangement,
    sizes: ItemSizes,
    run: <T>(work: Sliced<T>) => Promise<T>,
  ) {
    this.memory = lease.memory;
    this.layout = layout;
    this.#lease = lease;
    this.#driver = driver;
    this.#source = source;
    this.#arrangement = arrangement;
    this.#sizes = sizes;
    this.#run = run;
  }

  /**
   * @param queries users of all batches
   * @param listing what lists are made of; undefined to rank targets
   * @throws AlternantError "aborted", "disposed", "lane-failed", "too-large"
   */
  static async open(
    source: ListSource,
    room: Pick<ListShape, "users" | "excluded" | "targets">,
    queries: number,
    listing: Listing | undefined,
    { engine, signal, what }: ListRun,
  ): Promise<ListSession> {
    const { factors, itemFactors, itemBiases } = source;
    engine.check(signal, what);
    const yielder: Yielder = interruptible(createYielder(), () => engine.check(signal, what));
    const run = async <T>(work: Sliced<T>): Promise<T> => {
      await yielder.pause();
      return runWithPauses(work, yielder, signal, what);
    };
    const arrangement =
      listing === undefined ? BY_INDEX : await run(arrange(source, listing.bits, listing.items, queries));
    const layout = layOutLists({
      precision: itemFactors instanceof Float32Array ? "float32" : "float64",
      factors,
      itemCount: arrangement.order?.length ?? itemFactors.length / factors,
      itemBiases: itemBiases !== undefined,
      ordered: arrangement.order !== undefined,
      halves: false,
      axes: arrangement.axes?.count ?? 0,
      measures: false,
      filterWords: 0,
      users: room.users,
      excluded: room.excluded,
      targets: room.targets,
      count: listing?.count ?? 0,
      threads: engine.threads,
    });
    const lease = await engine.lend(layout.bytes, signal, what);
    try {
      const { memory } = lease;
      const sizes = await run(packItems(memory, layout, source, arrangement));
      new Float64Array(memory.buffer, layout.floor, 1)[0] = listing?.minScore ?? -Infinity;
      const driver = await lease.work((place) => openListDriver(layout, memory, place));
      return new ListSession(lease, driver, layout, source, arrangement, sizes, run);
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  /** Puts a batch's users into the memory. */
  load(batch: Batch): Promise<void> {
    const { axes } = this.#arrangement;
    return this.#run(packUsers(this.memory, this.layout, this.#source, this.#sizes, axes, batch));
  }

  /** Takes the first `users` of what was loaded through all items. */
  run(users: number, limit: number): Promise<void> {
    return this.#driver.run({ kind: "lists", layout: this.layout, limit }, users);
  }

  /** How much was looked at since the session was opened. */
  tally(): Tally {
    let bounded = 0;
    let exact = 0;
    for (const { tally } of this.layout.lanes) {
      const view = new Float64Array(this.memory.buffer, tally, 2);
      bounded += view[0]!;
      exact += view[1]!;
    }
    return { bounded, exact };
  }

  /** Gives the memory back; idempotent. */
  close(): void {
    this.#lease.release();
  }
}
