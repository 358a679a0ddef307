import type { RatingStore } from "../../ratings/triples.js";
import { type RecordFormat, Records, recordBytes } from "./records.js";
import { TemporaryFile } from "./temporary-file.js";
import type { TemporaryPlace } from "./temporary-place.js";

/** Bytes that are written, or read, at once. */
const BATCH_BYTES = 1 << 20;

/** Records of one format that follow each other in the file. */
interface Segment {
  readonly format: RecordFormat;
  /** Where they begin, in bytes. */
  readonly at: number;
  count: number;
}

/** Takes ratings as they come and puts them into a temporary file, with a count of each row's. */
export class Spool implements RatingStore {
  readonly #file: TemporaryFile;
  readonly #segments: Segment[] = [];
  #batch: Records | undefined;
  #filled = 0;
  #bytes = 0;
  #count = 0;
  #lastUser = 0;
  #weighted = false;
  #wideWeights = false;
  /** Ratings of each user and each item. */
  userCounts: Float64Array = new Float64Array(1024);
  itemCounts: Float64Array = new Float64Array(1024);
  /** Whether users came one after the other, each with all its ratings, so that the file is in their order already. */
  inOrder = true;
  /** Whether a value is no float32 number. */
  wideValues = false;
  timestamps = false;

  constructor(place: TemporaryPlace) {
    this.#file = new TemporaryFile(place);
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes of a weight that all weights survive; undefined where there are none. */
  get weightBytes(): 4 | 8 | undefined {
    if (!this.#weighted) return undefined;
    return this.#wideWeights ? 8 : 4;
  }

  push(
    user: number,
    item: number,
    value: number,
    weight: number | undefined,
    timestamp: number | undefined,
  ): void {
    if (weight !== undefined && !this.#weighted) this.#begin(true, timestamp !== undefined);
    else if (this.#batch === undefined) this.#begin(this.#weighted, timestamp !== undefined);
    else if (this.#filled === this.#batch.capacity) this.#flush();
    if (user < this.#lastUser) this.inOrder = false;
    this.#lastUser = user;
    if (Math.fround(value) !== value) this.wideValues = true;
    if (weight !== undefined && Math.fround(weight) !== weight) this.#wideWeights = true;
    if (user >= this.userCounts.length) this.userCounts = grown(this.userCounts, user);
    if (item >= this.itemCounts.length) this.itemCounts = grown(this.itemCounts, item);
    this.userCounts[user]!++;
    this.itemCounts[item]!++;
    this.#batch!.set(this.#filled++, user, item, value, weight ?? 1, timestamp ?? 0);
    this.#count++;
  }

  /** All ratings in the order that they came in, some at a time; nothing is taken any more. */
  *batches(): Generator<{ readonly records: Records; readonly count: number }, void, void> {
    this.#flush();
    this.#batch = undefined;
    for (const { format, at, count } of this.#segments) {
      const records = new Records(format, batchOf(format));
      for (let from = 0; from < count; from += records.capacity) {
        const length = Math.min(records.capacity, count - from);
        const { bytesEach } = records;
        this.#file.read(records.bytes.subarray(0, length * bytesEach), at + from * bytesEach);
        yield { records, count: length };
      }
    }
  }

  close(): void {
    this.#file.close();
  }

  /** Begins a segment: the first, or one with weights where those before it have none. */
  #begin(weighted: boolean, timestamps: boolean): void {
    if (this.#batch !== undefined) this.#flush();
    this.#weighted = weighted;
    this.timestamps ||= timestamps;
    const format = { wideValues: true, weightBytes: weighted ? (8 as const) : undefined, timestamps };
    this.#segments.push({ format, at: this.#bytes, count: 0 });
    this.#batch = new Records(format, batchOf(format));
  }

  #flush(): void {
    const { bytes, bytesEach } = this.#batch!;
    const length = this.#filled * bytesEach;
    this.#file.write(bytes.subarray(0, length), this.#bytes);
    this.#segments.at(-1)!.count += this.#filled;
    this.#bytes += length;
    this.#filled = 0;
  }
}

function batchOf(format: RecordFormat): number {
  return Math.floor(BATCH_BYTES / recordBytes(format));
}

function grown(counts: Float64Array, index: number): Float64Array {
  const larger = new Float64Array(Math.max(counts.length * 2, index + 1));
  larger.set(counts);
  return larger;
}
