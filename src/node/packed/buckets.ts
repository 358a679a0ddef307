import { type RecordFormat, Records, recordBytes } from "./records.js";
import { TemporaryFile } from "./temporary-file.js";
import type { TemporaryPlace } from "./temporary-place.js";

/** Consecutive rows whose ratings are sorted together in memory. */
export interface Bucket {
  readonly firstRow: number;
  readonly endRow: number;
  /** The place of its first record among all. */
  readonly from: number;
  /** The room that it has. */
  readonly room: number;
}

/**
 * Cuts rows into buckets, each of which is sorted in memory.
 *
 * @param counts ratings of each row
 * @param wanted ratings that a bucket has at most, unless it is of one row: fewer are sorted faster, up to a point
 */
export function cutBuckets(counts: Float64Array, wanted: number): Bucket[] {
  const buckets: Bucket[] = [];
  let firstRow = 0;
  let from = 0;
  let room = 0;
  for (let row = 0; row < counts.length; row++) {
    const count = counts[row]!;
    if (room > 0 && room + count > wanted) {
      buckets.push({ firstRow, endRow: row, from, room });
      firstRow = row;
      from += room;
      room = 0;
    }
    room += count;
  }
  buckets.push({ firstRow, endRow: counts.length, from, room });
  return buckets;
}

/** Ratings in a temporary file, sorted into buckets: written in any order, within a bucket kept in theirs. */
export class BucketFile {
  readonly buckets: readonly Bucket[];
  readonly format: RecordFormat;
  readonly #file: TemporaryFile;
  readonly #bucketOf: Int32Array;
  /** What waits to be written, bucket by bucket. */
  #waiting: Records | undefined;
  readonly #each: number;
  readonly #filled: Int32Array;
  readonly #written: Float64Array;

  /** @param bytes of memory that what waits to be written may take */
  constructor(place: TemporaryPlace, buckets: readonly Bucket[], format: RecordFormat, bytes: number) {
    this.buckets = buckets;
    this.format = format;
    this.#file = new TemporaryFile(place);
    this.#bucketOf = new Int32Array(buckets.at(-1)!.endRow);
    for (const [index, { firstRow, endRow }] of buckets.entries())
      this.#bucketOf.fill(index, firstRow, endRow);
    const longest = Math.max(...buckets.map(({ room }) => room));
    const each = Math.min(Math.floor(bytes / buckets.length / recordBytes(format)), longest);
    this.#each = Math.max(1, each);
    this.#waiting = new Records(format, this.#each * buckets.length);
    this.#filled = new Int32Array(buckets.length);
    this.#written = new Float64Array(buckets.length);
  }

  /** Adds a rating to the bucket that has its row. */
  add(row: number, user: number, item: number, value: number, weight: number, timestamp: number): void {
    const bucket = this.#bucketOf[row]!;
    if (this.#filled[bucket] === this.#each) this.#flush(bucket);
    this.#waiting!.set(bucket * this.#each + this.#filled[bucket]!++, user, item, value, weight, timestamp);
  }

  /** All have been added. */
  end(): void {
    for (let bucket = 0; bucket < this.buckets.length; bucket++) this.#flush(bucket);
    this.#waiting = undefined;
  }

  /** Reads a bucket; returns how many records it has. */
  read(bucket: number, into: Records): number {
    const count = this.#written[bucket]!;
    const { bytesEach } = into;
    this.#file.read(into.bytes.subarray(0, count * bytesEach), this.buckets[bucket]!.from * bytesEach);
    return count;
  }

  /** Writes a bucket anew: its first `count` records, not more than it had. */
  rewrite(bucket: number, records: Records, count: number): void {
    this.#written[bucket] = 0;
    this.#append(bucket, records.bytes.subarray(0, count * records.bytesEach), count);
  }

  close(): void {
    this.#file.close();
  }

  #flush(bucket: number): void {
    const { bytes, bytesEach } = this.#waiting!;
    const from = bucket * this.#each * bytesEach;
    const count = this.#filled[bucket]!;
    this.#append(bucket, bytes.subarray(from, from + count * bytesEach), count);
    this.#filled[bucket] = 0;
  }

  #append(bucket: number, bytes: Uint8Array, count: number): void {
    if (count === 0) return;
    const place = this.buckets[bucket]!.from + this.#written[bucket]!;
    this.#file.write(bytes, place * (bytes.length / count));
    this.#written[bucket]! += count;
  }
}
