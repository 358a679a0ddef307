/// <reference lib="esnext.disposable" preserve="true" />

import { checkSignal } from "../../abort.js";
import { nameClass } from "../../class-name.js";
import { throwIfAborted } from "../../errors.js";
import { checkOptions } from "../../options.js";
import { allocateFloat64, allocateInt32, allocateValues } from "../../ratings/buffers.js";
import {
  Csr,
  type CsrArrays,
  type Id,
  type PackedSection,
  Ratings,
  type RatingsSide,
  type RatingsSource,
  type Vocabulary,
} from "../../ratings/index.js";
import { inspectTimestamps, type PackedSide, SectionReader } from "../../ratings/packed-side.js";
import { createYielder, type Yielder } from "../../yield.js";

/** Ratings read between two looks at the clock. */
const SLICE = 65536;
const LOAD = "PackedRatings.load";

/** An open file, without Node's own types: they are not everybody's. */
interface OpenFile {
  close(): Promise<void>;
}

/** What such ratings are made of. */
export interface PackedParts<U extends Id, I extends Id> {
  readonly file: string;
  readonly handle: OpenFile;
  readonly state: Int32Array;
  readonly users: Vocabulary<U>;
  readonly items: Vocabulary<I>;
  readonly byUser: PackedSide;
  readonly byItem: PackedSide;
  readonly timestamps: PackedSection | undefined;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly contentHash: string;
}

/**
 * Ratings in a file that `packRatings` or `alternant pack` wrote, for data larger than memory: what lies in memory is ids and
 * where rows begin. `ALS.fit`, `SVD.fit`, `baselines`, `rmse` and `estimateMemory` take them like {@link Ratings}, and models
 * have the same bits. Everything is checked as it is read.
 */
export class PackedRatings<U extends Id = Id, I extends Id = Id> implements RatingsSource<U, I> {
  static {
    nameClass(PackedRatings, "PackedRatings");
  }

  /** The file's path. */
  readonly file: string;
  readonly users: Vocabulary<U>;
  readonly items: Vocabulary<I>;
  /** A row for each user. */
  readonly byUser: RatingsSide;
  /** A row for each item. */
  readonly byItem: RatingsSide;
  /** The mean of the values, summed in the order of `byUser`. */
  readonly mean: number;
  /** The least value. */
  readonly min: number;
  /** The greatest value. */
  readonly max: number;
  /** What `contentHash` of the ratings in memory would be. */
  readonly contentHash: string;
  /** As {@link close}; missing where the JavaScript engine does not know the symbol. */
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;
  readonly #handle: OpenFile;
  readonly #state: Int32Array;
  readonly #timestamps: SectionReader | undefined;
  #closed: Promise<void> | undefined;

  /**
   * Takes what {@link openRatings} found.
   *
   * @internal
   */
  constructor(parts: PackedParts<U, I>) {
    this.file = parts.file;
    this.users = parts.users;
    this.items = parts.items;
    this.byUser = parts.byUser;
    this.byItem = parts.byItem;
    this.mean = parts.mean;
    this.min = parts.min;
    this.max = parts.max;
    this.contentHash = parts.contentHash;
    this.#handle = parts.handle;
    this.#state = parts.state;
    this.#timestamps =
      parts.timestamps && new SectionReader(parts.byUser.share(), parts.timestamps, inspectTimestamps);
    if (Symbol.asyncDispose) Object.defineProperty(this, Symbol.asyncDispose, { value: () => this.close() });
  }

  /** N, the number of users in the vocabulary. */
  get userCount(): number {
    return this.users.size;
  }

  /** M, the number of items in the vocabulary. */
  get itemCount(): number {
    return this.items.size;
  }

  /** |Ω|, the number of ratings. */
  get count(): number {
    return this.byUser.count;
  }

  /** The share of all pairs that is rated: |Ω| / (N · M). */
  get density(): number {
    return this.count / (this.userCount * this.itemCount);
  }

  /** Whether the ratings have timestamps. */
  get hasTimestamps(): boolean {
    return this.#timestamps !== undefined;
  }

  /**
   * Timestamps of ratings `from` … `to` − 1, in the order of `byUser`; undefined where there are none.
   *
   * @throws AlternantError "invalid-file", "disposed"
   */
  timestamps(from: number, to: number): Float64Array | undefined {
    if (this.#timestamps === undefined) return undefined;
    const timestamps = allocateFloat64(to - from);
    this.#timestamps.read(from, to, timestamps);
    return timestamps;
  }

  /**
   * All of it in memory, where it fits: 16 bytes a rating when values are float32 numbers, 24 otherwise, weights and timestamps
   * apart.
   *
   * @throws (rejects) AlternantError "invalid-file", "aborted", "disposed"; RangeError when there is no such room; TypeError and
   *   RangeError for options
   */
  async load(options: { signal?: AbortSignal } = {}): Promise<Ratings<U, I>> {
    checkOptions(LOAD, options, ["signal"]);
    checkSignal(options.signal);
    throwIfAborted(options.signal, LOAD);
    const yielder = createYielder();
    const [byUser, byItem] = [
      await copyOf(this.byUser, yielder, options.signal),
      await copyOf(this.byItem, yielder, options.signal),
    ];
    const { users, items, mean, min, max } = this;
    return new Ratings({
      ...{ users, items, mean, min, max },
      byUser: new Csr(items.size, byUser),
      byItem: new Csr(users.size, byItem),
      timestamps: this.timestamps(0, this.count),
    });
  }

  /**
   * Closes the file; idempotent. What still reads from it ends with the AlternantError "disposed". A file that nobody closes is closed
   * when this object is collected, of which Node warns on standard error.
   */
  close(): Promise<void> {
    Atomics.store(this.#state, 0, 1);
    this.#closed ??= this.#handle.close();
    return this.#closed;
  }
}

/** A side in memory, checked as it is read. */
async function copyOf(
  side: RatingsSide,
  yielder: Yielder,
  signal: AbortSignal | undefined,
): Promise<CsrArrays> {
  const { starts, count, valueBytes, weightBytes } = side;
  const columns = allocateInt32(count);
  const values = allocateValues(count, valueBytes === 8);
  const weights = weightBytes && allocateValues(count, weightBytes === 8);
  for (let from = 0; from < count; from += SLICE) {
    const to = Math.min(count, from + SLICE);
    side.read(from, to, columns.subarray(from, to), values.subarray(from, to), weights?.subarray(from, to));
    if (!yielder.due()) continue;
    await yielder.pause();
    throwIfAborted(signal, LOAD);
  }
  return { starts, columns, values, weights };
}
